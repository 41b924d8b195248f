package io.statemanager.config;

/** Where objects are kept. */
public enum StorageType {
    /** A bucket that speaks S3. */
    S3,
    /** A directory of this machine. */
    FILE
}
