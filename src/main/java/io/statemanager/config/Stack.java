package io.statemanager.config;

/** A component that can be switched on; written in lower case. */
public enum Stack {
    /** The lease: wait for ownership and renew it. */
    LEASER,
    /** Databases: replication, and their part of a checkpoint. */
    DB,
    /** Files: the environment's tree in checkpoints. */
    FILES,
    /** A JuiceFS mount below the environment's directory. */
    JUICEFS;

    /** As it is written in a configuration. */
    public String text() {
        return Choice.text(this);
    }
}
