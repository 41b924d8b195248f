package io.statemanager.replication;

import io.statemanager.bus.DatabasePosition;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.PageEncoding;
import io.statemanager.ltx.WalSpan;
import io.statemanager.sqlite.WalConnection;
import io.statemanager.wal.WalFrame;
import io.statemanager.wal.WalHeader;
import io.statemanager.wal.WalPages;
import io.statemanager.wal.WalPosition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One attached database: our connection to it and its replica. A checkpoint goes through it in four steps:
 *
 * <ol>
 *   <li>{@link #mark}: before the freeze, a read mark is taken;
 *   <li>{@link #fix}: in the freeze, the instant is read, without SQLite;
 *   <li>{@link #capture}: after the thaw, the pages that differ at that instant go up as one file;
 *   <li>{@link #release}: the mark is let go, so that nothing of ours holds the application's log between checkpoints.
 * </ol>
 *
 * <p>Blocking, and one call at a time, on any thread of the databases' pool.
 */
final class DatabaseWorker implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final String path;
    private final WalConnection connection;
    private final Replica replica;
    private final SpoolDirectory spool;
    private final String key;
    private final long generation;
    private CapturePoint point;
    private FileStamp stamp;
    /** The instant that the table was last found to be of, in this connection's life. */
    private CapturePoint captured;

    private FileStamp capturedStamp;

    DatabaseWorker(
            String key, String path, WalConnection connection, Replica replica, SpoolDirectory spool, long generation) {
        this.key = key;
        this.path = path;
        this.connection = connection;
        this.replica = replica;
        this.spool = spool;
        this.generation = generation;
    }

    String path() {
        return path;
    }

    Replica replica() {
        return replica;
    }

    WalConnection connection() {
        return connection;
    }

    /** Whether the path still leads to the file that is attached. */
    boolean isInPlace() throws IOException {
        return connection.hold().isInPlace();
    }

    void mark() throws SQLException {
        point = null;
        connection.unmark();
        connection.mark();
    }

    /** Fixes the instant; false where it cannot be told, and the database must be taken as a file. */
    boolean fix() throws IOException {
        point = null;
        if (connection.isMarked() && isInPlace()) {
            point = CapturePoint.read(connection.hold()).orElse(null);
            stamp = FileStamp.of(connection.hold().database());
        }
        return point != null;
    }

    /** What a capture did. */
    record Outcome(DatabasePosition position, long bytesUploaded) {}

    /** Makes the state of the fixed instant durable and tells its position. */
    Outcome capture() throws IOException {
        if (point == null) {
            throw new IllegalStateException("database " + key + ": no instant was fixed");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                replica.settle();
                return captureOnce();
            } catch (Replica.MovedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Outcome captureOnce() throws IOException {
        PageTable table = replica.table().orElse(null);
        if (table != null && isKnown(table.state())) {
            return done(table.state(), 0);
        }
        boolean comparable = table != null && table.state().pageSize() == point.pageSize();
        PageTable before = comparable ? table : null;
        Optional<WalPages> changed = comparable
                ? LogChanges.between(
                        table.state().mark(), point, connection.hold().log())
                : Optional.empty();
        PageDiff.Order order = new PageDiff.Order(
                replica.nextTxid(), before, changed.orElse(null), span(before, changed.isPresent()), point.mark());
        try (DatabaseContent content = DatabaseContent.at(
                point, connection.hold().file(), connection.hold().log())) {
            return append(order, content);
        }
    }

    private Outcome append(PageDiff.Order order, DatabaseContent content) throws IOException {
        PageDiff diff = new PageDiff(content);
        PageDiff.Written written = diff.write(order, PageEncoding.BLOCK, spool.upload(key), spool.nextTable(key));
        long uploaded = 0;
        if (written.isUnchanged(order)) {
            replica.takeTable();
        } else {
            PreparedFile file = prepare(written, diff);
            replica.append(file);
            uploaded = written.size();
        }
        return done(written.table(), uploaded);
    }

    private Outcome done(PageTable.State table, long uploaded) {
        captured = point;
        capturedStamp = stamp;
        return new Outcome(position(table), uploaded);
    }

    /** The first file is copied to the snapshot level; a new page size needs a base of its own there. */
    private PreparedFile prepare(PageDiff.Written written, PageDiff diff) throws IOException {
        Map<String, String> metadata = metadata(written);
        LtxFile file = written.file(0);
        ReplicaTip tip = replica.tip();
        PreparedFile snapshot = null;
        if (tip.isEmpty()) {
            snapshot =
                    new PreparedFile(Replica.snapshotFile(file), written.header(), spool.upload(key), metadata, null);
        } else if (tip.pageSize() != point.pageSize()) {
            PageDiff.Written base =
                    diff.snapshot(file.maxTxid(), written.table(), PageEncoding.BLOCK, spool.snapshot(key));
            snapshot = new PreparedFile(
                    base.file(LtxFile.SNAPSHOT_LEVEL), base.header(), spool.snapshot(key), metadata(base), null);
        }
        return new PreparedFile(file, written.header(), spool.upload(key), metadata, snapshot);
    }

    private Map<String, String> metadata(PageDiff.Written written) throws IOException {
        Map<String, String> metadata = new HashMap<>(written.metadata(generation));
        metadata.put(
                Metadata.ACCESS, FileAccess.of(connection.hold().database()).toString());
        return metadata;
    }

    /**
     * Whether the table is of this instant by what is known without reading a page: its log ends at the same frame; or index and file are
     * as they were at the last capture, which is how a log that stays empty is known.
     */
    private boolean isKnown(PageTable.State table) {
        boolean sameLog = point.mark().frame() > 0 && point.mark().equals(table.mark());
        boolean sameInstant = captured != null
                && captured.mark().equals(point.mark())
                && captured.pages() == point.pages()
                && stamp.equals(capturedStamp);
        return table.pageSize() == point.pageSize() && table.pages() == point.pages() && (sameLog || sameInstant);
    }

    private WalSpan span(PageTable before, boolean isIncrement) {
        WalPosition end = point.mark();
        if (end.frame() == 0) {
            return WalSpan.START;
        }
        long frameSize = (long) WalFrame.HEADER + point.pageSize();
        int from = isIncrement ? before.state().mark().frame() : 0;
        return new WalSpan(
                WalHeader.SIZE + from * frameSize, (end.frame() - from) * frameSize, end.salt1(), end.salt2());
    }

    private DatabasePosition position(PageTable.State table) {
        return DatabasePosition.replica(path, table.txid(), table.pageSize(), table.pages());
    }

    void release() throws SQLException {
        point = null;
        connection.unmark();
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } finally {
            replica.close();
        }
    }
}
