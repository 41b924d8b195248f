package io.statemanager.config;

/** Where the configuration in force came from. */
public enum Origin {
    /** {@code --config FILE}: never saved, changed by editing the file. */
    FILE,
    /** {@code config.json} in the data directory: what {@code POST /config} left. */
    SAVED,
    /** The {@code FLY_STORAGE_*} variables: never saved. */
    VARIABLES
}
