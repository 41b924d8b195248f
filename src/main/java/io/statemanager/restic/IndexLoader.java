package io.statemanager.restic;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** Brings a {@link BlobIndex} up to date with the index files in the store. One load at a time. */
final class IndexLoader {

    /** One file of 50,000 blobs takes some 10 MB while it is read. */
    private static final int AT_ONCE = 4;

    private final Backend backend;
    private final Documents documents;
    private final BlobIndex index;
    /** Files that others said they replace; they stay out for good, as an id is never used again. */
    private final Set<Id> superseded = ConcurrentHashMap.newKeySet();

    IndexLoader(Backend backend, Documents documents, BlobIndex index) {
        this.backend = backend;
        this.documents = documents;
        this.index = index;
    }

    synchronized void load(Executor executor) throws IOException {
        Set<Id> known = index.files();
        Set<Id> fresh = list();
        boolean allThere = fresh.containsAll(known);
        fresh.removeAll(known);
        if (allThere) {
            read(executor, fresh, index.table());
            index.addFiles(fresh);
        }
        if (!allThere || index.files().stream().anyMatch(superseded::contains)) {
            rebuild(executor);
        }
    }

    /** Rare: after a prune. Readers go on with the old table until the new one is whole, and what writers save meanwhile is in both. */
    private void rebuild(Executor executor) throws IOException {
        index.beginReplacing();
        while (true) {
            Set<Id> wanted = list();
            wanted.removeAll(superseded);
            BlobTable table = new BlobTable();
            read(executor, wanted, table);
            if (wanted.stream().noneMatch(superseded::contains)) {
                index.replace(wanted, table);
                return;
            }
        }
    }

    private void read(Executor executor, Set<Id> files, BlobTable table) throws IOException {
        Parallel.forEach(executor, AT_ONCE, List.copyOf(files).iterator(), file -> {
            IndexFile content = readFile(file);
            if (content != null) {
                superseded.addAll(content.supersedes());
                table.addAll(content.blobs());
            }
        });
    }

    private IndexFile readFile(Id file) throws IOException {
        try (JsonReader json = documents.load(FileType.INDEX, file)) {
            return IndexFile.read(json);
        } catch (MissingObject e) {
            // Replaced by a prune between the listing and now; its successor is in the next listing.
            throw new MissingObject(
                    "index " + file + " vanished while it was read; loading the index again may help: it");
        }
    }

    private Set<Id> list() throws IOException {
        return backend.list(FileType.INDEX).stream()
                .map(info -> Id.parse(info.name()))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
