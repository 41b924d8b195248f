package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.RawName;
import io.statemanager.restic.Id;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The tree as it was found, and which of its names share a file. Immutable. */
final class LocalTree {
    /** Nothing is there. */
    static final LocalTree NONE = new LocalTree(Map.of());

    private final Map<String, DirectoryRecord> directories;
    private final Map<Long, List<String>> links = new HashMap<>();
    private final Map<String, FileEntry> linked = new HashMap<>();

    LocalTree(Map<String, DirectoryRecord> directories) {
        this.directories = directories;
        directories.forEach((path, record) -> {
            for (FileEntry entry : record.entries()) {
                if (entry.isHardLinked()) {
                    String whole = RawName.join(path, entry.name());
                    linked.put(whole, entry);
                    links.computeIfAbsent(entry.stat().inode(), i -> new ArrayList<>())
                            .add(whole);
                }
            }
        });
    }

    /** Whether the directory is, with everything below it, exactly what is stored as {@code tree}. */
    boolean has(String directory, Id tree) {
        DirectoryRecord record = directories.get(directory);
        return record != null && tree.equals(record.tree());
    }

    /** Hands over each name of a file that has several. */
    void eachLink(BiConsumer<String, FileEntry> each) {
        linked.forEach(each);
    }

    Map<String, DirectoryRecord> directories() {
        return directories;
    }

    /** A directory's entries by name; none where it is not there. */
    Map<String, FileEntry> entries(String directory) {
        DirectoryRecord record = directories.get(directory);
        Map<String, FileEntry> byName = new HashMap<>();
        if (record != null) {
            record.entries().forEach(entry -> byName.put(entry.name(), entry));
        }
        return byName;
    }

    /** All names in the tree that the file behind a hard-linked entry has. */
    List<String> namesOf(FileEntry entry) {
        return links.getOrDefault(entry.stat().inode(), List.of());
    }
}
