package io.statemanager.checkpoint;

import io.statemanager.bus.CheckpointCommands.Open;
import io.statemanager.bus.Owned;
import io.statemanager.checkpoint.commit.CommitBook;
import io.statemanager.checkpoint.commit.CommitStore;
import io.statemanager.checkpoint.repository.OpenRepository;
import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Excludes;
import io.statemanager.checkpoint.scan.StatCache;
import io.statemanager.linux.Directory;
import io.statemanager.linux.RawName;
import io.statemanager.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The checkpoints of an owned environment while they are open: repository, commits, what is known of the tree. One operation at a
 * time changes it; that is the verticle's to see to.
 */
final class Environment {
    private final Open terms;
    private final Pools pools;
    private final CommitStore store;
    private final CommitBook book;
    private final OpenRepository repository;
    private final LeftOut leftOut;
    private final StatCache cache;
    private final ObjectStore objects;
    private volatile Map<String, DirectoryRecord> records;
    private volatile long maxPauseMs;
    private int users;
    private boolean closed;

    private Environment(
            Open terms,
            Pools pools,
            ObjectStore objects,
            CommitStore store,
            CommitBook book,
            OpenRepository repository,
            LeftOut leftOut) {
        this.terms = terms;
        this.pools = pools;
        this.objects = objects;
        this.store = store;
        this.book = book;
        this.repository = repository;
        this.leftOut = leftOut;
        this.cache = new StatCache(cacheDirectory(terms).resolve("files"));
        this.records = cache.load();
        this.maxPauseMs = terms.maxPauseMs();
    }

    private static Path cacheDirectory(Open terms) {
        return terms.environment().dataDir().resolve("cache");
    }

    /** Opens repository and commits, and mends what a crash left. Blocking. */
    static Environment open(Open terms, ObjectStore objects, Pools pools) throws IOException, InterruptedException {
        Owned owned = terms.environment();
        LeftOut leftOut = LeftOut.of(RawName.of(owned.envDir()), new Excludes(terms.exclude()));
        CommitStore store = new CommitStore(objects, owned.name());
        CommitBook book = new CommitBook(store.list(), owned.generation(), store.rememberedNumber());
        OpenRepository repository = terms.files()
                ? OpenRepository.open(objects, owned.name(), terms.password(), cacheDirectory(terms), pools.transfers())
                : null;
        Environment environment = new Environment(terms, pools, objects, store, book, repository, leftOut);
        try {
            new Mending(environment).run();
            return environment;
        } catch (IOException | RuntimeException e) {
            environment.closeQuietly(e);
            throw e;
        }
    }

    private void closeQuietly(Exception because) {
        try {
            close();
        } catch (IOException | RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    /** How long a checkpoint aims to hold the processes still; a reload may change it. Any thread. */
    long maxPauseMs() {
        return maxPauseMs;
    }

    void maxPauseMs(long milliseconds) {
        maxPauseMs = milliseconds;
    }

    Open terms() {
        return terms;
    }

    Owned owned() {
        return terms.environment();
    }

    Pools pools() {
        return pools;
    }

    CommitStore store() {
        return store;
    }

    CommitBook book() {
        return book;
    }

    ObjectStore objects() {
        return objects;
    }

    /** Null where files are not in the stacks. */
    OpenRepository repository() {
        return repository;
    }

    LeftOut leftOut() {
        return leftOut;
    }

    Path cacheDirectory() {
        return cacheDirectory(terms);
    }

    Directory openTop() throws IOException {
        return Directory.open(RawName.of(owned().envDir()));
    }

    Map<String, DirectoryRecord> records() {
        return records;
    }

    /** Keeps what an operation has seen of the tree, on disk too; a disk that is full costs one full reading later, nothing else. */
    void keep(Map<String, DirectoryRecord> seen) {
        records = seen;
        try {
            cache.save(seen);
        } catch (IOException e) {
            // The old one stays; it is believed only where it is right.
        }
    }

    /** One more user of the repository, so that closing waits for its end; false where it is closed. */
    synchronized boolean enter() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    /** The end of what {@link #enter} began. */
    void leave() throws IOException {
        boolean last;
        synchronized (this) {
            users--;
            last = closed && users == 0;
        }
        if (last) {
            closeRepository();
        }
    }

    /** Lets nobody in any more; the repository is closed when its last user leaves. */
    void close() throws IOException {
        boolean last;
        synchronized (this) {
            last = !closed && users == 0;
            closed = true;
        }
        if (last) {
            closeRepository();
        }
    }

    private void closeRepository() throws IOException {
        if (repository != null) {
            repository.close();
        }
    }
}
