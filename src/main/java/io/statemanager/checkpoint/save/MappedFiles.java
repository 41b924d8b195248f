package io.statemanager.checkpoint.save;

import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files below a directory that processes have mapped for shared writing, from {@code /proc/PID/maps}. Found by path, since the device
 * number there is not the one that {@code stat} shows on every filesystem. Processes that may not be looked into are passed over.
 * Immutable.
 */
public final class MappedFiles implements HeldFiles {
    private static final Path PROC = Path.of("/proc");
    private static final String DELETED = " (deleted)";

    private final Set<String> paths;

    private MappedFiles(Set<String> paths) {
        this.paths = paths;
    }

    /** Of these processes. */
    public static MappedFiles of(Collection<Long> pids, String directory) {
        Set<String> paths = new HashSet<>();
        pids.forEach(pid -> read(PROC.resolve(Long.toString(pid)), directory, paths));
        return new MappedFiles(paths);
    }

    /** Of all processes there are. */
    public static MappedFiles ofAll(String directory) {
        List<Path> processes = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(PROC, "[0-9]*")) {
            found.forEach(processes::add);
        } catch (IOException e) {
            return new MappedFiles(Set.of());
        }
        Set<String> paths = new HashSet<>();
        processes.forEach(process -> read(process, directory, paths));
        return new MappedFiles(paths);
    }

    private static void read(Path process, String directory, Set<String> into) {
        String maps;
        try {
            maps = Files.readString(process.resolve("maps"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrForbidden) {
            return;
        }
        String prefix = directory + '/';
        maps.lines().forEach(line -> add(line, prefix, into));
    }

    /** {@code 7f00-7f01 rw-s 00000000 fd:00 1234      /path}: mode, then the path from the first slash on. */
    private static void add(String line, String prefix, Set<String> into) {
        int mode = line.indexOf(' ') + 1;
        int path = line.indexOf('/');
        boolean sharedWriting =
                mode > 0 && line.length() > mode + 4 && line.charAt(mode + 1) == 'w' && line.charAt(mode + 3) == 's';
        if (!sharedWriting || path < 0) {
            return;
        }
        // The kernel writes a line feed in a name as \012, and nothing else so.
        String name = line.substring(path).replace("\\012", "\n");
        if (name.startsWith(prefix)) {
            String below = name.substring(prefix.length());
            into.add(below.endsWith(DELETED) ? below.substring(0, below.length() - DELETED.length()) : below);
        }
    }

    public boolean isEmpty() {
        return paths.isEmpty();
    }

    @Override
    public boolean contains(String path, FileStat stat) {
        return paths.contains(path);
    }

    /** For messages and tests. */
    @Override
    public String toString() {
        return paths.stream().map(RawName::display).sorted().toList().toString();
    }
}
