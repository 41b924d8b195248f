package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Id;
import io.statemanager.restic.TreeBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Stores the trees of all directories that have none, from the deepest upwards, those of one depth on a few threads. An unchanged
 * directory keeps the tree it has and is not looked at.
 */
final class TreeWriter {
    private final Map<String, DirectoryRecord> directories;
    private final BlobWriter writer;
    private final NodeMaker nodes;

    TreeWriter(Map<String, DirectoryRecord> directories, BlobWriter writer, NodeMaker nodes) {
        this.directories = directories;
        this.writer = writer;
        this.nodes = nodes;
    }

    /** Returns the top's tree. */
    Id write(Executor executor, int threads) throws IOException {
        Map<Integer, List<String>> byDepth = new TreeMap<>((a, b) -> b - a);
        directories.forEach((path, record) -> {
            if (record.tree() == null) {
                byDepth.computeIfAbsent(depth(path), d -> new ArrayList<>()).add(path);
            }
        });
        for (List<String> level : byDepth.values()) {
            Work.run(executor, threads, level, (path, more) -> write(path));
        }
        return directories.get("").tree();
    }

    private static int depth(String path) {
        return path.isEmpty() ? 0 : 1 + (int) path.chars().filter(c -> c == '/').count();
    }

    private void write(String path) throws IOException {
        DirectoryRecord record = directories.get(path);
        TreeBuilder tree = writer.newTree();
        for (FileEntry entry : record.entries()) {
            Id subtree = null;
            if (entry.isDirectory()) {
                // One that went away while the tree was walked has no record, nor a place in the tree.
                DirectoryRecord child = directories.get(RawName.join(path, entry.name()));
                if (child == null) {
                    continue;
                }
                subtree = child.tree();
            }
            tree.add(nodes.node(entry, subtree));
        }
        directories.put(path, record.storedAs(tree.save().id()));
    }
}
