package io.statemanager.sqlite;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which other processes have a file open, from {@code /proc}. Best effort: processes that this one may not look into are not seen, so an
 * empty answer proves nothing. Its purpose is to name somebody.
 */
final class FileHolders {
    private static final Path PROC = Path.of("/proc");

    private FileHolders() {}

    /** Texts such as {@code python3 (pid 4711)}. */
    static List<String> of(Collection<FileId> files) {
        List<String> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(PROC.relativize(process).toString());
                if (pid != self && hasOpen(process, files)) {
                    found.add(nameOf(process) + " (pid " + pid + ")");
                }
            }
        } catch (IOException e) {
            return found; // no /proc: nobody can be named
        }
        return found;
    }

    private static boolean hasOpen(Path process, Collection<FileId> files) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, files)) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // it has ended, or belongs to somebody else
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, Collection<FileId> files) {
        try {
            Map<String, Object> attributes = Files.readAttributes(descriptor, "unix:dev,ino");
            return files.contains(
                    new FileId((Long) attributes.get("dev"), ((Number) attributes.get("ino")).longValue()));
        } catch (IOException e) {
            return false; // closed meanwhile, or a socket
        }
    }

    private static String nameOf(Path process) {
        try {
            return Files.readString(process.resolve("comm")).trim();
        } catch (IOException e) {
            return "a process";
        }
    }
}
