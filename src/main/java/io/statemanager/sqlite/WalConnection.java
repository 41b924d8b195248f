package io.statemanager.sqlite;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A connection to a user's database in WAL mode that never writes to it: it keeps the log from being deleted while it is open, and can
 * hold a read mark, below which nobody restarts the log. It checkpoints nothing of its own accord while it is open.
 *
 * <p>Confined to its database's worker: SQLite may wait for locks of other processes, up to {@link #BUSY_TIMEOUT_MILLIS}. A frozen
 * application may hold such a lock, so nothing here is called during a freeze; {@link Hold} is read instead.
 */
public final class WalConnection implements AutoCloseable {
    static final int BUSY_TIMEOUT_MILLIS = 5000;

    private final Hold hold;
    private final Connection connection;
    private final int pageSize;
    private boolean marked;

    private WalConnection(Hold hold, Connection connection, int pageSize) {
        this.hold = hold;
        this.connection = connection;
        this.pageSize = pageSize;
    }

    /** Takes the database and connects to it. */
    public static WalConnection open(FileRegistry registry, Path database) throws UnattachableException {
        Hold hold = take(registry, database);
        Connection connection = null;
        try {
            Optional<SqliteHeader> header = SqliteHeader.read(hold.file());
            if (header.isEmpty()) {
                throw new UnattachableException(database, "is not a SQLite database");
            }
            if (!header.get().walMode()) {
                throw new UnattachableException(database, "is not in WAL mode");
            }
            connection = connect(database);
            WalConnection opened =
                    new WalConnection(hold, connection, header.get().pageSize());
            opened.prepare();
            return opened;
        } catch (SQLException | IOException e) {
            closeBoth(connection, hold, e);
            throw new UnattachableException(database, "cannot be opened: " + e.getMessage(), e);
        } catch (UnattachableException e) {
            closeBoth(connection, hold, e);
            throw e;
        }
    }

    private static Hold take(FileRegistry registry, Path database) throws UnattachableException {
        try {
            return registry.hold(database);
        } catch (IOException e) {
            throw new UnattachableException(database, "cannot be opened: " + e.getMessage(), e);
        }
    }

    private static Connection connect(Path database) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        return config.createConnection(url(database));
    }

    /** JDBC URL of a database; the path is percent-encoded, so that no character of it means anything to the driver. */
    public static String url(Path database) {
        URI uri = database.toAbsolutePath().toUri();
        return "jdbc:sqlite:file:" + uri.getRawPath();
    }

    private void prepare() throws SQLException, IOException, UnattachableException {
        execute("PRAGMA wal_autocheckpoint=0");
        mark();
        unmark();
        try (Statement statement = connection.createStatement();
                ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
            if (!"wal".equals(mode.getString(1))) {
                throw new UnattachableException(hold.database(), "is not in WAL mode");
            }
        }
        hold.takeIndex();
    }

    public Hold hold() {
        return hold;
    }

    /** As the file's header gave it at {@link #open}; a VACUUM may change it later. */
    public int pageSize() {
        return pageSize;
    }

    /** Begins a read transaction at the newest commit and leaves it open. The log is not restarted before {@link #unmark}. */
    public void mark() throws SQLException {
        if (marked) {
            throw new IllegalStateException("a read mark is held already");
        }
        execute("BEGIN");
        marked = true;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM sqlite_schema LIMIT 1")) {
            row.next(); // only a page that is read takes the mark
        } catch (SQLException e) {
            unmark();
            throw e;
        }
    }

    /** Lets the mark go; does nothing where none is held. */
    public void unmark() throws SQLException {
        if (marked) {
            marked = false;
            execute("ROLLBACK");
        }
    }

    public boolean isMarked() {
        return marked;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Closes the connection, then gives the descriptors back. */
    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(hold.database() + ": cannot be closed: " + e.getMessage(), e);
        } finally {
            hold.close();
        }
    }

    private static void closeBoth(Connection connection, Hold hold, Exception because) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
        try {
            hold.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
