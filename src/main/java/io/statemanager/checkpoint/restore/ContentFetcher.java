package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.Directory;
import io.statemanager.restic.BlobHandle;
import io.statemanager.restic.BlobReader;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.Id;
import io.statemanager.restic.ReaderOptions;
import io.statemanager.restic.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Fetches the blobs that a number of files miss, each once however many need it, and writes them where they belong. */
final class ContentFetcher {
    /** Ranges just too small for the old generation (conf/java.options): larger ones cost a full collection every few of them. */
    private static final ReaderOptions FETCH = new ReaderOptions(6, 960 << 10, 256 << 10);

    private final Repository repository;
    private final Directory top;
    private final Metadata metadata;
    private final Executor executor;

    ContentFetcher(Repository repository, Directory top, Metadata metadata, Executor executor) {
        this.repository = repository;
        this.top = top;
        this.metadata = metadata;
        this.executor = executor;
    }

    private record Place(FileTask task, long offset) {}

    /** Makes all of them complete. */
    void fetch(List<FileTask> tasks, int threads) throws IOException {
        try (Destinations destinations = new Destinations(top)) {
            fetch(tasks, threads, destinations);
        }
    }

    private void fetch(List<FileTask> tasks, int threads, Destinations destinations) throws IOException {
        Work.run(
                executor,
                threads,
                tasks.stream().filter(FileTask::needsNothing).toList(),
                (task, more) -> task.finish(destinations, metadata));
        Map<BlobHandle, List<Place>> places = new LinkedHashMap<>();
        tasks.forEach(task -> locate(task, places));
        if (places.isEmpty()) {
            return;
        }
        BlobReader reader = repository.newReader(FETCH, executor);
        reader.read(places.keySet(), (blob, buffer, offset, length) -> {
            for (Place place : places.get(blob)) {
                place.task().write(destinations, metadata, place.offset(), buffer, offset, length);
            }
        });
    }

    private static void locate(FileTask task, Map<BlobHandle, List<Place>> places) {
        List<Id> content = task.target.content();
        for (int i = 0; i < content.size(); i++) {
            if (task.needs(i)) {
                BlobHandle blob = new BlobHandle(BlobType.DATA, content.get(i));
                places.computeIfAbsent(blob, b -> new ArrayList<>(1)).add(new Place(task, task.offset(i)));
            }
        }
    }
}
