package io.statemanager.checkpoint;

import io.statemanager.checkpoint.restore.RestoreListener;
import io.statemanager.checkpoint.restore.Restored;
import io.statemanager.checkpoint.restore.TreeRestorer;
import io.statemanager.checkpoint.save.Attention;
import io.statemanager.checkpoint.save.FileSource;
import io.statemanager.checkpoint.save.SaveListener;
import io.statemanager.checkpoint.save.SavedTree;
import io.statemanager.checkpoint.save.Stage;
import io.statemanager.checkpoint.save.TreeSaver;
import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.linux.Directory;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Id;
import io.statemanager.restic.NewRepository;
import io.statemanager.restic.Repository;
import io.statemanager.restic.SealedSnapshot;
import io.statemanager.restic.Snapshot;
import io.statemanager.restic.WriteReceipt;
import io.statemanager.restic.WriterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A repository in a directory, and the steps of saving and restoring a tree without anything around them. */
public final class TestRepository implements AutoCloseable {
    public static final String PASSWORD = "a password";

    public final DirectoryBackend backend;
    public final ExecutorService executor = Executors.newFixedThreadPool(4);
    public final ExecutorService uploads = Executors.newFixedThreadPool(3);
    public final Repository repository;

    /** What the last save or restore knows of the tree. */
    public Map<String, DirectoryRecord> records = Map.of();

    /** What a save refuses. */
    public TreeLimit limit = TreeLimit.ofMemory();

    public SavedTree saved;
    public WriteReceipt receipt;

    private TestRepository(DirectoryBackend backend) throws IOException {
        this.backend = backend;
        this.repository = Repository.open(backend, PASSWORD);
        repository.loadIndex(executor);
    }

    /** A new one. */
    public static TestRepository create(Path root) throws IOException {
        DirectoryBackend backend = new DirectoryBackend(root);
        NewRepository.create(PASSWORD, "test", "test", Instant.now()).saveTo(backend);
        return new TestRepository(backend);
    }

    /** One that is there. */
    public static TestRepository open(Path root) throws IOException {
        return new TestRepository(new DirectoryBackend(root));
    }

    public Snapshot save(Path tree) throws IOException {
        return save(tree, Selection.ALL);
    }

    public Snapshot save(Path tree, Selection selection) throws IOException {
        Attention attention = new Attention(selection, (path, stat) -> false, true, false);
        try (Directory top = Directory.open(RawName.of(tree));
                BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, uploads)) {
            TreeSaver saver = new TreeSaver(
                    top, writer, repository.config().polynomial(), FileSource.DIRECT, records, executor, 2, limit);
            saver.warm(attention, SaveListener.NONE);
            saver.take(attention, Stage.NONE);
            saved = saver.finish(SaveListener.NONE);
            records = saver.records();
            receipt = writer.flush();
            Snapshot snapshot = snapshot(tree, saved.tree());
            SealedSnapshot sealed = repository.sealSnapshot(snapshot, receipt);
            repository.saveSnapshot(sealed);
            return snapshot;
        }
    }

    private static Snapshot snapshot(Path tree, Id root) {
        return new Snapshot(
                OffsetDateTime.now(ZoneOffset.UTC),
                null,
                root,
                List.of(tree.toString()),
                "test",
                "root",
                0,
                0,
                List.of(),
                List.of("state-manager"),
                null,
                "state-manager",
                null);
    }

    public Restored restore(Id tree, Path into) throws IOException {
        return restore(tree, into, Selection.ALL);
    }

    public Restored restore(Id tree, Path into, Selection selection) throws IOException {
        try (Directory top = Directory.open(RawName.of(into))) {
            Restored restored = new TreeRestorer(top, repository, selection, executor, 2, RestoreListener.NONE)
                    .restore(tree, records);
            records = restored.records();
            return restored;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        uploads.shutdownNow();
        repository.close();
    }
}
