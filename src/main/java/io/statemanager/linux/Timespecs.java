package io.statemanager.linux;

/** The pair of {@code struct timespec} that the utimens family takes: access, then modification. */
final class Timespecs {
    private Timespecs() {}

    static void write(Scratch scratch, long seconds, int nanos) {
        for (int at = 0; at < 32; at += 16) {
            scratch.buffer.putLong(at, seconds).putLong(at + 8, nanos);
        }
    }
}
