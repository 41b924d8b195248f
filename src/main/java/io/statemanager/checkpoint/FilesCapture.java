package io.statemanager.checkpoint;

import io.statemanager.bus.Call;
import io.statemanager.checkpoint.save.Attention;
import io.statemanager.checkpoint.save.FreezeStage;
import io.statemanager.checkpoint.save.MappedFiles;
import io.statemanager.checkpoint.save.SaveListener;
import io.statemanager.checkpoint.save.SavedTree;
import io.statemanager.checkpoint.save.Stage;
import io.statemanager.checkpoint.save.TreeSaver;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.linux.Directory;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.WriteReceipt;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The files' part of one checkpoint, step by step: {@link #warm} while the application runs, {@link #take} while it stands still,
 * {@link #store} afterwards. Blocking; one step at a time; closed by whoever made it, whatever happened.
 */
final class FilesCapture implements AutoCloseable {
    /** What changed files may take in memory during a freeze; the rest is read after the thaw. */
    private static final long STAGE_BYTES = 24 << 20;

    private final Environment environment;
    private final Directory top;
    private final BlobWriter writer;
    private final TreeSaver saver;
    private final SaveListener listener;
    private SavedTree saved;
    private WriteReceipt receipt;
    private volatile boolean synced;

    FilesCapture(Environment environment, Call call) throws IOException {
        this.environment = environment;
        this.top = environment.openTop();
        this.writer = environment.repository().newWriter();
        this.saver = new TreeSaver(
                top,
                writer,
                environment.repository().repository().config().polynomial(),
                new GuardedSource(environment.owned().envDir(), top.stat().device()),
                environment.records(),
                environment.pools().files(),
                environment.pools().fileThreads(),
                TreeLimit.ofMemory());
        this.listener = progress(call);
    }

    /** Reports each tenth at most, so that a follower hears of it and nobody drowns. */
    private static SaveListener progress(Call call) {
        AtomicInteger reported = new AtomicInteger();
        return (done, total) -> {
            int tenths = total == 0 ? 10 : (int) (done * 10 / total);
            int before = reported.get();
            if (call != null && tenths > before && reported.compareAndSet(before, tenths)) {
                call.progress("bytes of changed files stored", done, total);
            }
        };
    }

    /** Stores what has changed; {@code leftOut} need not be final. */
    void warm(LeftOut leftOut) throws IOException {
        MappedFiles mapped = MappedFiles.ofAll(RawName.of(environment.owned().envDir()), top.isInMemory());
        saver.warm(new Attention(leftOut, mapped, true, top.isInMemory()), listener);
    }

    /**
     * Looks at the tree as it stands still.
     *
     * @param ofOneInstant raw paths of files that are of no use unless they are all of this instant
     * @param frozen the processes that are frozen
     * @param deadlineNanos until when changed files are kept in memory; negative where the processes stay as they are until all is stored
     */
    void take(LeftOut leftOut, Set<String> ofOneInstant, List<Long> frozen, long deadlineNanos) throws IOException {
        MappedFiles mapped =
                MappedFiles.of(frozen, RawName.of(environment.owned().envDir()), top.isInMemory());
        Stage stage =
                deadlineNanos < 0 ? Stage.NONE : new FreezeStage(STAGE_BYTES, deadlineNanos, ofOneInstant, spool());
        saver.take(new Attention(leftOut, mapped, false, top.isInMemory()), stage);
    }

    /** Stores what was taken, and all trees; when it returns, packs and index are durable. */
    void store() throws IOException {
        saved = saver.finish(listener);
        receipt = writer.flush();
    }

    /** Brings what was taken to the disk, and what came after it. Beside the other steps. */
    void syncTree() throws IOException {
        top.syncFilesystem();
        synced = true;
    }

    /** After a warm pass alone: what was stored is in an index, so that the next pass finds it. */
    void settle() throws IOException {
        receipt = writer.flush();
        keepRecords();
    }

    BlobWriter writer() {
        return writer;
    }

    SavedTree saved() {
        return saved;
    }

    WriteReceipt receipt() {
        return receipt;
    }

    /** For the next checkpoint. What they say was read must be on the disk first: after a power cut a file may have its new times and old content. */
    void keepRecords() throws IOException {
        if (!synced) {
            syncTree();
        }
        environment.keep(saver.records());
    }

    private Path spool() {
        return environment.cacheDirectory().resolve("freeze");
    }

    @Override
    public void close() {
        writer.close();
        top.close();
        clearSpool();
    }

    /** What a failure left of this one, or of a former run. */
    private void clearSpool() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(spool())) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // None was needed, or the next one writes over it: the cache may hold more than it must.
            return;
        }
    }
}
