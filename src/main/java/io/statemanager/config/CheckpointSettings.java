package io.statemanager.config;

import java.time.Duration;

/**
 * When checkpoints are made by themselves, and what is kept.
 *
 * @param autoInterval the time between two automatic checkpoints; zero for none
 * @param keepLast how many automatic checkpoints are kept
 * @param maxPause how long a checkpoint aims to hold the processes still
 * @param pruneGrace how long each phase of a prune waits before the next
 */
public record CheckpointSettings(Duration autoInterval, int keepLast, Duration maxPause, Duration pruneGrace) {
    public CheckpointSettings {
        new Rules()
                .notNegative("auto_interval", autoInterval)
                .require(
                        autoInterval.isZero() || autoInterval.compareTo(Duration.ofSeconds(1)) >= 0,
                        "auto_interval",
                        "at least 1s is needed, or 0s for none")
                .between(1, 1_000_000, "keep_last", keepLast)
                .atLeast(Duration.ofMillis(1), "max_pause", maxPause)
                .atLeast(Duration.ofSeconds(1), "prune_grace", pruneGrace)
                .hold();
    }

    static CheckpointSettings read(Section section) {
        Duration autoInterval = section.duration("auto_interval", Defaults.AUTO_INTERVAL);
        int keepLast = section.count("keep_last", Defaults.KEEP_LAST);
        Duration maxPause = section.duration("max_pause", Defaults.MAX_PAUSE);
        Duration pruneGrace = section.duration("prune_grace", Defaults.PRUNE_GRACE);
        return section.end().build(() -> new CheckpointSettings(autoInterval, keepLast, maxPause, pruneGrace));
    }
}
