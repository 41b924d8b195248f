package io.statemanager.checkpoint.repository;

import io.statemanager.restic.Backend;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.FileType;
import io.statemanager.restic.Id;
import io.statemanager.restic.MissingObject;
import io.statemanager.restic.Repository;
import io.statemanager.restic.UnlockedKey;
import io.statemanager.restic.WriteReceipt;
import io.statemanager.restic.WriterOptions;
import io.statemanager.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The repository, held open: key and index in memory, our lock refreshed, so that a checkpoint reads nothing of it. Blocking; safe
 * for several threads as far as {@link Repository} is.
 */
public final class OpenRepository implements AutoCloseable {
    private final Repository repository;
    private final IndexCache cache;
    private final LockKeeper lock;
    private final Executor executor;

    private OpenRepository(Repository repository, IndexCache cache, LockKeeper lock, Executor executor) {
        this.repository = repository;
        this.cache = cache;
        this.lock = lock;
        this.executor = executor;
    }

    /**
     * Opens it, and makes it where there is none.
     *
     * @param store gated
     * @param environment named in our lock object and in a new key
     * @param executor for reading the index and for transfers
     */
    public static OpenRepository open(
            ObjectStore store, String environment, String password, Path cacheDirectory, Executor executor)
            throws IOException, InterruptedException {
        StoreBackend direct = new StoreBackend(store);
        UnlockedKey key = new Founding(store, direct).found(password, environment);
        IndexCache cache = new IndexCache(direct, cacheDirectory.resolve("index"));
        Repository repository = Repository.open(cache, key.masterKey());
        LockKeeper lock = new LockKeeper(repository.locks(), direct, environment);
        try {
            lock.take(() -> repository.loadIndex(executor));
            cache.retain(repository.index().files());
            return new OpenRepository(repository, cache, lock, executor);
        } catch (IOException | InterruptedException | RuntimeException e) {
            release(lock, e);
            repository.close();
            throw e;
        }
    }

    private static void release(LockKeeper lock, Exception because) {
        try {
            lock.release();
        } catch (IOException | RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    public Repository repository() {
        return repository;
    }

    /** Where its objects are. */
    public Backend backend() {
        return cache;
    }

    public BlobWriter newWriter() {
        return repository.newWriter(WriterOptions.DEFAULT, executor);
    }

    /** To be called each five minutes. */
    public void refreshLock() throws IOException {
        lock.refresh();
    }

    /**
     * Whether our lock has been there all the time, so that nobody can have pruned. One round trip. Errors: {@link
     * io.statemanager.restic.RepositoryLocked} where somebody is about to.
     */
    public boolean isLockValid() throws IOException {
        return lock.isValid();
    }

    /**
     * Where our lock has not been there all the time: takes a new one, and proves that everything that a commit is about to rely on
     * is still there.
     *
     * @param receipt what the writer stored
     * @throws MissingObject names a pack that is not
     */
    public void proveBase(BlobWriter writer, WriteReceipt receipt) throws IOException, InterruptedException {
        lock.release();
        lock.take(() -> repository.loadIndex(executor));
        cache.retain(repository.index().files());
        Set<String> there = new HashSet<>();
        cache.list(FileType.PACK).forEach(info -> there.add(info.name()));
        Set<Id> needed = new HashSet<>(writer.packsReliedOn());
        Set<Id> indexed = repository.index().packs();
        for (Id pack : needed) {
            // A prune that was cut off between its new index and its deletions leaves packs that nobody names any more.
            if (!indexed.contains(pack)) {
                throw new MissingObject("the index entry of pack " + pack);
            }
        }
        needed.addAll(receipt.packs());
        for (Id pack : needed) {
            if (!there.contains(pack.toString())) {
                throw new MissingObject(FileType.PACK, pack.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            lock.release();
        } finally {
            repository.close();
        }
    }
}
