package io.statemanager.config;

/** What happens to the processes when the lease's deadline comes near without a renewal. */
public enum OnLeaseLoss {
    /** They are stopped in their tracks and go on when it turns out that nobody else owned the environment. */
    FREEZE,
    /** They are killed and started again once the lease is held. */
    STOP,
    /** They go on; nothing is reported durable meanwhile. For those who run one machine only. */
    CONTINUE
}
