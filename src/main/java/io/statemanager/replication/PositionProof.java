package io.statemanager.replication;

import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.wal.WalFrame;
import io.statemanager.wal.WalHeader;
import io.statemanager.wal.WalPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * State rule 3: does a local database contain a replica's position? Proven by either of two things, both beyond chance:
 *
 * <ul>
 *   <li>the position's last frame lies in the valid part of the local log, with the cumulative checksum that was noted when it went up:
 *       the log then holds everything up to it, and perhaps more;
 *   <li>size and checksum over all pages are those of the position.
 * </ul>
 *
 * <p>A database that is exactly at an earlier position, by our own table of it, is a prefix: it lacks writes but has none that the replica
 * lacks. Anything else is not proven. Only while nobody has the database open. Blocking.
 */
final class PositionProof {
    /** What was found. */
    enum Verdict {
        PROVEN,
        PREFIX,
        OTHER
    }

    private final ReplicaStore store;
    private final SpoolDirectory spool;
    private final DatabaseRestore restore;
    private final FileRegistry registry;

    PositionProof(ReplicaStore store, SpoolDirectory spool, DatabaseRestore restore, FileRegistry registry) {
        this.store = store;
        this.spool = spool;
        this.restore = restore;
        this.registry = registry;
    }

    Verdict prove(String key, Path database, long txid) throws IOException {
        LocalDatabase local = new LocalDatabase(registry, database);
        if (!local.exists()) {
            return Verdict.OTHER;
        }
        Optional<Target> target = target(key, txid);
        if (target.isEmpty()) {
            return Verdict.OTHER;
        }
        if (local.logContains(target.get().mark())) {
            return Verdict.PROVEN;
        }
        Optional<LocalDatabase.Fingerprint> found = local.fingerprint();
        if (found.isEmpty()) {
            return Verdict.OTHER;
        }
        if (target.get().is(found.get())) {
            return Verdict.PROVEN;
        }
        return isEarlierPosition(key, txid, found.get()) ? Verdict.PREFIX : Verdict.OTHER;
    }

    private boolean isEarlierPosition(String key, long txid, LocalDatabase.Fingerprint found) throws IOException {
        try (PageTable table = PageTable.open(spool.table(key)).orElse(null)) {
            return table != null && table.state().txid() < txid && found.isOf(table.state());
        }
    }

    /** What the replica says of the position. */
    private record Target(LtxHeader header, OptionalLong checksum, WalPosition mark) {
        boolean is(LocalDatabase.Fingerprint found) {
            return checksum.isPresent()
                    && found.isOf(new PageTable.State(
                            0, header.pageSize(), header.commit(), checksum.getAsLong(), WalPosition.NONE));
        }
    }

    private Optional<Target> target(String key, long txid) throws IOException {
        List<LtxFile> plan;
        try {
            plan = restore.plan(key, txid);
        } catch (LtxException e) {
            return Optional.empty(); // the restore that follows says what is wrong with the replica
        }
        LtxFile last = plan.get(plan.size() - 1);
        ReplicaStore.Part head = store.read(key, last, 0, LtxHeader.SIZE);
        LtxHeader header = LtxHeader.decode(head.bytes());
        return Optional.of(new Target(
                header, Metadata.checksum(head.metadata(), Metadata.DATABASE_CHECKSUM), mark(header, head.metadata())));
    }

    private static WalPosition mark(LtxHeader header, Map<String, String> metadata) {
        OptionalLong checksum = Metadata.checksum(metadata, Metadata.FRAME_CHECKSUM);
        long frames = (header.wal().end() - WalHeader.SIZE) / (WalFrame.HEADER + header.pageSize());
        if (checksum.isEmpty() || frames < 1 || frames > Integer.MAX_VALUE) {
            return WalPosition.NONE;
        }
        long value = checksum.getAsLong();
        return new WalPosition(
                header.wal().salt1(), header.wal().salt2(), (int) frames, (int) (value >>> 32), (int) value);
    }
}
