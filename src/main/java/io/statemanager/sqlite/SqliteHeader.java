package io.statemanager.sqlite;

import io.statemanager.wal.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the first 100 bytes of a file say: whether it is a SQLite database, its page size, and whether it is in WAL mode.
 * Source: SQLite's {@code fileformat2}, 1.3.
 */
public record SqliteHeader(int pageSize, boolean walMode) {
    /** Bytes that are needed to tell. */
    public static final int SIZE = 100;

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    public static Optional<SqliteHeader> read(ByteSource file) throws IOException {
        byte[] bytes = new byte[SIZE];
        return file.fill(ByteBuffer.wrap(bytes), 0) ? decode(bytes) : Optional.empty();
    }

    static Optional<SqliteHeader> decode(byte[] bytes) {
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return Optional.empty();
        }
        int stored = ByteBuffer.wrap(bytes).getShort(16) & 0xffff;
        int pageSize = stored == 1 ? 65536 : stored;
        if (pageSize < 512 || Integer.bitCount(pageSize) != 1) {
            return Optional.empty();
        }
        return Optional.of(new SqliteHeader(pageSize, bytes[18] == 2 && bytes[19] == 2));
    }
}
