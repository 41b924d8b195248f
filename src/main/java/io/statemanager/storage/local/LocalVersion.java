package io.statemanager.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One version of an object, as its file tells it. What a file's bytes do not say is in one extended attribute of the same file, written
 * before the file gets its name: so content, ETag and metadata appear together and disappear together.
 *
 * <p>The attribute also holds the file's size and time. A file that has none, or was changed afterwards by somebody else, is a version
 * too: its ETag is made of what the file system says about it, and it has no metadata.
 *
 * @param id differs for every version that ever was, even of equal content: whoever finds the same id before and after opening a file
 *     has opened that version
 * @param etag SHA-256 of the content, in hex, where this store wrote it
 */
record LocalVersion(String id, String etag, long size, Instant lastModified, Map<String, String> metadata) {
    private static final String ATTRIBUTE = "state-manager";
    private static final String FORMAT = "1";
    private static final int SETTLING = 5;

    /** The version that a path names at this moment; empty where there is no object. */
    static Optional<LocalVersion> of(Path file) throws IOException {
        for (int look = 0; ; look++) {
            Map<String, Object> before = stat(file);
            if (before == null) {
                return Optional.empty();
            }
            Optional<LocalVersion> written = attribute(file).flatMap(text -> parse(text, before));
            if (written.isPresent()) {
                return written;
            }
            // Replaced between the two looks, perhaps: what was read first and what was read last are then not the same
            // file.
            if (look >= SETTLING && before.equals(stat(file))) {
                return Optional.of(foreign(before));
            }
        }
    }

    private static Map<String, Object> stat(Path file) throws IOException {
        try {
            Map<String, Object> found = Files.readAttributes(
                    file, "unix:ino,size,lastModifiedTime,ctime,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            return Boolean.TRUE.equals(found.get("isRegularFile")) ? found : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (java.nio.file.FileSystemException e) {
            // Below a file there is nothing.
            if (e.getClass() == java.nio.file.FileSystemException.class && hasFileAbove(file)) {
                return null;
            }
            throw e;
        }
    }

    private static boolean hasFileAbove(Path file) {
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> attribute(Path file) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            ByteBuffer value = ByteBuffer.allocate(view.size(ATTRIBUTE));
            view.read(ATTRIBUTE, value);
            return Optional.of(new String(value.array(), 0, value.position(), StandardCharsets.UTF_8));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static Optional<LocalVersion> parse(String text, Map<String, Object> stat) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 4 || !lines.get(0).equals(FORMAT) || !lines.get(3).equals(fingerprint(stat))) {
            return Optional.empty();
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (String line : lines.subList(4, lines.size())) {
            int equals = line.indexOf('=');
            metadata.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return Optional.of(new LocalVersion(
                lines.get(1),
                lines.get(2),
                (Long) stat.get("size"),
                modified(stat).toInstant(),
                metadata));
    }

    private static LocalVersion foreign(Map<String, Object> stat) {
        FileTime changed = (FileTime) stat.get("ctime");
        String id = "file-" + Long.toHexString(((Number) stat.get("ino")).longValue()) + "-"
                + Long.toHexString(changed.to(TimeUnit.NANOSECONDS)) + "-" + Long.toHexString((Long) stat.get("size"));
        return new LocalVersion(id, id, (Long) stat.get("size"), modified(stat).toInstant(), Map.of());
    }

    private static FileTime modified(Map<String, Object> stat) {
        return (FileTime) stat.get("lastModifiedTime");
    }

    private static String fingerprint(Map<String, Object> stat) {
        return stat.get("size") + " " + modified(stat).to(TimeUnit.NANOSECONDS);
    }

    /** Gives a finished file, which nobody else knows yet, what its bytes do not say. */
    static void describe(Path file, String id, String etag, Map<String, String> metadata) throws IOException {
        Map<String, Object> stat = stat(file);
        if (stat == null) {
            throw new NoSuchFileException(file.toString());
        }
        StringBuilder text = new StringBuilder(FORMAT)
                .append('\n')
                .append(id)
                .append('\n')
                .append(etag)
                .append('\n')
                .append(fingerprint(stat))
                .append('\n');
        metadata.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .write(ATTRIBUTE, ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
