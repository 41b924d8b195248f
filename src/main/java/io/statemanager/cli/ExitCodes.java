package io.statemanager.cli;

/** What the command line ends with. */
final class ExitCodes {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int REFUSED = 4;

    private ExitCodes() {}

    /** The exit code for an HTTP status. */
    static int ofStatus(int status) {
        if (status < 400) {
            return DONE;
        }
        return status < 500 ? REFUSED : FAILED;
    }
}
