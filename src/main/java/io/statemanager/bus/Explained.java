package io.statemanager.bus;

/** An exception of a shared room that knows which command failure it is, so that no feature maps it again. */
public interface Explained {
    /** The failure as users see it. */
    CommandException explained();
}
