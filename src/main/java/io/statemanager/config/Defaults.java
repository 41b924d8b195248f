package io.statemanager.config;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Every default there is. {@code docs/configuration.md} shows them, and a test compares the two. */
public final class Defaults {
    public static final String NAME = "default";
    public static final Set<Stack> STACKS =
            Collections.unmodifiableSet(EnumSet.of(Stack.LEASER, Stack.DB, Stack.FILES));

    public static final String REGION = "auto";
    public static final String ENV_DIR = "env";
    public static final String STORE_DIR = "objects";

    public static final Duration TIMEOUT_STOP = Duration.ofSeconds(90);
    public static final Duration RESTART_DELAY = Duration.ofSeconds(1);
    public static final Duration SHUTDOWN_LIMIT = Duration.ofMinutes(5);
    public static final RestartPolicy RESTART = RestartPolicy.ALWAYS;

    public static final Duration LEASE_TTL = Duration.ofSeconds(30);
    public static final OnLeaseLoss ON_LEASE_LOSS = OnLeaseLoss.FREEZE;

    public static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    public static final long MAX_WAL_BYTES = 1L << 30;
    public static final Duration RETENTION_GRACE = Duration.ofHours(1);

    public static final Duration HOLD_TIME = Duration.ofSeconds(10);
    public static final int HOLD_REQUESTS = 1000;

    public static final Duration AUTO_INTERVAL = Duration.ZERO;
    public static final int KEEP_LAST = 5;
    public static final Duration MAX_PAUSE = Duration.ofMillis(250);
    public static final Duration PRUNE_GRACE = Duration.ofHours(24);

    private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);
    private static final Duration LEASE_LEAD = Duration.ofSeconds(2);

    private Defaults() {}

    /** 5 s, or a sixth of a shorter lease. */
    public static Duration leaseMargin(Duration ttl) {
        return least(LEASE_MARGIN, ttl.dividedBy(6));
    }

    /** 2 s, or a fifteenth of a shorter lease. */
    public static Duration leaseLead(Duration ttl) {
        return least(LEASE_LEAD, ttl.dividedBy(15));
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : Duration.ofMillis(b.toMillis());
    }
}
