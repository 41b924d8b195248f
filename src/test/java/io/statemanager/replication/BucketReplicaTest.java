package io.statemanager.replication;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.statemanager.support.S3Server;
import io.statemanager.support.SqliteProcess;
import io.statemanager.support.VertxFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Replicas in a bucket, by the adapter that the program uses, and Litestream on the other side. */
class BucketReplicaTest {
    @RegisterExtension
    final VertxFixture vertx = new VertxFixture();

    @TempDir
    Path dir;

    private S3Server server;
    private ResolvingObjectStore objects;
    private ObjectReplicaStore store;

    @BeforeEach
    void start() {
        server = S3Server.start();
        S3Settings settings = S3Settings.of(
                S3Server.BUCKET,
                Optional.of(server.endpoint()),
                S3Settings.AUTO,
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()));
        objects = new ResolvingObjectStore(vertx.vertx(), await(S3ObjectStore.open(vertx.vertx(), settings)));
        store = new ObjectReplicaStore(objects, "default");
    }

    @AfterEach
    void stop() {
        await(objects.close());
        server.close();
    }

    @Test
    void litestreamRestoresOurReplicaFromABucket() throws Exception {
        Litestream litestream = Litestream.required();
        try (Machine machine = new Machine(dir.resolve("machine"), store);
                SqliteProcess application = SqliteProcess.open(machine.database("a.db"))) {
            application.sql("CREATE TABLE t(x)");
            application.run(
                    "[db.execute('INSERT INTO t VALUES (?)', (os.urandom(900),)) for i in range(300)] and None");
            machine.take(1);
            machine.checkpoint();
            application.sql("INSERT INTO t VALUES ('second')");
            assertThat(machine.checkpoint().databases().get("a.db").txid()).isEqualTo(2);
            assertThat(store.list("a.db")).extracting(LtxFile::level).containsExactlyInAnyOrder(0, 0, 9);
        }
        Path theirs = dir.resolve("theirs");
        litestream.restore(Litestream.url(server, "default/db/a.db"), 0, theirs);
        assertThat(Files.readAllBytes(theirs)).isEqualTo(restoredByUs(2));
    }

    @Test
    void replicaOfLitestreamInABucketIsRestoredByUs() throws Exception {
        Litestream litestream = Litestream.required();
        Path database = dir.resolve("a.db");
        String url = Litestream.url(server, "default/db/a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(x)");
            Process replicate = litestream.replicate(database, url);
            try {
                application.sql("INSERT INTO t VALUES ('theirs')");
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> RestorePlanner.newest(store.list("a.db")) > 0);
            } finally {
                replicate.destroy();
                replicate.waitFor();
            }
        }
        Path theirs = dir.resolve("theirs");
        litestream.restore(url, 0, theirs);
        assertThat(restoredByUs(RestorePlanner.newest(store.list("a.db")))).isEqualTo(Files.readAllBytes(theirs));
    }

    @Test
    void catalogIsSwappedOnlyOverTheVersionThatWasRead() {
        assertThat(store.catalog()).isEmpty();
        assertThat(store.swapCatalog(null, new byte[] {'{', '}'})).isTrue();
        assertThat(store.swapCatalog(null, new byte[] {'[', ']'})).isFalse();
        String etag = store.catalog().orElseThrow().etag();
        assertThat(store.swapCatalog(etag, new byte[] {'{', ' ', '}'})).isTrue();
        assertThat(store.swapCatalog(etag, new byte[] {'[', ']'})).isFalse();
        assertThat(store.catalog().orElseThrow().bytes()).asString().isEqualTo("{ }");
    }

    @Test
    void fileIsCreatedOnceAndKnownAgainByItsNonce() throws Exception {
        Path content = Files.writeString(dir.resolve("content"), "not looked into here");
        LtxFile file = new LtxFile(0, 1, 1, Files.size(content));
        Map<String, String> ours =
                Map.of(Metadata.NONCE, "ours", Metadata.SHA256, Digest.sha256(Files.readAllBytes(content)));
        store.create("k", file, content, ours);
        store.create("k", file, content, ours);
        store.copy("k", file, new LtxFile(9, 1, 1, file.size()));
        store.copy("k", file, new LtxFile(9, 1, 1, file.size()));
        Map<String, String> theirs = Map.of(Metadata.NONCE, "theirs", Metadata.SHA256, ours.get(Metadata.SHA256));
        assertThatThrownBy(() -> store.create("k", file, content, theirs))
                .isInstanceOf(ReplicaStore.TakenException.class);
        ReplicaStore.Part part = store.read("k", file, 4, 6);
        assertThat(part.bytes()).asString().isEqualTo("looked");
        assertThat(part.metadata()).containsEntry(Metadata.NONCE, "ours");
        assertThat(store.list("k")).isEqualTo(List.of(file, new LtxFile(9, 1, 1, file.size())));
    }

    private byte[] restoredByUs(long txid) throws IOException {
        Path file = dir.resolve("ours");
        ExecutorService pool = Executors.newFixedThreadPool(IndexedRestore.PARALLEL);
        try {
            new DatabaseRestore(store, () -> {}, pool).run("a.db", txid, file, dir.resolve("pages"));
            return Files.readAllBytes(file);
        } finally {
            pool.shutdown();
        }
    }
}
