package io.statemanager.storage;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes of bodies. These block: on a worker, except for a few KiB in memory. */
public final class Digests {
    private static final int BLOCK = 64 * 1024;

    private Digests() {}

    public static MessageDigest sha256() {
        return named("SHA-256");
    }

    public static MessageDigest md5() {
        return named("MD5");
    }

    private static MessageDigest named(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Feeds a body that can be read again to a digest. */
    public static MessageDigest of(Body body, MessageDigest digest) throws IOException {
        if (body instanceof Body.Bytes bytes) {
            update(digest, bytes.buffer());
        } else if (body instanceof Body.FileRange range) {
            updateFromFile(digest, range);
        } else {
            throw new IllegalArgumentException("a stream is read only once");
        }
        return digest;
    }

    public static void update(MessageDigest digest, Buffer buffer) {
        digest.update(Buffers.view(buffer));
    }

    private static void updateFromFile(MessageDigest digest, Body.FileRange range) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        try (FileChannel channel = FileChannel.open(range.file(), StandardOpenOption.READ)) {
            long position = range.offset();
            long left = range.length();
            while (left > 0) {
                block.clear().limit((int) Math.min(BLOCK, left));
                int read = channel.read(block, position);
                if (read < 0) {
                    throw new IOException(range.file() + " ends before " + (range.offset() + range.length()));
                }
                digest.update(block.flip());
                position += read;
                left -= read;
            }
        }
    }
}
