package io.statemanager.proxy;

/**
 * Whether requests reach the application now.
 *
 * @param state up, soon (starting, restarting or frozen: requests wait), or down
 * @param reason why not, in words for whoever gets a 503; null when up
 */
public record Availability(State state, String reason) {
    /** What a request can expect. */
    public enum State {
        UP,
        SOON,
        DOWN
    }

    private static final Availability IS_UP = new Availability(State.UP, null);

    public static Availability up() {
        return IS_UP;
    }

    public static Availability soon(String reason) {
        return new Availability(State.SOON, reason);
    }

    public static Availability down(String reason) {
        return new Availability(State.DOWN, reason);
    }
}
