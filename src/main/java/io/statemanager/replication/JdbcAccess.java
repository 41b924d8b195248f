package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.sqlite.Hold;
import io.statemanager.sqlite.WalConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.jdbcclient.JDBCConnectOptions;
import io.vertx.jdbcclient.JDBCPool;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Databases by the Vert.x JDBC client: makes the default one, and answers queries with a few readers each. Like every connection of ours
 * each pool has a hold on its file from before it opens until after it has closed.
 *
 * <p>Confined to the replication verticle's context.
 */
final class JdbcAccess {
    private static final int READERS = 2;
    private static final int QUERY_SECONDS = 20;

    private final Vertx vertx;
    private final Work work;
    private final FileRegistry registry;
    private final Map<Path, Future<Readers>> readers = new TreeMap<>();
    private boolean accepting;

    /** A pool and what keeps its file's locks alive. */
    private record Readers(Pool pool, Hold hold) {}

    JdbcAccess(Vertx vertx, Work work, FileRegistry registry) {
        this.vertx = vertx;
        this.work = work;
        this.registry = registry;
    }

    /** Makes a database in WAL mode where there is none yet; an empty file counts as none. */
    Future<Void> createIfMissing(Path database) {
        return work.call(() -> {
                    if (Files.exists(database) && Files.size(database) > 0) {
                        return null;
                    }
                    Files.createDirectories(database.toAbsolutePath().getParent());
                    if (!Files.exists(database)) {
                        Files.createFile(database);
                    }
                    return registry.hold(database);
                })
                .compose(hold -> hold == null ? Future.succeededFuture() : create(database, hold));
    }

    private Future<Void> create(Path database, Hold hold) {
        Pool pool = pool(database, 1);
        return pool.withConnection(connection ->
                        connection.query("PRAGMA journal_mode=WAL").execute())
                .eventually(pool::close)
                .eventually(() -> work.run(hold::close))
                .mapEmpty();
    }

    /** Reads from a database, whatever its mode. */
    Future<DatabaseCommands.Rows> query(Path database, DatabaseCommands.Query query) {
        if (!accepting) {
            return Future.failedFuture(
                    CommandException.of(FailureCode.UNAVAILABLE, "the databases are closed at this moment"));
        }
        return readers.computeIfAbsent(database, this::open)
                .onFailure(failure -> readers.remove(database))
                .compose(there -> there.pool()
                        .withConnection(connection -> connection
                                .query("PRAGMA query_only=1")
                                .execute()
                                .compose(done -> connection
                                        .preparedQuery(query.sql())
                                        .collecting(Answer.of(Queries.limit(query.limit())))
                                        .execute(Queries.parameters(query.parameters())))))
                .map(found -> found.value().rows(found.columnsNames()))
                .recover(JdbcAccess::failed);
    }

    private static <T> Future<T> failed(Throwable failure) {
        if (failure instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_TOOBIG) {
            return Future.failedFuture(Answer.tooLarge("a value has more than " + (Answer.MAX_VALUE >> 20) + " MiB"));
        }
        return Future.failedFuture(
                failure instanceof CommandException
                        ? failure
                        : CommandException.of(
                                FailureCode.QUERY_FAILED, "the query failed: " + failure.getMessage(), failure));
    }

    private Future<Readers> open(Path database) {
        return work.call(() -> registry.hold(database)).map(hold -> new Readers(pool(database, READERS), hold));
    }

    private Pool pool(Path database, int size) {
        JDBCConnectOptions options =
                new JDBCConnectOptions().setJdbcUrl(WalConnection.url(database) + "?limit_length=" + Answer.MAX_VALUE);
        options.setMaxRows(Queries.MAX_LIMIT + 1);
        options.setQueryTimeout(QUERY_SECONDS);
        return JDBCPool.pool(vertx, options, new PoolOptions().setMaxSize(size));
    }

    /** Accepts queries from now on. */
    void accept() {
        accepting = true;
    }

    /** Closes all pools, then gives the files back; no query is accepted until {@link #accept}. */
    Future<Void> close() {
        accepting = false;
        List<Future<Void>> closed = new ArrayList<>();
        readers.values()
                .forEach(opening -> closed.add(opening.compose(
                                there -> there.pool().close().eventually(() -> work.run(there.hold()::close)))
                        .otherwiseEmpty()));
        readers.clear();
        return Future.join(closed).mapEmpty();
    }
}
