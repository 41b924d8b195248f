package io.statemanager.checkpoint;

import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a restore must bring back, one line an entry: type, mode, owner, time in nanoseconds, size, content, target,
 * attributes, and which names share a file. Read with nothing of the code that it judges but the native calls.
 */
public final class Manifest {
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Long, String> firstName = new HashMap<>();

    private Manifest() {}

    public static Map<String, String> of(Path top) throws IOException {
        Manifest manifest = new Manifest();
        try (Directory directory = Directory.open(RawName.of(top))) {
            manifest.add(directory, "");
        }
        return manifest.lines;
    }

    private void add(Directory directory, String path) throws IOException {
        for (String name : new TreeSet<>(directory.names())) {
            FileStat stat = directory.stat(name);
            String whole = RawName.join(path, name);
            if (stat.type() == FileType.SOCKET) {
                continue;
            }
            lines.put(RawName.display(whole), line(directory, name, whole, stat));
            if (stat.isDirectory()) {
                try (Directory child = directory.openChild(name)) {
                    add(child, whole);
                }
            }
        }
    }

    private String line(Directory directory, String name, String whole, FileStat stat) throws IOException {
        StringBuilder line = new StringBuilder()
                .append(stat.type())
                .append(' ')
                .append(Integer.toOctalString(stat.permissions()))
                .append(' ')
                .append(stat.user())
                .append(':')
                .append(stat.group())
                .append(' ')
                .append(stat.mtimeSeconds())
                .append('.')
                .append(stat.mtimeNanos());
        switch (stat.type()) {
            case FILE -> line.append(' ').append(stat.size()).append(' ').append(hash(directory, name));
            case SYMLINK -> line.append(" -> ").append(RawName.display(directory.readLink(name)));
            default -> line.append("");
        }
        directory.xattrs(name).all().forEach((key, value) -> {
            if (!key.equals("security.selinux")) {
                line.append(' ').append(key).append('=').append(HexFormat.of().formatHex(value));
            }
        });
        if (!stat.isDirectory() && stat.links() > 1) {
            String first = firstName.putIfAbsent(stat.inode(), whole);
            line.append(" links ").append(stat.links()).append(" with ").append(first == null ? "itself" : first);
        }
        return line.toString();
    }

    private static String hash(Directory directory, String name) throws IOException {
        try (OpenFile file = directory.openFile(name)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int got = file.read(buffer, 0, buffer.length); got > 0; got = file.read(buffer, 0, buffer.length)) {
                digest.update(buffer, 0, got);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For messages: the lines that differ. */
    static List<String> differences(Map<String, String> a, Map<String, String> b) {
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        return names.stream()
                .filter(name -> !String.valueOf(a.get(name)).equals(b.get(name)))
                .map(name -> name + ": " + a.get(name) + " | " + b.get(name))
                .toList();
    }
}
