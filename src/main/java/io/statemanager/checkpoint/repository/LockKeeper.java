package io.statemanager.checkpoint.repository;

import io.statemanager.restic.FileType;
import io.statemanager.restic.Id;
import io.statemanager.restic.Lock;
import io.statemanager.restic.LockWatch;
import io.statemanager.restic.Locks;
import io.statemanager.restic.RepositoryLocked;
import io.statemanager.restic.StoredLock;
import io.statemanager.storage.ObjectInfo;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Our lock object in the repository: a foreign {@code restic prune} refuses to run while it is there and younger than 30 minutes.
 * It is not exclusive; environments and restic's own backups work side by side. Blocking; safe for several threads.
 */
final class LockKeeper {
    /** Older than this by the store's clock it may be taken for abandoned at any moment, with all that was read under it. */
    static final Duration TOO_OLD = Duration.ofMinutes(25);

    /** As restic does between creating its lock and looking for others', so that of two at once each sees the other. */
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final Locks locks;
    private final StoreBackend backend;
    private final LockWatch watch = new LockWatch(System::nanoTime);
    private final Lock lock;
    private List<StoredLock> known = List.of();
    private Id current;
    private boolean interrupted;

    LockKeeper(Locks locks, StoreBackend backend, String environment) {
        this.locks = locks;
        this.backend = backend;
        this.lock = new Lock(
                now(),
                false,
                "sm-" + environment,
                "state-manager",
                ProcessHandle.current().pid(),
                0,
                0);
    }

    private static OffsetDateTime now() {
        return Instant.now().atOffset(ZoneOffset.UTC);
    }

    /** What may be done under the lock. */
    interface Reading {
        void read() throws IOException;
    }

    /**
     * Takes it, and reads meanwhile what is only valid where it was had: it was there before.
     *
     * <p>Errors: {@link RepositoryLocked} where a foreign exclusive one is in force.
     */
    void take(Reading meanwhile) throws IOException, InterruptedException {
        create();
        long created = System.nanoTime();
        try {
            read(meanwhile);
            long left = LOOK_AGAIN_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - created);
            Thread.sleep(Math.max(0, left));
            requireUnlocked();
        } catch (IOException | InterruptedException | RuntimeException e) {
            release();
            throw e;
        }
    }

    /** What cannot be read may be because somebody takes it away, which is the better reason to tell. */
    private void read(Reading meanwhile) throws IOException {
        try {
            meanwhile.read();
        } catch (IOException e) {
            requireUnlocked();
            throw e;
        }
    }

    private synchronized void create() throws IOException {
        requireUnlocked();
        current = locks.create(lock.at(now()));
        interrupted = false;
    }

    private synchronized void requireUnlocked() throws IOException {
        known = locks.list(known);
        watch.requireUnlocked(known, current == null ? List.of() : List.of(current));
    }

    /**
     * Replaces it by a newer one. One that was gone or too old (this machine slept) was not there all the time, and no newer one
     * makes that good: then {@link #isValid} stays false until it is taken again.
     */
    synchronized void refresh() throws IOException {
        if (current == null) {
            return;
        }
        if (!isYoung(backend.head(FileType.LOCK, current.toString()))) {
            interrupted = true;
            requireUnlocked();
        }
        current = locks.refresh(current, lock.at(now()));
    }

    /**
     * Whether it has been there all the time, and is young enough by the store's own clock. One round trip, but for locks of others
     * that were not seen before. Errors: {@link RepositoryLocked} where somebody else's exclusive one is in force beside it.
     */
    synchronized boolean isValid() throws IOException {
        if (current == null || interrupted) {
            return false;
        }
        Future<Optional<ObjectInfo>> asked = backend.ask(FileType.LOCK, current.toString());
        requireUnlocked();
        return isYoung(StoreBackend.call(asked));
    }

    private static boolean isYoung(Optional<ObjectInfo> there) {
        return there.isPresent() && there.get().age().compareTo(TOO_OLD) < 0;
    }

    synchronized void release() throws IOException {
        if (current != null) {
            Id released = current;
            current = null;
            locks.remove(released);
        }
    }
}
