package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocksTest {

    private static final OffsetDateTime TIME = OffsetDateTime.parse("2026-01-02T03:04:05.678+01:00");

    @TempDir
    Path folder;

    private final MemoryBackend backend = new MemoryBackend();
    private Locks locks;

    @BeforeEach
    void create() throws IOException {
        locks = TestRepository.create(backend, 2).locks();
    }

    private static Lock lock(boolean exclusive) {
        return new Lock(TIME, exclusive, "sm-default", "root", 4711, 0, 5);
    }

    @Test
    void a_lock_is_created_refreshed_and_removed() throws IOException {
        Id first = locks.create(lock(false));
        assertThat(locks.list()).extracting(StoredLock::lock).containsExactly(lock(false));

        Lock later = lock(false).at(TIME.plusMinutes(5));
        Id second = locks.refresh(first, later);

        assertThat(locks.list())
                .extracting(StoredLock::id, StoredLock::lock)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(second, later));
        assertThat(locks.find(first)).isEmpty();
        assertThat(locks.find(second)).isPresent();
        locks.remove(second);
        locks.remove(second);
        assertThat(locks.list()).isEmpty();
    }

    @Test
    void empty_objects_are_no_locks_and_broken_ones_count_as_exclusive() throws IOException {
        backend.save(FileType.LOCK, "00".repeat(32), ByteBuffer.allocate(0));
        assertThat(locks.list()).isEmpty();

        backend.save(FileType.LOCK, "11".repeat(32), ByteBuffer.wrap(new byte[100]));
        StoredLock broken = locks.list().get(0);
        assertThat(broken.exclusive()).isTrue();
        assertThatThrownBy(() -> new LockWatch(() -> 0).requireUnlocked(locks.list(), List.of()))
                .isInstanceOf(RepositoryLocked.class)
                .hasMessageContaining("11".repeat(32));
    }

    @Test
    void a_foreign_exclusive_lock_is_in_force_until_it_was_seen_unchanged_for_thirty_minutes() throws IOException {
        AtomicLong nanos = new AtomicLong(-5);
        LockWatch watch = new LockWatch(nanos::get);
        Id theirs = locks.create(lock(true));
        assertThatThrownBy(() -> watch.requireUnlocked(locks.list(), List.of()))
                .isInstanceOfSatisfying(
                        RepositoryLocked.class, e -> assertThat(e.lock().id()).isEqualTo(theirs))
                .hasMessageContaining("exclusively by process 4711 of root on sm-default");

        nanos.addAndGet(Duration.ofMinutes(30).toNanos() - 1);
        assertThatThrownBy(() -> watch.requireUnlocked(locks.list(), List.of())).isInstanceOf(RepositoryLocked.class);
        nanos.incrementAndGet();
        assertThatCode(() -> watch.requireUnlocked(locks.list(), List.of())).doesNotThrowAnyException();
    }

    @Test
    void a_refreshed_lock_stays_in_force() throws IOException {
        AtomicLong nanos = new AtomicLong();
        LockWatch watch = new LockWatch(nanos::get);
        Id id = locks.create(lock(true));
        for (int minutes = 0; minutes <= 60; minutes += 20) {
            assertThat(watch.observe(locks.list())).hasSize(1);
            nanos.addAndGet(Duration.ofMinutes(20).toNanos());
            id = locks.refresh(id, lock(true).at(TIME.plusMinutes(minutes + 1)));
        }
        assertThatThrownBy(() -> watch.requireUnlocked(locks.list(), List.of())).isInstanceOf(RepositoryLocked.class);
    }

    @Test
    void our_own_and_shared_locks_do_not_stop_us() throws IOException {
        LockWatch watch = new LockWatch(() -> 0);
        Id ours = locks.create(lock(true));
        locks.create(lock(false));

        assertThatCode(() -> watch.requireUnlocked(locks.list(), List.of(ours))).doesNotThrowAnyException();
    }

    @Test
    void restic_has_its_own_rule_of_stale_locks() {
        assertThat(lock(true).isStale(TIME.plusMinutes(30), "other", pid -> false))
                .isFalse();
        assertThat(lock(true).isStale(TIME.plusMinutes(30).plusNanos(1), "other", pid -> true))
                .isTrue();
        assertThat(lock(true).isStale(TIME, "sm-default", pid -> false)).isTrue();
        assertThat(lock(true).isStale(TIME, "sm-default", pid -> pid == 4711)).isFalse();
    }

    @Test
    void restic_does_not_prune_beside_our_lock_and_lists_it() throws Exception {
        DirectoryBackend directory = new DirectoryBackend(folder.resolve("repository"));
        try (Repository repository = TestRepository.createWithPassword(directory, "x")) {
            Id ours = repository.locks().create(lock(false).at(OffsetDateTime.now(java.time.ZoneOffset.UTC)));
            Restic restic = Restic.current(folder.resolve("repository"), "x");

            assertThat(restic.run("list", "locks", "--no-lock")).contains(ours.toString());
            assertThat(restic.run("cat", "lock", ours.toString()))
                    .contains("\"hostname\": \"sm-default\"", "\"pid\": 4711");
            Restic.Result refused = restic.attempt(null, "prune");
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.text()).contains("already locked", "PID 4711 on sm-default");
            restic.run("unlock");
            assertThat(repository.locks().find(ours))
                    .as("a lock that is not stale survives")
                    .isPresent();

            repository.locks().remove(ours);
            restic.run("prune");
            Id old = repository
                    .locks()
                    .create(lock(true)
                            .at(OffsetDateTime.now(java.time.ZoneOffset.UTC).minusMinutes(31)));
            restic.run("unlock");
            assertThat(repository.locks().find(old)).isEmpty();
        }
    }
}
