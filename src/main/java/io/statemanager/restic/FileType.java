package io.statemanager.restic;

import java.util.Optional;

/** The kinds of objects in a repository, and where restic's default layout keeps them (paths relative to the repository's root, separated by '/'). */
public enum FileType {
    /** The one object named {@code config}; its name is the empty string. */
    CONFIG("config"),
    KEY("keys/"),
    /** A pack of blobs: {@code data/<first two hex digits>/<id>}. */
    PACK("data/"),
    INDEX("index/"),
    SNAPSHOT("snapshots/"),
    LOCK("locks/");

    private final String directory;

    FileType(String directory) {
        this.directory = directory;
    }

    /** The prefix below which all objects of this type lie, ending in '/' ({@code config} for the configuration). */
    public String prefix() {
        return directory;
    }

    /** The path of the object with this name; for {@link #CONFIG} the name is ignored. */
    public String path(String name) {
        if (this == CONFIG) {
            return directory;
        }
        if (this == PACK) {
            return directory + name.substring(0, 2) + '/' + name;
        }
        return directory + name;
    }

    /** The name of the object at a path below {@link #prefix()}; empty for what restic would not take for an object of this type. */
    public Optional<String> nameAt(String path) {
        if (this == CONFIG) {
            return path.equals(directory) ? Optional.of("") : Optional.empty();
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Id.isValid(name) && path.equals(path(name)) ? Optional.of(name) : Optional.empty();
    }
}
