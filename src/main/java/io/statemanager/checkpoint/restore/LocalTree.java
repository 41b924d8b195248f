package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.linux.RawName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tree as it was found, and which of its names share a file. Immutable. */
final class LocalTree {
    private final Map<String, DirectoryRecord> directories;
    private final Map<Long, List<String>> links = new HashMap<>();

    LocalTree(Scan scan) {
        this.directories = scan.directories();
        directories.forEach((path, record) -> {
            for (FileEntry entry : record.entries()) {
                if (entry.isHardLinked()) {
                    links.computeIfAbsent(entry.stat().inode(), i -> new ArrayList<>())
                            .add(RawName.join(path, entry.name()));
                }
            }
        });
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
