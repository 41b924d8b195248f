package io.statemanager.checkpoint.save;

import io.statemanager.linux.Directory;
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
 * Files below a directory that processes have mapped for shared writing, from {@code /proc/PID/maps}; where wanted, those too that they
 * have open for writing, from {@code /proc/PID/fd}: in memory (tmpfs) only the first store by a mapping moves a timestamp,
 * and the mapping may be gone at the next look. Found by path, since the device
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

    /** Of these processes; {@code openToo}: also what they have open for writing. */
    public static MappedFiles of(Collection<Long> pids, String directory, boolean openToo) {
        return of(pids.stream().map(pid -> PROC.resolve(Long.toString(pid))).toList(), directory + '/', openToo);
    }

    /** Of all processes there are. */
    public static MappedFiles ofAll(String directory, boolean openToo) {
        List<Path> processes = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(PROC, "[0-9]*")) {
            found.forEach(processes::add);
        } catch (IOException e) {
            return new MappedFiles(Set.of());
        }
        return of(processes, directory + '/', openToo);
    }

    private static MappedFiles of(List<Path> processes, String prefix, boolean openToo) {
        Set<String> paths = new HashSet<>();
        for (Path process : processes) {
            readMaps(process, prefix, paths);
            if (openToo) {
                readOpen(process, prefix, paths);
            }
        }
        return new MappedFiles(paths);
    }

    private static void readMaps(Path process, String prefix, Set<String> into) {
        String maps;
        try {
            maps = Files.readString(process.resolve("maps"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrForbidden) {
            return;
        }
        maps.lines().forEach(line -> add(line, prefix, into));
    }

    private static void readOpen(Path process, String prefix, Set<String> into) {
        try (Directory descriptors = Directory.open(RawName.of(process.resolve("fd")))) {
            for (String descriptor : descriptors.names()) {
                readOpen(process, descriptors, descriptor, prefix, into);
            }
        } catch (IOException goneOrForbidden) {
            return;
        }
    }

    private static void readOpen(
            Path process, Directory descriptors, String descriptor, String prefix, Set<String> into) {
        try {
            String target = descriptors.readLink(descriptor);
            if (target.startsWith(prefix) && isForWriting(process, descriptor)) {
                addBelow(target.substring(prefix.length()), into);
            }
        } catch (IOException closedMeanwhile) {
            return; // the others are still there
        }
    }

    /** {@code flags:	0100002}, octal; the lowest two bits are the access mode, 0 for reading alone. */
    private static boolean isForWriting(Path process, String descriptor) throws IOException {
        return Files.readString(process.resolve("fdinfo").resolve(descriptor))
                .lines()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line -> (Long.parseLong(line.substring(6).strip(), 8) & 3) != 0);
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
            addBelow(name.substring(prefix.length()), into);
        }
    }

    private static void addBelow(String below, Set<String> into) {
        into.add(below.endsWith(DELETED) ? below.substring(0, below.length() - DELETED.length()) : below);
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
