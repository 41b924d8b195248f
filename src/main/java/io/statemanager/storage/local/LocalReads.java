package io.statemanager.storage.local;

import io.statemanager.storage.Buffers;
import io.statemanager.storage.Digests;
import io.statemanager.storage.FileResult;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/** Reads of the directory; all of this blocks. No lock is taken: a version is known by being the same before and after it was opened. */
final class LocalReads {
    private static final int BLOCK = 256 * 1024;

    private final LocalDirectory directory;

    LocalReads(LocalDirectory directory) {
        this.directory = directory;
    }

    /** One version of an object, held open: whatever gets its name later. */
    record Opened(LocalVersion version, FileChannel channel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    Opened open(LocalCall call, String key) throws IOException {
        Path file = directory.file(call.operation(), key);
        while (true) {
            call.checkTime();
            LocalVersion before = LocalVersion.of(file).orElseThrow(() -> absent(call, key));
            FileChannel channel;
            try {
                channel = FileChannel.open(file, StandardOpenOption.READ);
            } catch (NoSuchFileException removedMeanwhile) {
                continue;
            }
            Optional<LocalVersion> after = LocalVersion.of(file);
            if (after.isPresent() && after.get().id().equals(before.id())) {
                return new Opened(before, channel);
            }
            channel.close();
        }
    }

    private static StoreException absent(LocalCall call, String key) {
        return new StoreException(StoreError.NOT_FOUND, call.operation(), key, "there is no such object");
    }

    GetResult get(LocalCall call, Range range) throws IOException {
        try (Opened opened = open(call, call.key())) {
            Extent extent = Extent.of(call.key(), range, opened.version.size());
            if (extent.length > ObjectStore.MAX_BUFFER) {
                throw new StoreException(
                        StoreError.TOO_LARGE,
                        "get",
                        call.key(),
                        extent.length + " bytes are more than fit into memory (" + ObjectStore.MAX_BUFFER + ")");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) extent.length);
            readFully(opened.channel, bytes, extent.offset);
            Buffer body = Buffers.wrap(bytes.flip());
            if (range instanceof Range.All) {
                verify(call, opened.version, body);
            }
            return new GetResult(body, info(call.key(), opened.version));
        }
    }

    /** A disk may have forgotten or changed something. */
    private static void verify(LocalCall call, LocalVersion version, Buffer body) {
        String hash = version.metadata().get(PutOptions.SHA256);
        if (hash != null) {
            MessageDigest digest = Digests.sha256();
            digest.update(Buffers.view(body));
            if (!hash.equals(Digests.hex(digest))) {
                throw new StoreException(
                        StoreError.CORRUPT,
                        "get",
                        call.key(),
                        "its content does not have the hash that it was stored with",
                        "check the disk",
                        false,
                        null);
            }
        }
    }

    FileResult getToFile(LocalCall call, Range range, Path target, long offset) throws IOException {
        try (Opened opened = open(call, call.key());
                FileChannel to = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Extent extent = Extent.of(call.key(), range, opened.version.size());
            call.willTransfer(extent.length);
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (long done = 0; done < extent.length; done += block.limit()) {
                call.checkTime();
                block.clear().limit((int) Math.min(BLOCK, extent.length - done));
                readFully(opened.channel, block, extent.offset + done);
                block.flip();
                for (long at = offset + done; block.hasRemaining(); ) {
                    at += to.write(block, at);
                }
            }
            return new FileResult(extent.length, info(call.key(), opened.version));
        }
    }

    /** Block by block: for each read the JDK takes as much memory again outside the heap. */
    private static void readFully(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        long at = offset;
        int end = into.limit();
        while (into.position() < end) {
            int read = channel.read(into.limit(Math.min(end, into.position() + BLOCK)), at);
            if (read < 0) {
                throw new EOFException("the object's file has become shorter");
            }
            at += read;
        }
    }

    Optional<ObjectInfo> head(LocalCall call) throws IOException {
        return LocalVersion.of(directory.file("head", call.key())).map(version -> info(call.key(), version));
    }

    static ObjectInfo info(String key, LocalVersion version) {
        return new ObjectInfo(
                key, version.size(), version.etag(), version.lastModified(), version.metadata(), Instant.now());
    }

    /** Which bytes a range means in an object of a given size. */
    private record Extent(long offset, long length) {
        static Extent of(String key, Range range, long size) {
            if (range instanceof Range.All) {
                return new Extent(0, size);
            }
            long offset;
            long length = size;
            if (range instanceof Range.Slice slice) {
                offset = slice.offset();
                length = slice.length();
            } else if (range instanceof Range.From from) {
                offset = from.offset();
            } else {
                offset = Math.max(0, size - ((Range.Last) range).length());
            }
            if (offset >= size) {
                throw new StoreException(
                        StoreError.INVALID_RANGE, "get", key, "the range begins behind the object's end");
            }
            return new Extent(offset, Math.min(length, size - offset));
        }
    }
}
