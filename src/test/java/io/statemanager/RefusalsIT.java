package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.RawHttp;
import io.statemanager.support.S3Server;
import io.statemanager.support.Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is refused: each with its documented status, code and sentence, without any effect and without a secret in the answer. */
class RefusalsIT extends ManagerFixture {
    private static final String SECRET = "hunter2-the-secret";

    @Test
    void badConfigurationsAreRefusedAndNothingIsSaved() {
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");
        String[][] cases = {
            {"{\"storage\":", "400", "malformed JSON"},
            {"[]", "400", "a JSON object is expected"},
            {"{\"storage\":{\"type\":\"file\"},\"storage\":{}}", "400", "given twice"},
            {"{\"storage\":{\"type\":\"file\",\"colour\":1}}", "400", "storage.colour"},
            {"{\"storage\":{\"bucket\":\"b\",\"access_key\":\"a\"}}", "400", "storage.secret_key"},
            {"{\"storage\":{\"type\":\"tape\"}}", "400", "storage.type"},
            {"{\"storage\":{\"type\":\"file\"},\"stacks\":[\"floppy\"]}", "400", "stacks[0]"},
            {"{\"storage\":{\"type\":\"file\"},\"name\":\"../x\"}", "400", "name"},
            {"{\"storage\":{\"type\":\"file\"},\"lease\":{\"ttl\":30}}", "400", "lease.ttl"},
            {"{}", "400", "storage"},
        };
        for (String[] refused : cases) {
            Manager.Answer answer = manager.post("/config", refused[0]);
            assertThat(answer.status()).as(refused[0] + " -> " + answer.body()).isEqualTo(Integer.parseInt(refused[1]));
            assertThat(answer.body()).as(refused[0]).contains(refused[2]).contains("\"code\"");
            assertThat(answer.contentType()).contains("application/problem+json");
        }
        assertThat(manager.dataDir().resolve("config.json")).doesNotExist();
        assertThat(manager.get("/config").status()).isEqualTo(404);
        assertThat(manager.status().getBoolean("configured")).isFalse();
    }

    @Test
    void storesThatCannotBeUsedAreRefusedWithTheReason() throws IOException {
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");
        try (S3Server server = S3Server.start();
                S3Server careless = S3Server.startIgnoringConditions()) {
            JsonObject wrongSecret = Settings.s3(server.endpoint(), "30s");
            wrongSecret.getJsonObject("storage").put("secret_key", SECRET);
            JsonObject noBucket = Settings.s3(server.endpoint(), "30s");
            noBucket.getJsonObject("storage").put("bucket", "not-there");
            refused(manager, wrongSecret, 422, "store_denied");
            refused(manager, noBucket, 422, "bucket_not_found");
            refused(manager, Settings.s3(unused(), "30s"), 422, "store_unreachable");
            refused(manager, Settings.s3(careless.endpoint(), "30s"), 422, "store_cannot_fence");
        }
        assertThat(manager.dataDir().resolve("config.json")).doesNotExist();
        assertThat(manager.printed()).doesNotContain(SECRET);
    }

    @Test
    void aWrongPasswordDoesNotOpenTheRepository() {
        JsonObject settings = Settings.local(dir.resolve("store"), "30s");
        settings.getJsonObject("storage").put("password", SECRET);
        Manager first = manager("a").config(settings).start().awaitRunning();
        assertThat(first.post("/checkpoint", "{}").status()).isEqualTo(200);
        first.stop();
        Manager second = manager("b").start();
        second.awaitState("unconfigured");
        settings.getJsonObject("storage").put("password", "another");

        refused(second, settings, 422, "wrong_password");
        assertThat(second.dataDir().resolve("config.json")).doesNotExist();
    }

    @Test
    void badRequestsGetTheirCodeAndChangeNothing() {
        Manager manager = manager("a")
                .config(Settings.local(dir.resolve("store"), "30s"))
                .running("sleep", "1000")
                .start()
                .awaitRunning();
        String[][] cases = {
            {"POST", "/checkpoint", "{\"id\":", "400", "invalid_request"},
            {"POST", "/checkpoint", "[]", "400", "invalid_request"},
            {"POST", "/checkpoint", "{\"id\":\"a\",\"id\":\"b\"}", "400", "invalid_request"},
            {"POST", "/checkpoint", "{\"id\":\"../../x\"}", "400", "invalid_id"},
            {"POST", "/checkpoint", "{\"id\":\"\"}", "400", "invalid_id"},
            {"POST", "/checkpoint", "{\"id\":\".hidden\"}", "400", "invalid_id"},
            {"POST", "/checkpoint", "{\"id\":\"" + "x".repeat(129) + "\"}", "400", "invalid_id"},
            {"POST", "/checkpoint", "{\"id\":7}", "400", "invalid_request"},
            {"POST", "/checkpoint", "{\"name\":\"x\"}", "400", "invalid_request"},
            {"POST", "/checkpoint", "{\"comment\":\"" + "x".repeat(2 << 20) + "\"}", "413", "payload_too_large"},
            {"POST", "/restore", "{}", "400", "invalid_request"},
            {"POST", "/restore", "{\"checkpoint_id\":\"nope\"}", "404", "checkpoint_not_found"},
            {"POST", "/restore", "{\"checkpoint_id\":\"../../x\"}", "400", "invalid_id"},
            {"GET", "/checkpoints/nope", null, "404", "checkpoint_not_found"},
            {"GET", "/checkpoints/..%2F..%2Fx", null, "400", "invalid_id"},
            {"DELETE", "/checkpoints/nope", null, "404", "checkpoint_not_found"},
            {"POST", "/checkpoints/nope/verify", "{}", "404", "checkpoint_not_found"},
            {"POST", "/processes/nope/stop", "{}", "404", "process_not_found"},
            {"POST", "/processes/app/signal", "{\"signal\":\"SIGNOTHING\"}", "400", "invalid_request"},
            {"POST", "/databases/nope/query", "{\"sql\":\"select 1\"}", "404", "database_not_found"},
            {"POST", "/databases/app/query", "{\"sql\":\"select x from nowhere\"}", "422", "query_failed"},
            {"POST", "/config", "{\"storage\":{\"type\":\"file\"}}", "400", "already_configured"},
            {"GET", "/nowhere", null, "404", "not_found"},
            {"DELETE", "/status", null, "405", "method_not_allowed"},
            {"GET", "/checkpoint", null, "405", "method_not_allowed"},
        };
        for (String[] bad : cases) {
            Manager.Answer answer = manager.ask(HttpMethod.valueOf(bad[0]), bad[1], bad[2]);

            String shown = bad[0] + " " + bad[1] + " -> " + answer.body();
            assertThat(answer.status()).as(shown).isEqualTo(Integer.parseInt(bad[3]));
            assertThat(answer.contentType()).as(shown).contains("application/problem+json");
            assertThat(answer.json().getString("code")).as(shown).isEqualTo(bad[4]);
            assertThat(answer.json().getString("error")).as(shown).isNotBlank();
            if (answer.status() == 405) {
                assertThat(answer.headers()).as(shown).containsKey("allow");
            }
        }
        assertThat(manager.get("/checkpoints").json().getJsonArray("checkpoints"))
                .isEmpty();
        assertThat(manager.status().getString("state")).isEqualTo("running");
    }

    @Test
    void aWrongTokenIsToldNothing() {
        Manager manager = manager("a").env("CONTROLLER_TOKEN", SECRET).start();
        manager.awaitState("unconfigured");
        int port = manager.port();

        for (String path : List.of("/", "/status", "/config", "/nowhere", "/metrics")) {
            RawHttp.Answer none = RawHttp.once(port, "GET", path, null);
            RawHttp.Answer wrong = RawHttp.once(port, "GET", path, null, "Authorization: Bearer wrong");
            assertThat(List.of(none.status(), wrong.status())).as(path).containsOnly(401);
            assertThat(none.header("www-authenticate")).contains("Bearer");
            assertThat(wrong.body()).doesNotContain(SECRET).doesNotContain("version");
        }
        assertThat(RawHttp.once(port, "GET", "/healthz", null).status()).isEqualTo(200);
        assertThat(RawHttp.once(port, "GET", "/status", null, "Authorization: Bearer " + SECRET)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aFullDiskFailsTheCheckpointAndTheNextOneSucceeds() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount.toString()))
                .as("a small file system can be mounted")
                .isZero();
        try {
            Manager manager = manager("a")
                    .config(Settings.local(mount.resolve("store"), "30s"))
                    .start()
                    .awaitRunning();
            byte[] noise = new byte[12 << 20];
            new SplittableRandom(1).nextBytes(noise);
            Path large = Files.write(manager.envDir().resolve("large"), noise);

            Manager.Answer full = manager.post("/checkpoint", "{\"id\":\"v1\"}");
            assertThat(full.status()).as(full.body()).isEqualTo(507);
            assertThat(full.json().getString("code")).isEqualTo("disk_full");
            assertThat(manager.get("/checkpoints/v1").status()).isEqualTo(404);
            Files.delete(large);
            Files.writeString(manager.envDir().resolve("small"), "fits");

            assertThat(manager.post("/checkpoint", "{\"id\":\"v1\"}").status()).isEqualTo(200);
            manager.stop();
        } finally {
            assertThat(run("umount", "-l", mount.toString())).isZero();
        }
    }

    @Test
    void directoriesThatCannotBeUsedEndTheStartWithTheReason() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        Manager manager = ended(Manager.at(file.resolve("data")).logTo(dir.resolve("out.log")));

        assertThat(manager.start().ended().process().exitValue()).isEqualTo(1);

        assertThat(manager.printed()).contains(file.resolve("data").toString()).doesNotContain("Exception");
    }

    @Test
    void aStoreDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");

        Manager.Answer answer = manager.post(
                "/config", Settings.local(file.resolve("store"), "30s").encode());

        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains(file.resolve("store").toString());
        assertThat(manager.dataDir().resolve("config.json")).doesNotExist();
    }

    @Test
    void anUnconfiguredManagerSaysSo() {
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");

        assertThat(manager.post("/checkpoint", "{}").json().getString("code")).isEqualTo("not_configured");
        assertThat(manager.post("/restore", "{\"id\":\"v1\"}").status()).isEqualTo(400);
        assertThat(manager.post("/release-lease", "{}").status()).isEqualTo(400);
        assertThat(manager.get("/config").status()).isEqualTo(404);
        assertThat(manager.envDir()).as("what processes are told of is there").isDirectory();
        assertThat(manager.get("/").status()).isEqualTo(200);
        assertThat(manager.get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void wrongOptionsAreAUsageError() {
        Manager manager = manager("a")
                .options("--listen", "127.0.0.1:0", "--colour", "red")
                .start()
                .ended();

        assertThat(manager.process().exitValue()).isEqualTo(2);
        assertThat(manager.printed()).contains("--colour");
    }

    private static void refused(Manager manager, JsonObject settings, int status, String code) {
        Manager.Answer answer = manager.post("/config", settings.encode());
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().getString("code")).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain(SECRET);
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static URI unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
