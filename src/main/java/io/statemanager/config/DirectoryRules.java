package io.statemanager.config;

import io.statemanager.bus.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How the three directories may lie to one another. A checkpoint that held our own files or the store that it is written to would restore
 * them over the running manager, so the managed tree never contains either, wherever symbolic links lead.
 */
final class DirectoryRules {
    private static final Set<String> OURS = Set.of(
            "config.json",
            "token",
            "lock",
            "state.json",
            "control.sock",
            "bus.sock",
            "replication",
            "logs",
            "cache",
            "journal");

    private final Path dataDir;

    DirectoryRules(Path dataDir) {
        this.dataDir = real(dataDir.toAbsolutePath().normalize());
    }

    List<Fault> faults(StorageSettings storage) {
        List<Fault> faults = new ArrayList<>();
        Path envDir = real(storage.envDir());
        check(faults, dataDir.startsWith(envDir), "env_dir", "the data directory may not be it or lie in it");
        check(faults, entry(envDir, Defaults.STORE_DIR), "env_dir", "lies where the manager keeps its own files");
        if (storage.path() != null) {
            Path path = real(storage.path());
            check(faults, dataDir.startsWith(path), "path", "the data directory may not be it or lie in it");
            check(faults, entry(path, "lock"), "path", "lies where the manager keeps its own files");
            check(
                    faults,
                    path.startsWith(envDir) || envDir.startsWith(path),
                    "path",
                    "env_dir and the store may not contain each other");
        }
        return faults;
    }

    /** Whether a path is one of our entries of the data directory or lies in one. */
    private boolean entry(Path path, String alsoOurs) {
        if (!path.startsWith(dataDir) || path.equals(dataDir)) {
            return false;
        }
        String first = dataDir.relativize(path).getName(0).toString();
        return OURS.contains(first) || first.equals(alsoOurs);
    }

    private static void check(List<Fault> faults, boolean broken, String member, String sentence) {
        if (broken && faults.stream().noneMatch(fault -> fault.path().equals("storage." + member))) {
            faults.add(new Fault("storage." + member, sentence));
        }
    }

    /** Where a path leads: links are followed as far as it exists. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(path.getFileName());
        }
    }
}
