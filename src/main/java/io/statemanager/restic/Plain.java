package io.statemanager.restic;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** A verified blob's plaintext, to be used before the codec that opened it is used again. */
final class Plain {

    /** Blobs beyond this are not unpacked into memory where they can be read as a stream. */
    static final int STREAM_FROM = 1024 * 1024;

    private final byte[] array;
    private final int offset;
    private final int length;

    private Plain(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** Holds it, often among other things. */
    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return java.util.Arrays.copyOfRange(array, offset, offset + length);
    }

    /**
     * Opens a blob: MAC, length, hash, in this order; nothing is returned unless all are right.
     *
     * @param sealed holds the stored bytes at {@code offset}; they are decrypted in place
     */
    static Plain open(Codec codec, byte[] sealed, int offset, PackedBlob blob) throws CorruptObject {
        int length = decrypt(codec, sealed, offset, blob);
        Plain plain = new Plain(sealed, offset + Sealer.IV, length);
        if (blob.compressed()) {
            if (!codec.unzip(sealed, offset + Sealer.IV, length, blob.rawLength())) {
                throw damaged(blob, "it does not unpack to " + blob.rawLength() + " bytes");
            }
            plain = new Plain(codec.plain(), 0, blob.rawLength());
        }
        if (!codec.hash(plain.array, plain.offset, plain.length)
                .equals(blob.handle().id())) {
            throw damaged(blob, "its plaintext does not have the hash that is its id");
        }
        return plain;
    }

    /** As {@link #open}, but the plaintext is a stream: it is unpacked twice, to verify and to be read, and never lies in memory whole. */
    static InputStream openStream(Codec codec, byte[] sealed, PackedBlob blob) throws IOException {
        int length = decrypt(codec, sealed, 0, blob);
        Id id;
        try {
            id = hashOf(new BoundedInput(unzip(sealed, length), blob.rawLength()));
        } catch (IOException e) {
            throw new CorruptObject(describe(blob), "it does not unpack to " + blob.rawLength() + " bytes", e);
        }
        if (!id.equals(blob.handle().id())) {
            throw damaged(blob, "its plaintext does not have the hash that is its id");
        }
        return unzip(sealed, length);
    }

    static CorruptObject damaged(PackedBlob blob, String failure) {
        return new CorruptObject(describe(blob), failure);
    }

    private static int decrypt(Codec codec, byte[] sealed, int offset, PackedBlob blob) throws CorruptObject {
        int length = codec.sealer().open(sealed, offset, blob.length());
        if (length < 0) {
            throw damaged(blob, "its MAC does not match");
        }
        return length;
    }

    private static InputStream unzip(byte[] opened, int length) throws IOException {
        return new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(opened, Sealer.IV, length));
    }

    /** Reads a stream to its end and closes it. */
    static Id hashOf(InputStream stream) throws IOException {
        MessageDigest sha = Sha256.digest();
        byte[] buffer = new byte[64 * 1024];
        try (stream) {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                sha.update(buffer, 0, read);
            }
        }
        return Sha256.finish(sha);
    }

    private static String describe(PackedBlob blob) {
        return blob.handle() + " in pack " + blob.pack();
    }
}
