package io.statemanager.checkpoint.scan;

import io.statemanager.restic.Id;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The compact encoding of the stat cache: numbers in seven bits a byte, low bits first, signed ones folded so that small negatives
 * stay short; strings raw, with their length before them.
 */
final class Packed {
    private Packed() {}

    /** Grows as needed. Confined to one thread. */
    static final class Writer {
        private byte[] bytes = new byte[256];
        private int length;

        void unsigned(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                octet((int) (rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            octet((int) rest);
        }

        void signed(long value) {
            unsigned((value << 1) ^ (value >> 63));
        }

        void octet(int value) {
            room(1);
            bytes[length++] = (byte) value;
        }

        void raw(String text) {
            octets(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void octets(byte[] value) {
            unsigned(value.length);
            room(value.length);
            System.arraycopy(value, 0, bytes, length, value.length);
            length += value.length;
        }

        void id(Id id) {
            room(Id.LENGTH);
            System.arraycopy(id.bytes(), 0, bytes, length, Id.LENGTH);
            length += Id.LENGTH;
        }

        private void room(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }
    }

    /** Confined to one thread. Runs past the end with an {@link IndexOutOfBoundsException}. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean more() {
            return at < bytes.length;
        }

        long unsigned() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = bytes[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IndexOutOfBoundsException("a number without an end");
        }

        long signed() {
            long folded = unsigned();
            return (folded >>> 1) ^ -(folded & 1);
        }

        int octet() {
            return bytes[at++] & 0xff;
        }

        String raw() {
            int size = size();
            String text = new String(bytes, at, size, StandardCharsets.ISO_8859_1);
            at += size;
            return text;
        }

        byte[] octets() {
            int size = size();
            byte[] value = Arrays.copyOfRange(bytes, at, at + size);
            at += size;
            return value;
        }

        Id id() {
            Id id = Id.of(bytes, at);
            at += Id.LENGTH;
            return id;
        }

        private int size() {
            long size = unsigned();
            if (size < 0 || size > bytes.length - at) {
                throw new IndexOutOfBoundsException("a length past the end");
            }
            return (int) size;
        }
    }
}
