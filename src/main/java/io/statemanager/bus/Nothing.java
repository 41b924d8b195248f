package io.statemanager.bus;

/** The request or reply of a command that has nothing to say. */
public record Nothing() {
    public static final Nothing NOTHING = new Nothing();
}
