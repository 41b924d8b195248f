package io.statemanager.replication;

import io.statemanager.ltx.LtxHeader;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What we write beside the bytes of an LTX file. Litestream reads its own name only and ignores the rest; a file without these is anybody's.
 */
final class Metadata {
    /** Litestream's: when the state was captured, RFC 3339. */
    static final String TIMESTAMP = "litestream-timestamp";

    /** The lease's generation under which the file was written. */
    static final String GENERATION = "generation";

    /** Unique to one file, however often it is sent. */
    static final String NONCE = "nonce";

    /** SHA-256 of the file. */
    static final String SHA256 = "sha256";

    /** Hash of the whole database after this file, 16 hex digits. */
    static final String DATABASE_CHECKSUM = "db-hash";

    /** Cumulative checksum of the log's frame that the file ends with, 16 hex digits. */
    static final String FRAME_CHECKSUM = "wal-checksum";

    /** Mode, owner and group of the database file, {@code 644:1000:1000}. */
    static final String ACCESS = "access";

    private Metadata() {}

    static Map<String, String> of(LtxHeader header, long generation, String sha256) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put(TIMESTAMP, DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(header.timestamp())));
        metadata.put(GENERATION, Long.toString(generation));
        metadata.put(NONCE, UUID.randomUUID().toString());
        metadata.put(SHA256, sha256);
        return metadata;
    }

    static String hex(long value) {
        return String.format(Locale.ROOT, "%016x", value);
    }

    static OptionalLong checksum(Map<String, String> metadata, String name) {
        String text = metadata.get(name);
        if (text == null || !text.matches("[0-9a-f]{16}")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseUnsignedLong(text, 16));
    }

    /** What a file that changes nothing takes over from the one before it. */
    static Map<String, String> inherited(Map<String, String> metadata) {
        Map<String, String> taken = new HashMap<>();
        for (String name : new String[] {DATABASE_CHECKSUM, ACCESS}) {
            Optional.ofNullable(metadata.get(name)).ifPresent(value -> taken.put(name, value));
        }
        return taken;
    }
}
