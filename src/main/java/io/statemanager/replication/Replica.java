package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import io.statemanager.runtime.Failpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * The end of one database's replica and what is appended to it.
 *
 * <ol>
 *   <li>The bytes of a TXID are fixed when they are first sent: on disk, with nonce and hash.
 *   <li>They are sent unchanged until the outcome is known; nothing else is written before.
 *   <li>Once the file is there, the table that goes with it becomes the table.
 * </ol>
 *
 * <p>A file of somebody else at our TXID means that we are deposed, which the lease tells; or, where the lease is still ours, that a former
 * owner's file arrived late at a replica that was empty when we claimed it. Then it is claimed again, and everything goes up anew behind it.
 *
 * <p>Confined to its database's worker.
 */
final class Replica implements AutoCloseable {
    private final String key;
    private final ReplicaStore store;
    private final SpoolDirectory spool;
    private final Claim claim;
    private ReplicaTip tip;
    private PageTable table;
    private PreparedFile pending;

    /** The replica has changed under us and was claimed again: whatever was prepared is void. */
    static final class MovedException extends IOException {
        private static final long serialVersionUID = 1L;

        MovedException(String key) {
            super("replica " + key + ": a former owner's file arrived late; it was claimed again");
        }
    }

    private Replica(String key, ReplicaStore store, SpoolDirectory spool, Claim claim, ReplicaTip tip) {
        this.key = key;
        this.store = store;
        this.spool = spool;
        this.claim = claim;
        this.tip = tip;
    }

    /** Opens a replica that has been claimed, with the table that a former run left, if it is of this very content. */
    static Replica open(String key, ReplicaStore store, SpoolDirectory spool, Claim claim, ReplicaTip tip)
            throws IOException {
        Replica replica = new Replica(key, store, spool, claim, tip);
        Files.deleteIfExists(spool.upload(key));
        Files.deleteIfExists(spool.snapshot(key));
        replica.takeNextTable();
        replica.table = PageTable.open(spool.table(key)).orElse(null);
        if (replica.table != null && !tip.matches(replica.table.state())) {
            replica.dropTable();
        }
        return replica;
    }

    /** A crash may have come between an upload and its table; the replica tells whether the upload happened. */
    private void takeNextTable() throws IOException {
        try (PageTable next = PageTable.open(spool.nextTable(key)).orElse(null)) {
            if (next == null || !tip.matches(next.state())) {
                Files.deleteIfExists(spool.nextTable(key));
                return;
            }
        }
        spool.promote(key);
    }

    ReplicaTip tip() {
        return tip;
    }

    /** The replica's content page by page, where it is known. */
    Optional<PageTable> table() {
        return Optional.ofNullable(table);
    }

    long nextTxid() {
        return tip.newest() + 1;
    }

    /** Finds out what became of a file whose outcome is unknown. Does nothing where there is none. */
    void settle() throws IOException {
        if (pending != null) {
            send();
        }
    }

    /** Appends a file; its table is {@link SpoolDirectory#nextTable}. Durable when it returns. */
    void append(PreparedFile file) throws IOException {
        settle();
        pending = file;
        send();
    }

    private void send() throws IOException {
        try {
            Failpoints.hit("database.prepared");
            store.create(key, pending.file(), pending.content(), pending.metadata());
            Failpoints.hit("database.uploaded");
            sendSnapshot();
        } catch (ReplicaStore.TakenException e) {
            moved();
        }
        tip = tip.advanced(pending.header(), pending.metadata());
        takeTable();
        Files.deleteIfExists(pending.content());
        pending = null;
    }

    private void sendSnapshot() throws IOException {
        PreparedFile snapshot = pending.snapshot();
        if (snapshot == null) {
            return;
        }
        if (snapshot.content().equals(pending.content())) {
            store.copy(key, pending.file(), snapshot.file());
        } else {
            store.create(key, snapshot.file(), snapshot.content(), snapshot.metadata());
            Files.deleteIfExists(snapshot.content());
        }
    }

    private void moved() throws IOException {
        ReplicaTip claimed = claim.claim(key); // fails with lease_lost where we are deposed
        pending = null;
        tip = claimed;
        Files.deleteIfExists(spool.nextTable(key));
        dropTable();
        throw new MovedException(key);
    }

    /** The next table holds now: after an append, or where a comparison found nothing but a new place in the log. */
    void takeTable() throws IOException {
        close();
        spool.promote(key);
        table = PageTable.open(spool.table(key))
                .orElseThrow(() -> new IOException("page table of " + key + " is damaged"));
    }

    private void dropTable() throws IOException {
        close();
        Files.deleteIfExists(spool.table(key));
    }

    /** The file that a snapshot of this TXID has. */
    static LtxFile snapshotFile(LtxFile file) {
        return new LtxFile(LtxFile.SNAPSHOT_LEVEL, 1, file.maxTxid(), file.size());
    }

    @Override
    public void close() throws IOException {
        if (table != null) {
            table.close();
            table = null;
        }
    }
}
