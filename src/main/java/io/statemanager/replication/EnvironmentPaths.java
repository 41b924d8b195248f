package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * From a database's path as documents in the store name it to a file below the environment directory. Documents may be anybody's: a path
 * that leaves the directory is refused, and so is one that does not belong to its key.
 */
record EnvironmentPaths(Path root) {

    Path resolve(String key, String path) {
        return root.resolve(relative(key, path == null ? "" : path));
    }

    private static Path relative(String key, String path) {
        try {
            Path relative = Path.of(path);
            boolean inside = !path.isEmpty()
                    && !relative.isAbsolute()
                    && relative.equals(relative.normalize())
                    && !relative.startsWith("..");
            if (inside && DatabaseKey.of(relative).equals(key)) {
                return relative;
            }
        } catch (InvalidPathException e) {
            throw refused(key);
        }
        throw refused(key);
    }

    private static CommandException refused(String key) {
        return CommandException.of(
                FailureCode.REPLICA_DAMAGED,
                "database " + key + ": the path that the store names for it is not acceptable");
    }

    /**
     * Makes the directories that lead to a file which is about to be restored. What stands in their way, a file or a symbolic link that
     * would lead out of the tree, is removed: the tree is being made equal to one that has directories there.
     */
    void makeParents(Path file) throws IOException {
        Path at = root;
        Files.createDirectories(root);
        for (Path name : root.relativize(file.getParent())) {
            at = at.resolve(name);
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS) && !at.equals(root.resolve(""))) {
                Files.deleteIfExists(at);
                Files.createDirectory(at);
            }
        }
    }
}
