package io.statemanager.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named places in the code at which a crash test ends this process as {@code kill -9} would. Off unless the environment variable
 * {@code STATE_MANAGER_FAILPOINTS} names them ({@code checkpoint.commit.before,restore.tree.after}); then {@link #hit} halts the JVM at once
 * with status 137, no shutdown hook and no buffer flushed. A suffix {@code :n} halts at the n-th pass only.
 *
 * <p>Safe for any thread; a pass costs one volatile read where none is armed.
 */
public final class Failpoints {
    private static final String VARIABLE = "STATE_MANAGER_FAILPOINTS";
    private static final int KILLED = 137;
    private static final Map<String, Integer> ARMED = parse(System.getenv(VARIABLE));

    private Failpoints() {}

    /** Marks a step; halts the process where a crash test armed this name. */
    public static void hit(String name) {
        if (ARMED.isEmpty()) {
            return;
        }
        Integer left = ARMED.computeIfPresent(name, (key, passes) -> passes - 1);
        if (left != null && left == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    static Map<String, Integer> parse(String names) {
        Map<String, Integer> armed = new ConcurrentHashMap<>();
        if (names == null || names.isBlank()) {
            return armed;
        }
        for (String entry : names.trim().split(",", -1)) {
            int colon = entry.indexOf(':');
            armed.put(
                    colon < 0 ? entry : entry.substring(0, colon),
                    colon < 0 ? 1 : Integer.parseInt(entry.substring(colon + 1)));
        }
        return armed;
    }
}
