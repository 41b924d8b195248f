package io.statemanager.replication;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.sqlite.UnattachableException;
import io.statemanager.sqlite.WalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The databases of the environment while it runs: those that are attached, with a worker each, and those that go into checkpoints as files,
 * with the reason. Keeps {@code databases.json} true.
 *
 * <p>One call at a time, on any worker thread; within a call the databases are worked on in parallel.
 */
final class Fleet {
    private final Context context;
    private final Catalog catalog;
    private final Map<String, ReplicaTip> tips;
    private final Discovery discovery;
    private final Map<String, DatabaseWorker> workers = new TreeMap<>();
    private final Map<String, AsFile> asFiles = new TreeMap<>();
    private final Map<String, String> lastErrors = new ConcurrentHashMap<>();

    /** A database that is checkpointed as a file. */
    record AsFile(String path, String reason) {}

    /** @param tips what the replicas hold, by key, after the claim; kept up to date when databases are detached */
    Fleet(Context context, Catalog catalog, Map<String, ReplicaTip> tips) {
        this.context = context;
        this.catalog = catalog;
        this.tips = tips;
        this.discovery = new Discovery(context.registry(), context.envDir());
    }

    Map<String, DatabaseWorker> workers() {
        return workers;
    }

    Map<String, AsFile> asFiles() {
        return asFiles;
    }

    /** What went wrong with a database last, until something goes right with it; null where nothing did. */
    String lastError(String key) {
        return lastErrors.get(key);
    }

    /** Finds the databases; attaches what is new, lets go what is gone, and notes in the catalog what the application deleted. */
    void refresh() throws IOException {
        Map<String, Path> found = new TreeMap<>();
        asFiles.clear();
        for (Path path : discovery.find()) {
            String key = DatabaseKey.of(path);
            if (key.length() > DatabaseKey.MAX_LENGTH) {
                asFiles.put(key, new AsFile(path.toString(), "its path is too long for a replica's name"));
            } else {
                found.put(key, path);
            }
        }
        for (String key : List.copyOf(workers.keySet())) {
            if (!found.containsKey(key) || !workers.get(key).isInPlace()) {
                detach(key);
            }
        }
        for (Map.Entry<String, Path> entry : found.entrySet()) {
            if (!workers.containsKey(entry.getKey())) {
                attach(entry.getKey(), entry.getValue());
            }
        }
        updateCatalog();
    }

    private void attach(String key, Path relative) throws IOException {
        Path file = context.envDir().resolve(relative);
        WalConnection connection;
        try {
            connection = WalConnection.open(context.registry(), file);
        } catch (UnattachableException e) {
            asFiles.put(key, new AsFile(relative.toString(), e.getMessage()));
            return;
        }
        try {
            ReplicaTip tip =
                    tips.containsKey(key) ? tips.get(key) : context.claims().claim(key);
            tips.put(key, tip);
            Replica replica = Replica.open(key, context.store(), context.spool(), context.claims(), tip);
            workers.put(
                    key,
                    new DatabaseWorker(
                            key, relative.toString(), connection, replica, context.spool(), context.generation()));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Present: what is attached, each time anew, so that a listing that failed once is made up for before anything is uploaded. Deleted: what is
     * listed as present and has no file any more, now that ownership is settled.
     */
    private void updateCatalog() {
        catalog.change(all -> {
            workers.forEach((key, worker) -> all.put(key, new Catalog.Entry(worker.path(), null)));
            all.replaceAll((key, entry) -> {
                boolean isGone = entry.deletedSince() == null
                        && !Files.exists(context.paths().resolve(key, entry.path()));
                return isGone
                        ? entry.deleted(tips.getOrDefault(key, ReplicaTip.EMPTY).newest())
                        : entry;
            });
            return all;
        });
    }

    /** Takes a read mark on every database. One that cannot be marked is taken as a file this time. */
    void mark() throws IOException {
        refresh();
        Map<String, String> failed = new TreeMap<>();
        for (Map.Entry<String, DatabaseWorker> entry : workers.entrySet()) {
            try {
                entry.getValue().mark();
            } catch (SQLException e) {
                failed.put(entry.getKey(), "cannot be read: " + e.getMessage());
            }
        }
        for (Map.Entry<String, String> entry : failed.entrySet()) {
            asFiles.put(entry.getKey(), new AsFile(workers.get(entry.getKey()).path(), entry.getValue()));
            detach(entry.getKey());
        }
    }

    /** Fixes the instant of every marked database; those that have none are taken as files, and told. */
    Map<String, String> fix() throws IOException {
        Map<String, String> without = new TreeMap<>();
        for (Map.Entry<String, DatabaseWorker> entry : workers.entrySet()) {
            if (!entry.getValue().fix()) {
                without.put(entry.getKey(), entry.getValue().path());
                asFiles.put(
                        entry.getKey(),
                        new AsFile(
                                entry.getValue().path(),
                                "its state could not be told while the processes were frozen"));
            }
        }
        return without;
    }

    /** What all captures of a checkpoint came to. */
    record Captures(Map<String, DatabasePosition> positions, long bytesUploaded) {}

    /** Makes every fixed instant durable. */
    Captures capture() throws IOException {
        Map<String, DatabasePosition> positions = new TreeMap<>();
        long[] bytes = {0};
        BoundedTasks tasks = new BoundedTasks(context.pool(), 2);
        for (Map.Entry<String, DatabaseWorker> entry : workers.entrySet()) {
            if (!asFiles.containsKey(entry.getKey())) {
                tasks.submit(() -> {
                    DatabaseWorker.Outcome outcome = capture(entry.getKey(), entry.getValue());
                    synchronized (positions) {
                        positions.put(entry.getKey(), outcome.position());
                        bytes[0] += outcome.bytesUploaded();
                    }
                    return null;
                });
            }
        }
        tasks.await();
        asFiles.forEach((key, file) -> positions.put(key, DatabasePosition.file(file.path(), file.reason())));
        return new Captures(positions, bytes[0]);
    }

    private DatabaseWorker.Outcome capture(String key, DatabaseWorker worker) throws IOException {
        try {
            DatabaseWorker.Outcome outcome = worker.capture();
            lastErrors.remove(key);
            return outcome;
        } catch (IOException | RuntimeException e) {
            lastErrors.put(key, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Lets all read marks go. A database whose mark cannot be let go is detached, which ends it too. */
    void release() throws IOException {
        List<String> stuck = new ArrayList<>();
        for (Map.Entry<String, DatabaseWorker> entry : workers.entrySet()) {
            try {
                entry.getValue().release();
            } catch (SQLException e) {
                stuck.add(entry.getKey());
            }
        }
        for (String key : stuck) {
            detach(key);
        }
    }

    /** Detaches all; fails where the outcome of a last upload cannot be found out, and leaves that database attached. */
    void detachAll() throws IOException {
        for (String key : List.copyOf(workers.keySet())) {
            detach(key);
        }
        asFiles.clear();
    }

    /**
     * What becomes of the database next is told by where its replica ends: so that is known before it is let go. A file under way that
     * nobody knows of would come after it, and count as newer than a restore or a deletion.
     */
    private void detach(String key) throws IOException {
        DatabaseWorker worker = workers.get(key);
        try {
            worker.replica().settle();
        } catch (Replica.MovedException claimedAgain) {
            // Then its end is known, too.
        }
        workers.remove(key);
        tips.put(key, worker.replica().tip());
        worker.close();
    }

    /** Closes all at the end of the environment's ownership; where replicas end is found out by the next claim. */
    void close() throws IOException {
        for (String key : List.copyOf(workers.keySet())) {
            workers.remove(key).close();
        }
        asFiles.clear();
    }
}
