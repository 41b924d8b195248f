package io.statemanager.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Which file a path leads to: locks belong to this, not to the path, so that hard links and renames count. */
public record FileId(long device, long inode) {

    /** The file at a path; a symbolic link is itself. */
    public static FileId of(Path path) throws IOException {
        return of(Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS));
    }

    /** Likewise, empty where there is none. */
    public static Optional<FileId> ifExists(Path path) throws IOException {
        try {
            return Optional.of(of(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static FileId of(Map<String, Object> attributes) {
        return new FileId((Long) attributes.get("dev"), ((Number) attributes.get("ino")).longValue());
    }
}
