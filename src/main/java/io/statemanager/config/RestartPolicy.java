package io.statemanager.config;

/** When a process that ended is started again. */
public enum RestartPolicy {
    ALWAYS,
    ON_FAILURE,
    NEVER;

    /** As it is written in a configuration and in {@code process.apply}: {@code always}, {@code on-failure}, {@code never}. */
    public String text() {
        return Choice.text(this);
    }
}
