package io.statemanager.restic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Gathers what lies in packs that are durable, and saves it as index files before they grow too large. Safe for use by many threads. */
final class IndexWriter {

    /** restic's limit; about 4 MiB as stored, where the format says below 8. */
    private static final int MAX_BLOBS = 50_000;

    private final Documents documents;
    private final BlobIndex index;
    private final boolean compress;
    private final Consumer<List<PackedBlob>> indexed;
    private final List<Id> saved = new ArrayList<>();
    private List<PackedBlob> open = new ArrayList<>();

    /** @param indexed is told of blobs that a saved index lists from now on */
    IndexWriter(Documents documents, BlobIndex index, boolean compress, Consumer<List<PackedBlob>> indexed) {
        this.documents = documents;
        this.index = index;
        this.compress = compress;
        this.indexed = indexed;
    }

    /** Takes a durable pack's blobs; saves what was gathered before where they would make it too large. */
    void add(List<PackedBlob> blobs) throws IOException {
        List<PackedBlob> full = List.of();
        synchronized (this) {
            if (open.size() + blobs.size() > MAX_BLOBS) {
                full = open;
                open = new ArrayList<>();
            }
            open.addAll(blobs);
        }
        save(full);
    }

    /** Saves the rest. */
    void flush() throws IOException {
        List<PackedBlob> rest;
        synchronized (this) {
            rest = open;
            open = new ArrayList<>();
        }
        save(rest);
    }

    synchronized List<Id> saved() {
        return List.copyOf(saved);
    }

    private void save(List<PackedBlob> blobs) throws IOException {
        if (blobs.isEmpty()) {
            return;
        }
        Id id = documents.save(FileType.INDEX, IndexFile.toJson(blobs), compress);
        index.add(id, blobs);
        indexed.accept(blobs);
        synchronized (this) {
            saved.add(id);
        }
    }
}
