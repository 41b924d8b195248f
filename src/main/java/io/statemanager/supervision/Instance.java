package io.statemanager.supervision;

import io.statemanager.linux.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose processes are whose, across incarnations of the manager. Each process carries {@code <directory>/<incarnation>} in its environment:
 * the data directory's identity (a random id kept in it, with its device and inode, so that a copied directory is another one) and a random
 * id of this run of the manager.
 *
 * @param directory the data directory's identity
 * @param incarnation this run's
 */
record Instance(String directory, String incarnation) {

    /** This run for a data directory whose stored id is given. */
    static Instance of(Path dataDir, String storedId) throws IOException {
        Object device = Files.getAttribute(dataDir, "unix:dev");
        Object inode = Files.getAttribute(dataDir, "unix:ino");
        return new Instance(
                storedId + "." + device + "." + inode, UUID.randomUUID().toString());
    }

    /** What our processes carry. */
    String tag() {
        return directory + "/" + incarnation;
    }

    /** Which process of this run a pid belongs to by its tag; empty where it has none or may not be read. */
    Optional<String> processOf(int pid) {
        return ProcessTable.variable(pid, ChildEnvironment.INSTANCE)
                        .filter(tag()::equals)
                        .isPresent()
                ? ProcessTable.variable(pid, ChildEnvironment.PROCESS)
                : Optional.empty();
    }

    /** Whether a pid carries the tag of a former run for the same data directory. */
    boolean isFormer(int pid) {
        return ProcessTable.variable(pid, ChildEnvironment.INSTANCE)
                .filter(value -> value.startsWith(directory + "/") && !value.equals(tag()))
                .isPresent();
    }
}
