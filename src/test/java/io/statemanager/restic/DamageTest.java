package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects damaged in every way that a seed thinks of: what comes out is right, or an error that says what is wrong. */
class DamageTest {

    private static final int ROUNDS = 150;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final MemoryBackend backend = new MemoryBackend();
    private Map<BlobHandle, byte[]> stored;
    private SealedSnapshot snapshot;
    private Id lock;

    @BeforeEach
    void fill() throws IOException {
        SmallRepository filled = SmallRepository.fill(backend, executor);
        stored = filled.stored();
        snapshot = filled.snapshot();
        lock = filled.lock();
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Reads everything in every way; what is handed out must be what was stored. */
    private void readAll() throws IOException {
        try (Repository repository = Repository.open(backend, TestRepository.KEY)) {
            repository.loadIndex(executor);
            for (StoredLock found : repository.locks().list()) {
                assertThat(found.lock() == null || found.id().equals(lock)).isTrue();
            }
            Snapshot read = repository.loadSnapshot(snapshot.id());
            assertThat(read).isEqualTo(snapshot.snapshot());
            SnapshotCheck.Report report = new SnapshotCheck(repository, executor).check(read.tree(), true);
            Map<BlobHandle, byte[]> seen = new ConcurrentHashMap<>();
            List<String> failures = new ArrayList<>();
            repository
                    .newReader(new ReaderOptions(2, 40_000, 10_000), executor)
                    .read(stored.keySet(), new BlobReader.Consumer() {
                        @Override
                        public void accept(BlobHandle blob, byte[] buffer, int offset, int length) {
                            byte[] before = seen.put(blob, Arrays.copyOfRange(buffer, offset, offset + length));
                            assertThat(before).as("handed over once").isNull();
                        }

                        @Override
                        public synchronized void failed(BlobHandle blob, RepositoryException failure) {
                            failures.add(failure.getMessage());
                        }
                    });
            seen.forEach((blob, bytes) -> assertThat(bytes).isEqualTo(stored.get(blob)));
            assertThat(seen.size() + failures.size()).isEqualTo(stored.size());
            if (report.ok()) {
                assertThat(failures).isEmpty();
                assertThat(report.trees()).isEqualTo(4);
                assertThat(report.dataBlobs()).isEqualTo(24);
            } else {
                throw new CorruptObject("snapshot", String.join("; ", report.problems()));
            }
        }
    }

    @Test
    void a_whole_repository_reads_without_an_error() throws IOException {
        readAll();
    }

    @ParameterizedTest
    @EnumSource(
            value = FileType.class,
            names = {"KEY"},
            mode = EnumSource.Mode.EXCLUDE)
    void damaged_objects_give_errors_and_never_wrong_bytes(FileType type) throws IOException {
        SplittableRandom random = new SplittableRandom(type.name().hashCode());
        List<String> paths =
                backend.list(type).stream().map(info -> type.path(info.name())).toList();
        List<String> targets = type == FileType.CONFIG ? List.of("config") : paths;
        int errors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String path = targets.get(random.nextInt(targets.size()));
            byte[] whole = backend.objects.get(path);
            byte[] damaged = Damage.apply(whole, random);
            if (damaged == null) {
                backend.objects.remove(path);
            } else {
                backend.objects.put(path, damaged);
            }
            try {
                readAll();
            } catch (RepositoryException e) {
                errors++;
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                fail("round " + round + " on " + path, e);
            }
            backend.objects.put(path, whole);
        }
        if (type != FileType.LOCK) {
            assertThat(errors).as("errors that were told").isGreaterThan(ROUNDS / 2);
        }
    }

    @Test
    void damaged_keys_give_errors_and_never_another_key() throws IOException {
        SplittableRandom random = new SplittableRandom(99);
        String path = FileType.KEY.path(backend.list(FileType.KEY).get(0).name());
        byte[] whole = backend.objects.get(path);
        for (int round = 0; round < ROUNDS / 3; round++) {
            byte[] damaged = Damage.apply(whole, random);
            if (damaged == null || Arrays.equals(damaged, whole)) {
                continue;
            }
            try {
                MasterKey opened = KeyFile.fromJson(damaged, "key").open(round % 10 == 0 ? "x" : "y", "key");
                assertThat(opened == null || Arrays.equals(opened.toJson(), TestRepository.KEY.toJson()))
                        .isTrue();
            } catch (RepositoryException e) {
                assertThat(e.getMessage()).startsWith("key");
            }
        }
    }
}
