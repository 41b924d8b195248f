package io.statemanager.storage.local;

import io.statemanager.storage.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;

/**
 * An object in the making: its bytes go into a temporary, and are hashed on the way. Used by one thread at a time. Closing removes the
 * temporary, unless it has become an object.
 */
final class Staged implements AutoCloseable {
    /** Written at once: for each write the JDK takes as much memory again outside the heap. */
    private static final int BLOCK = 256 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final MessageDigest digest = Digests.sha256();
    private String etag = "";

    Staged(Path temporary) throws IOException {
        this.file = temporary;
        this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void write(ByteBuffer bytes) throws IOException {
        digest.update(bytes.duplicate());
        int end = bytes.limit();
        while (bytes.position() < end) {
            channel.write(bytes.limit(Math.min(end, bytes.position() + BLOCK)));
        }
    }

    /** Gives it all but its name, and makes that durable. */
    void finish(Map<String, String> metadata) throws IOException {
        etag = Digests.hex(digest);
        LocalVersion.describe(file, Temporaries.randomName(), etag, metadata);
        channel.force(true);
        channel.close();
    }

    Path file() {
        return file;
    }

    String etag() {
        return etag;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
