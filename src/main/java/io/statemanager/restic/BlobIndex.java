package io.statemanager.restic;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which blob lies where, for all blobs of a repository in about 56 bytes each. It holds what saved index files say, nothing that is still on its way. Safe
 * for use by many threads; readers do not block one another.
 */
public final class BlobIndex {

    private final Set<Id> files = ConcurrentHashMap.newKeySet();
    private volatile BlobTable table = new BlobTable();
    /** Index files saved while the table is being replaced; null where it is not. */
    private Map<Id, List<PackedBlob>> addedMeanwhile;

    private volatile Set<Id> avoided = Set.of();

    BlobIndex() {}

    /** Whether a saved index lists the blob. */
    public boolean contains(BlobHandle blob) {
        return table.find(blob) >= 0;
    }

    /** One place where it lies. */
    public Optional<PackedBlob> find(BlobHandle blob) {
        BlobTable current = table;
        int entry = current.find(blob);
        return entry < 0 ? Optional.empty() : Optional.of(current.get(entry));
    }

    /** All places where it lies. */
    public List<PackedBlob> findAll(BlobHandle blob) {
        return table.all(blob);
    }

    /** A place on which a writer may build: in a pack that is not to be avoided. */
    Optional<PackedBlob> findToBuildOn(BlobHandle blob) {
        if (avoided.isEmpty()) {
            return find(blob);
        }
        return findAll(blob).stream()
                .filter(place -> !avoided.contains(place.pack()))
                .findFirst();
    }

    /** Number of entries, copies counted. */
    public int size() {
        return table.size();
    }

    /** All packs that have entries. */
    public Set<Id> packs() {
        return Set.copyOf(table.packs());
    }

    /** The index files that this is made of. */
    public Set<Id> files() {
        return Set.copyOf(files);
    }

    /**
     * Packs that writers must not build on (about to be pruned). Blobs that lie in them alone count as unknown to writers and are stored again; readers
     * still find them. Replaces what was set before.
     */
    public void avoid(Collection<Id> packs) {
        avoided = Set.copyOf(packs);
    }

    BlobTable table() {
        return table;
    }

    /** A new index file, saved, and its entries. */
    synchronized void add(Id file, List<PackedBlob> blobs) {
        table.addAll(blobs);
        files.add(file);
        if (addedMeanwhile != null) {
            addedMeanwhile.put(file, blobs);
        }
    }

    /** Files whose entries are in the table already. */
    synchronized void addFiles(Set<Id> read) {
        files.addAll(read);
    }

    /** From now on what is added is remembered for {@link #replace}. */
    synchronized void beginReplacing() {
        addedMeanwhile = new HashMap<>();
    }

    /** Another state of the world, read anew. */
    synchronized void replace(Set<Id> newFiles, BlobTable newTable) {
        addedMeanwhile.values().forEach(newTable::addAll);
        table = newTable;
        files.addAll(newFiles);
        files.removeIf(file -> !newFiles.contains(file) && !addedMeanwhile.containsKey(file));
        addedMeanwhile = null;
    }
}
