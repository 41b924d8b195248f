package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.DatabaseFile;
import io.statemanager.ltx.LtxChain;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.Pages;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.wal.ByteSource;
import io.statemanager.wal.WalPosition;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;

/**
 * Makes a file of a replica's position, verified:
 *
 * <ol>
 *   <li>list the replica and plan; a gap may mean that we are deposed, which the lease tells, else it is planned again;
 *   <li>fetch: by page indexes in parallel where the last file carries the checksum of the whole database, else every file from its first
 *       byte to its last, each checked by its own checksum;
 *   <li>make the table of the page checksums of what was written, and compare what they come to with the checksum of the whole.
 * </ol>
 *
 * <p>The file is new and ours alone; it is synced when {@link #run} returns. Blocking.
 */
final class DatabaseRestore {
    private static final int ATTEMPTS = 3;

    private final ReplicaStore store;
    private final Ownership ownership;
    private final ExecutorService pool;
    private final Listener listener;

    /** Hears how far a restore is; from several threads, one at a time. */
    @FunctionalInterface
    interface Listener {
        Listener NONE = (what, done, total) -> {};

        void at(String what, long done, long total);
    }

    DatabaseRestore(ReplicaStore store, Ownership ownership, ExecutorService pool) {
        this(store, ownership, pool, Listener.NONE);
    }

    private DatabaseRestore(ReplicaStore store, Ownership ownership, ExecutorService pool, Listener listener) {
        this.store = store;
        this.ownership = ownership;
        this.pool = pool;
        this.listener = listener;
    }

    DatabaseRestore toldTo(Listener hears) {
        return new DatabaseRestore(store, ownership, pool, hears);
    }

    /** What was restored: the plan's last header and metadata, and the state of the table that was written. */
    record Restored(LtxHeader header, Map<String, String> metadata, PageTable.State table) {}

    /**
     * @param txid the position, 0 for the newest
     * @param file is written
     * @param table receives the page checksums of it
     */
    Restored run(String key, long txid, Path file, Path table) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(key, plan(key, txid), file, table);
            } catch (StoreException e) {
                if (e.error() != StoreError.NOT_FOUND || attempt == ATTEMPTS) {
                    throw e;
                }
                // A file was superseded between listing and reading: the next plan does without it.
            } catch (LtxException e) {
                boolean mayBeDeposed = e.reason() == LtxException.Reason.GAP;
                if (mayBeDeposed) {
                    ownership.confirm();
                }
                if (!mayBeDeposed || attempt == ATTEMPTS) {
                    throw damaged(key, e);
                }
            }
        }
    }

    List<LtxFile> plan(String key, long txid) throws LtxException {
        List<LtxFile> files = store.list(key);
        return txid == 0 ? RestorePlanner.latest(files) : RestorePlanner.upTo(files, txid);
    }

    static CommandException damaged(String key, Exception cause) {
        return CommandException.of(
                FailureCode.REPLICA_DAMAGED, "replica " + key + " cannot be restored: " + cause.getMessage(), cause);
    }

    private Restored attempt(String key, List<LtxFile> plan, Path file, Path table) throws IOException {
        LtxFile last = plan.get(plan.size() - 1);
        ReplicaStore.Part head = store.read(key, last, 0, LtxHeader.SIZE);
        RestoreMemory.require(key, LtxHeader.decode(head.bytes()), plan);
        Map<String, String> metadata = head.metadata();
        OptionalLong expected = Metadata.checksum(metadata, Metadata.DATABASE_CHECKSUM);
        try (FileChannel target = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            LtxHeader header;
            PageTable.State state;
            if (expected.isPresent()) {
                IndexedRestore indexed = new IndexedRestore(store, key, target, pool, listener);
                header = indexed.run(plan);
                state = tabulate(indexed.checksums(), header, table);
            } else {
                header = applyAll(key, plan, target);
                state = tabulate(target, header, table);
            }
            target.force(true);
            if (expected.isPresent() && expected.getAsLong() != state.checksum()) {
                throw new LtxException(
                        LtxException.Reason.CHECKSUM,
                        "the restored database has checksum " + Metadata.hex(state.checksum()) + ", the replica names "
                                + Metadata.hex(expected.getAsLong()));
            }
            return new Restored(header, metadata, state);
        }
    }

    private LtxHeader applyAll(String key, List<LtxFile> plan, FileChannel target) throws IOException {
        LtxChain chain = new LtxChain(new DatabaseFile(target));
        long done = 0;
        long total = plan.stream().mapToLong(LtxFile::size).sum();
        for (LtxFile file : plan) {
            chain.apply(new BufferedInputStream(new RangedInput(store, key, file), 1 << 16));
            done += file.size();
            listener.at("bytes fetched", done, total);
        }
        return chain.last();
    }

    private static PageTable.State tabulate(long[] checksums, LtxHeader header, Path table) throws IOException {
        try (PageTableWriter writer = new PageTableWriter(table)) {
            for (int pgno = 1; pgno <= header.commit(); pgno++) {
                writer.add(checksums[pgno]);
            }
            return writer.finish(header.maxTxid(), header.pageSize(), WalPosition.NONE);
        }
    }

    private static PageTable.State tabulate(FileChannel file, LtxHeader header, Path table) throws IOException {
        ByteSource source = new LogChanges.ChannelSource(file);
        Crc64 scratch = new Crc64();
        byte[] page = new byte[header.pageSize()];
        try (DatabaseContent content = DatabaseContent.ofFile(source, header.pageSize(), header.commit());
                PageTableWriter writer = new PageTableWriter(table)) {
            for (int pgno = 1; pgno <= header.commit(); pgno++) {
                if (pgno == Pages.lockPage(header.pageSize())) {
                    writer.add(0);
                    continue;
                }
                content.read(pgno, page);
                writer.add(Pages.checksum(scratch, pgno, page, 0, page.length));
            }
            return writer.finish(header.maxTxid(), header.pageSize(), WalPosition.NONE);
        }
    }
}
