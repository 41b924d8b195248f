package io.statemanager.storage;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.util.Objects;

/** What an object is to contain; its length is known beforehand in every case. */
public sealed interface Body permits Body.Bytes, Body.FileRange, Body.Stream {

    /** Bytes that will be stored. */
    long length();

    /**
     * Bytes in memory. Not to be changed by anybody until the call that it is given to has ended.
     *
     * @param buffer at most {@link ObjectStore#MAX_BUFFER} bytes
     */
    record Bytes(Buffer buffer) implements Body {
        public Bytes {
            if (buffer.length() > ObjectStore.MAX_BUFFER) {
                throw new IllegalArgumentException(
                        "a body in memory has at most " + ObjectStore.MAX_BUFFER + " bytes, not " + buffer.length());
            }
        }

        @Override
        public long length() {
            return buffer.length();
        }
    }

    /**
     * A range of a file, streamed from there at every attempt. The range must exist and stay as it is until the call has ended; one
     * that changes meanwhile makes the call fail.
     *
     * <p>Never a SQLite database or its {@code -shm} that is in use: the file is opened and closed here, and closing drops this
     * process's locks on it.
     */
    record FileRange(Path file, long offset, long length) implements Body {
        public FileRange {
            Objects.requireNonNull(file, "file");
            if (offset < 0 || length < 0) {
                throw new IllegalArgumentException("file range " + offset + "+" + length);
            }
        }
    }

    /**
     * A stream that is read once, with back-pressure. It never crosses contexts: the store is called on the stream's own context,
     * and never through the event bus. Too few or too many bytes fail the call, and nothing is stored then.
     */
    record Stream(ReadStream<Buffer> stream, long length) implements Body {
        public Stream {
            Objects.requireNonNull(stream, "stream");
            if (length < 0) {
                throw new IllegalArgumentException("stream length " + length);
            }
        }
    }

    static Body of(Buffer buffer) {
        return new Bytes(buffer);
    }

    static Body of(byte[] bytes) {
        return new Bytes(Buffer.buffer(bytes));
    }

    static Body ofFile(Path file, long offset, long length) {
        return new FileRange(file, offset, length);
    }
}
