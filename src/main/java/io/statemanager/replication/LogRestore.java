package io.statemanager.replication;

import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.Pages;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.runtime.Failpoints;
import io.statemanager.sqlite.Companions;
import io.statemanager.sqlite.OpenFile;
import io.statemanager.sqlite.SqliteHeader;
import io.statemanager.storage.StoreException;
import io.statemanager.wal.WalWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings a database that is there to a position at the cost of what differs:
 *
 * <ol>
 *   <li>the checksums of the target's pages are those of our table, but for the pages in the files between the table's position and the
 *       target;
 *   <li>the whole file is read, and every page whose content is not known to be the target's is fetched, into a sparse file beside;
 *   <li>the checksums of all pages together are compared with the hash that the replica names for the position;
 *   <li>a new log with the pages in which the <em>file</em> differs is written beside, synced and renamed over the old one, in one step:
 *       before it the database is what it was, after it the target. SQLite takes it from there, like after a crash.
 * </ol>
 *
 * <p>Whatever does not fit (no table, another page size, a hot journal, no hash, a hash that is another, most of a large database) means that nothing is touched and the
 * whole database is to be made anew. The caller has proven that nobody has it open. Memory: 16 bytes a page and an index. Blocking.
 */
final class LogRestore {
    private static final SecureRandom SALTS = new SecureRandom();
    private static final int WAL_VERSION_AT = 18;
    private static final byte WAL_VERSION = 2;

    /** Bytes of a log that may be as large as the database. */
    private static final long LARGE_LOG = 256L << 20;

    private final Context context;
    private final String key;
    private final Path database;
    private final IndexFetch source;

    LogRestore(Context context, String key, Path database) {
        this.context = context;
        this.key = key;
        this.database = database;
        this.source = new IndexFetch(context.store(), key);
    }

    /** What the restore is about: the plan's end, and the hash of the whole. */
    private record Target(LtxHeader header, Map<String, String> metadata, long hash, List<LtxFile> plan) {
        int pages() {
            return header.commit();
        }

        int pageSize() {
            return header.pageSize();
        }
    }

    /** True where the database is at the position now; false where nothing was touched, and it is to be made as a whole. */
    boolean run(long txid) throws IOException {
        if (!isUsable()) {
            return false;
        }
        Files.deleteIfExists(DatabaseSwap.beside(Companions.log(database))); // of a crash
        try (PageTable table = PageTable.open(context.spool().table(key)).orElse(null);
                OpenFile file = context.registry().openForRead(database)) {
            List<LtxFile> files = context.store().list(key);
            Optional<Target> target = target(files, txid);
            if (table == null
                    || target.isEmpty()
                    || table.state().pageSize() != target.get().pageSize()
                    || !isInWalMode(file, target.get().pageSize())) {
                return false;
            }
            Optional<BitSet> changed = ChangedPages.between(table.state().txid(), txid, files, source);
            return changed.isPresent() && run(target.get(), table, changed.get(), file);
        } catch (LtxException | StoreException e) {
            return false; // the restore of the whole says what is wrong, or makes do
        }
    }

    /** A file in the tree itself: what a link leads to is not ours to change. */
    private boolean isUsable() throws IOException {
        Path parent = database.getParent();
        if (!Files.isRegularFile(database, LinkOption.NOFOLLOW_LINKS)
                || Files.exists(Companions.journal(database), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Path inTree = context.envDir().toRealPath().resolve(context.envDir().relativize(parent));
        return parent.toRealPath().equals(inTree.normalize());
    }

    /** SQLite looks for a log only where the file says so. */
    private static boolean isInWalMode(OpenFile file, int pageSize) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(WAL_VERSION_AT + 2);
        return file.fill(start, 0)
                && start.get(WAL_VERSION_AT) == WAL_VERSION
                && start.get(WAL_VERSION_AT + 1) == WAL_VERSION
                && SqliteHeader.read(file)
                        .filter(header -> header.pageSize() == pageSize)
                        .isPresent();
    }

    private Optional<Target> target(List<LtxFile> files, long txid) throws IOException {
        List<LtxFile> plan = RestorePlanner.upTo(files, txid);
        LtxFile last = plan.get(plan.size() - 1);
        ReplicaStore.Part head = context.store().read(key, last, 0, LtxHeader.SIZE);
        LtxHeader header = LtxHeader.decode(head.bytes());
        RestoreMemory.require(key, header, plan);
        OptionalLong hash = Metadata.checksum(head.metadata(), Metadata.DATABASE_CHECKSUM);
        return hash.isPresent()
                ? Optional.of(new Target(header, head.metadata(), hash.getAsLong(), plan))
                : Optional.empty();
    }

    private boolean run(Target target, PageTable table, BitSet changed, OpenFile file) throws IOException {
        long[] local = LocalPages.checksums(file, target.pageSize(), target.pages(), context.fetchers());
        BitSet wanted = wanted(target, table, changed, local);
        if (isTooMuch(wanted, target)) {
            return false;
        }
        Path scratch = DatabaseSwap.beside(database);
        try (FileChannel fetched = FileChannel.open(
                scratch,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            IndexedRestore restore = new IndexedRestore(
                    context.store(), key, fetched, context.fetchers(), DatabaseRestore.Listener.NONE);
            restore.only(wanted).run(target.plan());
            long[] checksums = restore.checksums();
            if (hash(target, table, wanted, checksums) != target.hash()) {
                return false;
            }
            replace(target, frames(target, wanted, checksums, local, file), wanted, fetched, file);
            return true;
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /** A log of most of a large database would be written twice, and read until it is written back. */
    private static boolean isTooMuch(BitSet wanted, Target target) {
        long bytes = (long) wanted.cardinality() * target.pageSize();
        return bytes > LARGE_LOG && wanted.cardinality() > target.pages() / 2;
    }

    /** Pages of which we do not have the target's content, as far as is known. */
    private static BitSet wanted(Target target, PageTable table, BitSet changed, long[] local) throws IOException {
        BitSet wanted = new BitSet(target.pages() + 1);
        for (int pgno = 1; pgno <= target.pages(); pgno++) {
            boolean known = !changed.get(pgno) && pgno <= table.state().pages() && local[pgno] == table.get(pgno);
            wanted.set(pgno, !known && pgno != Pages.lockPage(target.pageSize()));
        }
        return wanted;
    }

    private static long hash(Target target, PageTable table, BitSet wanted, long[] fetched) throws IOException {
        long hash = Pages.emptyChecksum();
        for (int pgno = 1; pgno <= target.pages(); pgno++) {
            if (pgno != Pages.lockPage(target.pageSize())) {
                hash = Pages.combineMixed(hash, wanted.get(pgno) ? fetched[pgno] : table.get(pgno));
            }
        }
        return hash;
    }

    /** Pages in which the file differs; one where nothing but the size or the log of before does. */
    private BitSet frames(Target target, BitSet wanted, long[] fetched, long[] local, OpenFile file)
            throws IOException {
        BitSet frames = new BitSet();
        for (int pgno = wanted.nextSetBit(0); pgno >= 0; pgno = wanted.nextSetBit(pgno + 1)) {
            frames.set(pgno, fetched[pgno] != local[pgno]);
        }
        boolean sameSize = file.size() == (long) target.pages() * target.pageSize();
        if (frames.isEmpty() && !(sameSize && isWithoutLog())) {
            frames.set(1);
        }
        return frames;
    }

    private boolean isWithoutLog() throws IOException {
        Path log = Companions.log(database);
        return !Files.exists(log) || Files.size(log) == 0;
    }

    private void replace(Target target, BitSet frames, BitSet wanted, FileChannel fetched, OpenFile file)
            throws IOException {
        FileAccess access =
                FileAccess.parse(target.metadata().get(Metadata.ACCESS)).orElse(FileAccess.of(database));
        Path log = DatabaseSwap.beside(Companions.log(database));
        try {
            if (!frames.isEmpty()) {
                write(target, frames, wanted, fetched, file, log);
                access.applyTo(log);
            }
            Failpoints.hit("database.restore.made");
            access.applyTo(database);
            Files.deleteIfExists(Companions.index(database));
            Failpoints.hit("database.restore.removed");
            if (!frames.isEmpty()) {
                Files.move(log, Companions.log(database), StandardCopyOption.ATOMIC_MOVE);
            }
            SpoolDirectory.syncDirectory(database.toAbsolutePath().getParent());
            Failpoints.hit("database.restore.renamed");
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static void write(Target target, BitSet frames, BitSet wanted, FileChannel fetched, OpenFile file, Path log)
            throws IOException {
        byte[] page = new byte[target.pageSize()];
        try (FileChannel out = FileChannel.open(
                log, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            WalWriter writer = new WalWriter(out, target.pageSize(), SALTS.nextInt(), SALTS.nextInt());
            int last = frames.length() - 1;
            LogChanges.ChannelSource beside = new LogChanges.ChannelSource(fetched);
            for (int pgno = frames.nextSetBit(0); pgno >= 0; pgno = frames.nextSetBit(pgno + 1)) {
                long at = (pgno - 1L) * target.pageSize();
                boolean whole = wanted.get(pgno)
                        ? beside.fill(ByteBuffer.wrap(page), at)
                        : file.fill(ByteBuffer.wrap(page), at);
                if (!whole) {
                    throw new IOException("page " + pgno + " of " + log + " is missing");
                }
                writer.page(pgno, pgno == last ? target.pages() : 0, page);
            }
            writer.finish();
            out.force(true);
        }
    }
}
