package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of ours that restic prunes and repairs while we have it open. */
class PruneTest {

    @TempDir
    Path folder;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private Repository repository;
    private Path source;

    @BeforeEach
    void create() throws Exception {
        repository = TestRepository.createWithPassword(new DirectoryBackend(folder.resolve("repository")), "x");
        source = Samples.folder(folder.resolve("source"));
    }

    @AfterEach
    void close() {
        repository.close();
        executor.shutdownNow();
    }

    private SealedSnapshot backup() throws Exception {
        try (BlobWriter writer = repository.newWriter(new WriterOptions(1 << 20, 1, 2, true), executor)) {
            return Archive.backup(repository, writer, source);
        }
    }

    @Test
    void what_a_prune_moved_is_found_and_what_it_removed_is_stored_again() throws Exception {
        SealedSnapshot first = backup();
        Files.delete(source.resolve("a/b/random 5 MB"));
        Files.delete(source.resolve("many/file7"));
        SealedSnapshot second = backup();
        Set<Id> packsBefore = repository.index().packs();
        Restic restic = Restic.current(folder.resolve("repository"), "x");
        restic.run("forget", "--prune", "--max-unused", "0", first.id().toString());

        repository.loadIndex(executor);

        assertThat(repository.listSnapshots()).containsExactly(second.id());
        assertThat(repository.index().packs()).isNotEqualTo(packsBefore);
        Archive.restore(repository, second.snapshot().tree(), folder.resolve("restored"));
        assertThat(Samples.contents(folder.resolve("restored"))).isEqualTo(Samples.contents(source));
        byte[] removed = Samples.text(107, 10 + 7 * 7);
        assertThatThrownBy(() -> repository.loadBlob(new BlobHandle(BlobType.DATA, Id.hashOf(removed))))
                .isInstanceOf(MissingObject.class);
        Files.write(source.resolve("many/file7"), removed);
        SealedSnapshot third = backup();
        assertThat(restic.run("check", "--read-data")).contains("no errors were found");
        assertThat(new SnapshotCheck(repository, executor)
                        .check(third.snapshot().tree(), true)
                        .problems())
                .isEmpty();
    }

    @Test
    void an_index_that_restic_made_anew_from_our_packs_is_the_same() throws Exception {
        SealedSnapshot snapshot = backup();
        int entries = repository.index().size();
        for (Path index : files("index")) {
            Files.delete(index);
        }
        Restic restic = Restic.current(folder.resolve("repository"), "x");
        restic.run("repair", "index");

        repository.loadIndex(executor);

        assertThat(repository.index().size()).isEqualTo(entries);
        assertThat(new SnapshotCheck(repository, executor)
                        .check(snapshot.snapshot().tree(), true)
                        .problems())
                .isEmpty();
        assertThat(restic.run("check")).contains("no errors were found");
    }

    @Test
    void restic_rewrites_our_snapshots() throws Exception {
        SealedSnapshot snapshot = backup();
        Restic restic = Restic.current(folder.resolve("repository"), "x");
        restic.run("tag", "--add", "kept", snapshot.id().toString());

        Snapshot rewritten = repository.loadSnapshot(repository.listSnapshots().get(0));

        assertThat(rewritten.tags()).containsExactly("state-manager", "kept");
        assertThat(rewritten.original()).isEqualTo(snapshot.id());
        assertThat(rewritten.tree()).isEqualTo(snapshot.snapshot().tree());
    }

    private Path[] files(String name) throws Exception {
        try (var files = Files.list(folder.resolve("repository").resolve(name))) {
            return files.toArray(Path[]::new);
        }
    }
}
