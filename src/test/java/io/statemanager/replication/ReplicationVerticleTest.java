package io.statemanager.replication;

import static io.statemanager.bus.Nothing.NOTHING;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Captured;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Owned;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.support.SqliteProcess;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands, on the embedded store: what a checkpoint and a start ask of the databases. */
class ReplicationVerticleTest {
    @RegisterExtension
    final VertxFixture vertx = new VertxFixture();

    @TempDir
    Path dir;

    private Bus bus;
    private ResolvingObjectStore store;
    private String deployed;
    private Path env;

    @BeforeEach
    void start() throws IOException {
        bus = new Bus(vertx.vertx());
        store = new ResolvingObjectStore(
                vertx.vertx(), await(LocalObjectStore.open(vertx.vertx(), dir.resolve("objects"))));
        await(bus.handle(
                LeaseCommands.CONFIRM, ask -> Future.succeededFuture(new LeaseCommands.Confirmed(1, "the nonce"))));
        machine("one");
    }

    /** An empty machine on the same store. */
    private void machine(String name) throws IOException {
        if (deployed != null) {
            await(vertx.vertx().undeploy(deployed));
        }
        env = Files.createDirectories(dir.resolve(name).resolve("env"));
        deployed = await(vertx.vertx().deployVerticle(new ReplicationVerticle(bus, store)));
    }

    private Map<String, Replica> claim() {
        Path data = env.resolveSibling("data");
        Owned owned = new Owned("default", env, data, 1, "the nonce", true);
        return await(bus.request(DatabaseCommands.CLAIM, new DatabaseCommands.Open(owned)))
                .replicas();
    }

    private List<DatabaseCommands.DatabaseView> attach() {
        return await(bus.request(DatabaseCommands.ATTACH, new DatabaseCommands.Attach(true)))
                .databases();
    }

    private Captured checkpoint() {
        await(bus.request(DatabaseCommands.MARK, NOTHING));
        try {
            await(bus.request(DatabaseCommands.POSITION, NOTHING));
            return await(bus.request(DatabaseCommands.CAPTURE, NOTHING));
        } finally {
            await(bus.request(DatabaseCommands.RELEASE, NOTHING));
        }
    }

    @Test
    void defaultDatabaseIsMadeInWalModeAndReplicated() throws Exception {
        assertThat(claim()).isEmpty();
        assertThat(attach())
                .extracting(DatabaseCommands.DatabaseView::name, DatabaseCommands.DatabaseView::state)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("app", "replicated"));
        try (SqliteProcess application = SqliteProcess.start()) {
            application.connect(env.resolve("db/app.sqlite"));
            assertThat(application.sql("PRAGMA journal_mode")).isEqualTo("wal");
        }
        assertThat(checkpoint().databases().get("app").txid()).isEqualTo(1);
    }

    @Test
    void emptyMachineIsBroughtToThePositionOfTheLastCheckpoint() throws Exception {
        claim();
        attach();
        Captured captured;
        try (SqliteProcess application = SqliteProcess.open(env.resolve("db/app.sqlite"))) {
            application.sql("CREATE TABLE t(x)");
            application.sql("INSERT INTO t VALUES ('kept')");
            captured = checkpoint();
            application.sql("INSERT INTO t VALUES ('after the checkpoint')");
        }
        machine("two");
        Map<String, Replica> replicas = claim();
        assertThat(replicas.get("app").newestData()).isEqualTo(1);
        assertThat(replicas.get("app").newest()).isEqualTo(2);
        await(bus.request(DatabaseCommands.SETTLE, new DatabaseCommands.Settle(captured.databases())));
        attach();
        assertThat(query("SELECT x FROM t").rows()).hasToString("[[\"kept\"]]");
        assertThat(checkpoint().bytesUploaded()).isZero();
    }

    @Test
    void litestreamRestoresFromTheEmbeddedStore() throws Exception {
        Litestream litestream = Litestream.required();
        claim();
        attach();
        try (SqliteProcess application = SqliteProcess.open(env.resolve("db/app.sqlite"))) {
            application.sql("CREATE TABLE t(x)");
            checkpoint();
            application.sql("INSERT INTO t VALUES ('kept')");
            checkpoint();
        }
        Path copy = dir.resolve("copy");
        litestream.restore(dir.resolve("objects/default/db/app"), 0, copy);
        try (SqliteProcess reader = SqliteProcess.open(copy)) {
            assertThat(reader.sql("SELECT x FROM t")).isEqualTo("kept");
        }
    }

    @Test
    void queriesReadAndNothingElse() throws Exception {
        claim();
        attach();
        try (SqliteProcess application = SqliteProcess.open(env.resolve("db/app.sqlite"))) {
            application.sql("CREATE TABLE t(n INTEGER, x)");
            application.run("db.executemany('INSERT INTO t VALUES (?, ?)', [(i, b'\\x01') for i in range(250)])");

            DatabaseCommands.Rows rows =
                    query("SELECT n, x, 1.5 AS f, NULL AS z FROM t WHERE n >= ?", IntNode.valueOf(240));
            assertThat(rows.columns()).containsExactly("n", "x", "f", "z");
            assertThat(rows.rows().get(0)).hasToString("[240, \"AQ==\", 1.5, null]");
            assertThat(rows.truncated()).isFalse();
            assertThat(query("SELECT * FROM t").truncated()).isTrue();

            assertThat(refused("DELETE FROM t")).isEqualTo(FailureCode.INVALID_REQUEST);
            assertThat(refused("WITH x AS (SELECT 1) INSERT INTO t SELECT 1, 2"))
                    .isEqualTo(FailureCode.QUERY_FAILED);
            assertThat(refused("SELECT * FROM missing")).isEqualTo(FailureCode.QUERY_FAILED);
            assertThat(application.sql("SELECT count(*) FROM t")).isEqualTo("250");
        }
    }

    @Test
    void anAnswerThatWouldFillTheMemoryIsRefused() throws Exception {
        claim();
        attach();
        try (SqliteProcess application = SqliteProcess.open(env.resolve("db/app.sqlite"))) {
            application.sql("CREATE TABLE b(id INTEGER PRIMARY KEY, small TEXT, large BLOB)");
            application.sql("INSERT INTO b VALUES (1, 'one', zeroblob(50000000)), (2, 'two', zeroblob(3000000))");

            String many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT ";
            assertThat(refused(many + "zeroblob(3000000) FROM n LIMIT 1000")).isEqualTo(FailureCode.ANSWER_TOO_LARGE);
            assertThat(refused(many + "printf('%.*c', 3000000, 'x') FROM n LIMIT 1000"))
                    .isEqualTo(FailureCode.ANSWER_TOO_LARGE);
            assertThat(refused("SELECT zeroblob(100000000)")).isEqualTo(FailureCode.ANSWER_TOO_LARGE);
            assertThat(refused("SELECT * FROM b")).isEqualTo(FailureCode.ANSWER_TOO_LARGE);

            assertThat(query("SELECT large FROM b WHERE id = 2").rows()).hasSize(1);
            // What is too large to be shown can be looked at.
            assertThat(query("SELECT id, small, length(large) FROM b ORDER BY id")
                            .rows()
                            .get(0)
                            .get(2)
                            .longValue())
                    .isEqualTo(50_000_000);
            assertThat(query("SELECT 1").rows()).hasSize(1);
        }
    }

    @Test
    void databasesAreClosedCompletely() throws Exception {
        claim();
        attach();
        query("SELECT 1");
        checkpoint();
        await(bus.request(DatabaseCommands.DETACH, NOTHING));
        assertThat(openDescriptors()).isEmpty();
        attach();
        await(bus.request(DatabaseCommands.CLOSE, NOTHING));
        assertThat(openDescriptors()).isEmpty();
        assertThatThrownBy(() -> await(bus.request(DatabaseCommands.LIST, NOTHING)))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.NOT_CONFIGURED));
    }

    @Test
    void anOpenDatabaseIsNamedAndNotReplaced() throws Exception {
        claim();
        attach();
        DatabasePosition position = checkpoint().databases().get("app");
        try (SqliteProcess application = SqliteProcess.open(env.resolve("db/app.sqlite"))) {
            application.sql("CREATE TABLE t(x)");
            assertThatThrownBy(() -> await(
                            bus.request(DatabaseCommands.SETTLE, new DatabaseCommands.Settle(Map.of("app", position)))))
                    .isInstanceOfSatisfying(CommandException.class, e -> {
                        assertThat(e.code()).isEqualTo(FailureCode.DATABASE_BUSY);
                        assertThat(e.detail()).contains("pid " + application.pid());
                    });
        }
    }

    private DatabaseCommands.Rows query(String sql, JsonNode... parameters) {
        return await(
                bus.request(DatabaseCommands.QUERY, new DatabaseCommands.Query("app", sql, List.of(parameters), null)));
    }

    private FailureCode refused(String sql) {
        try {
            query(sql);
        } catch (CommandException e) {
            return e.code();
        }
        return null;
    }

    private List<String> openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(ReplicationVerticleTest::target)
                    .filter(target -> target.startsWith(env.toString()))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
