package io.statemanager.config;

import java.time.Duration;

/**
 * How databases are replicated.
 *
 * @param minInterval the least time between two uploads of one database
 * @param maxWalBytes how much log a database may hold back for us before it is let go
 * @param retentionGrace how long a superseded file is kept after the file that covers it appeared
 */
public record ReplicationSettings(Duration minInterval, long maxWalBytes, Duration retentionGrace) {
    private static final long LEAST_WAL = 1L << 20;

    public ReplicationSettings {
        new Rules()
                .notNegative("min_interval", minInterval)
                .require(maxWalBytes >= LEAST_WAL, "max_wal", "at least 1MiB is needed")
                .notNegative("retention_grace", retentionGrace)
                .hold();
    }

    static ReplicationSettings read(Section section) {
        Duration minInterval = section.duration("min_interval", Defaults.MIN_INTERVAL);
        long maxWalBytes = section.size("max_wal", Defaults.MAX_WAL_BYTES);
        Duration retentionGrace = section.duration("retention_grace", Defaults.RETENTION_GRACE);
        return section.end().build(() -> new ReplicationSettings(minInterval, maxWalBytes, retentionGrace));
    }
}
