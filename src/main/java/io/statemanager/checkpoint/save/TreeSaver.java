package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Known;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.checkpoint.scan.TreeScanner;
import io.statemanager.linux.Accounts;
import io.statemanager.linux.Directory;
import io.statemanager.restic.BlobHandle;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Id;
import io.statemanager.restic.Polynomial;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Stores a tree, in three steps so that the tree need stand still for the second one only:
 *
 * <ol>
 *   <li>{@link #warm}, any number of times, while it is being changed: what has changed is read and stored
 *   <li>{@link #take}, while nothing changes it: what changed since is found, and held on to
 *   <li>{@link #finish}: that is stored, then the trees from the deepest upwards
 * </ol>
 *
 * <p>Nothing counts before the writer is flushed and a snapshot names the tree. The records survive a failure: what is in them is
 * believed only where the repository holds it. Thread: blocking, one at a time.
 */
public final class TreeSaver {
    private final Directory top;
    private final BlobWriter writer;
    private final Polynomial polynomial;
    private final FileSource source;
    private final Executor executor;
    private final int threads;
    private final TreeLimit limit;
    private Map<String, DirectoryRecord> records;
    private Scan taken;
    private FileSource takenSource;
    private Attention attention = Attention.NONE;
    private long filesRead;

    /** {@code before}: the records of an earlier scan, or none; {@code limit}: a larger tree is refused before anything is stored. */
    public TreeSaver(
            Directory top,
            BlobWriter writer,
            Polynomial polynomial,
            FileSource source,
            Map<String, DirectoryRecord> before,
            Executor executor,
            int threads,
            TreeLimit limit) {
        this.top = top;
        this.writer = writer;
        this.polynomial = polynomial;
        this.source = source;
        this.records = before;
        this.executor = executor;
        this.threads = threads;
        this.limit = limit;
    }

    /** Stores the content of what has changed, as far as it stands still meanwhile; the rest is found by {@link #take}. */
    public void warm(Attention now, SaveListener listener) throws IOException {
        Scan scan = scan(now);
        FileSaver saver = new FileSaver(writer, polynomial, source, now);
        new ContentSaver(top, scan, saver, listener).saveAll(executor, threads);
        filesRead += saver.files.sum();
        records = scan.directories();
    }

    /** Looks at everything again, while nobody changes it, and keeps hold of what {@code stage} takes. */
    public void take(Attention now, Stage stage) throws IOException {
        attention = now;
        taken = scan(now);
        takenSource = stage.hold(top, taken, source);
    }

    /** Stores what was taken, and all trees. */
    public SavedTree finish(SaveListener listener) throws IOException {
        FileSaver saver = new FileSaver(writer, polynomial, takenSource, attention);
        new ContentSaver(top, taken, saver, listener).saveAll(executor, threads);
        records = taken.directories();
        NodeMaker nodes = new NodeMaker(Accounts.load());
        Id tree = new TreeWriter(records, writer, nodes).write(executor, threads);
        return SavedTree.of(tree, taken, filesRead + saver.files.sum(), saver.unsteady());
    }

    /** Of the last scan, for the next one. */
    public Map<String, DirectoryRecord> records() {
        return records;
    }

    private Scan scan(Attention now) throws IOException {
        return new TreeScanner(top, limit.on(now.selection()), new InRepository(), executor, threads).scan(records);
    }

    /** By telling the writer of each blob that the snapshot will rely on. */
    private final class InRepository implements Known {
        @Override
        public boolean hasAll(List<Id> content) throws IOException {
            for (Id id : content) {
                if (!writer.reuse(new BlobHandle(BlobType.DATA, id))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean hasTree(Id tree) throws IOException {
            return writer.reuse(new BlobHandle(BlobType.TREE, tree));
        }
    }
}
