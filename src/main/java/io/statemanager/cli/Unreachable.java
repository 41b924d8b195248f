package io.statemanager.cli;

/** No manager answers where we looked; the message says where, the hint how to help it. */
final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;

    Unreachable(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }
}
