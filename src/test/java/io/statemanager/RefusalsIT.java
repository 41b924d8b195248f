package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Manager;
import io.statemanager.support.S3Server;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused: each with its documented status, code and sentence, without any effect and without a secret in the answer. */
@Tag("soak")
class RefusalsIT {
    private static final String SECRET = "hunter2-the-secret";

    @TempDir
    Path dir;

    private final List<Manager> managers = new ArrayList<>();

    @AfterEach
    void end() {
        managers.forEach(Manager::close);
    }

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
    void aRunningManagerIsConfiguredOnceAndKeepsItsSecrets() {
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");
        JsonObject settings = Settings.local(dir.resolve("store"), "30s");
        settings.getJsonObject("storage").put("password", SECRET);

        Manager.Answer good = manager.post("/config", settings.encode());
        assertThat(good.status()).as(good.body()).isEqualTo(200);
        assertThat(good.json().getString("state")).isEqualTo("new");
        Manager.Answer again = manager.post("/config", settings.encode());

        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().getString("code")).isEqualTo("already_configured");
        assertThat(manager.get("/config").body()).doesNotContain(SECRET).contains("***");
        assertThat(manager.status().encode()).doesNotContain(SECRET);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/checkpoint|{\"id\":\"../../x\"}|400|invalid_id",
                "POST|/checkpoint|{\"id\":\"\"}|400|invalid_id",
                "POST|/checkpoint|{\"id\":\".hidden\"}|400|invalid_id",
                "POST|/checkpoint|{\"id\":7}|400|invalid_request",
                "POST|/checkpoint|{\"name\":\"x\"}|400|invalid_request",
                "POST|/restore|{}|400|invalid_request",
                "POST|/restore|{\"checkpoint_id\":\"nope\"}|404|checkpoint_not_found",
                "POST|/restore|{\"checkpoint_id\":\"../../x\"}|400|invalid_id",
                "GET|/checkpoints/nope||404|checkpoint_not_found",
                "DELETE|/checkpoints/nope||404|checkpoint_not_found",
                "POST|/processes/nope/stop|{}|404|process_not_found",
                "GET|/nowhere||404|not_found",
                "DELETE|/status||405|method_not_allowed",
            })
    void badRequestsGetTheirCode(String method, String path, String body, int status, String code) {
        Manager manager = manager("a")
                .config(Settings.local(dir.resolve("store"), "30s"))
                .start()
                .awaitRunning();

        Manager.Answer answer = manager.ask(io.vertx.core.http.HttpMethod.valueOf(method), path, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(answer.json().getString("error")).isNotBlank();
    }

    @Test
    void anUnconfiguredManagerSaysSo() {
        Manager manager = manager("a").start();
        manager.awaitState("unconfigured");

        assertThat(manager.post("/checkpoint", "{}").json().getString("code")).isEqualTo("not_configured");
        assertThat(manager.post("/restore", "{\"id\":\"v1\"}").status()).isEqualTo(400);
        assertThat(manager.post("/release-lease", "{}").status()).isEqualTo(400);
        assertThat(manager.get("/config").status()).isEqualTo(404);
        assertThat(manager.get("/").status()).isEqualTo(200);
        assertThat(manager.get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void twoSourcesOfConfigurationAreAConflictForEveryRequestButHealth() throws IOException {
        Manager manager = manager("a").config(Settings.local(dir.resolve("store"), "30s"));
        Files.createDirectories(manager.dataDir());
        Files.writeString(manager.dataDir().resolve("config.json"), "{\"storage\":{\"type\":\"file\"}}");

        manager.start();
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> manager.get("/healthz").status() == 200);

        assertThat(manager.get("/").status()).isEqualTo(500);
        assertThat(manager.get("/").json().getString("error"))
                .isEqualTo("configuration conflict: both environment variables and config file exist");
        assertThat(manager.get("/readyz").status()).isEqualTo(503);
    }

    @Test
    void aSecondManagerOnOneDataDirectoryAndAPortInUseEndWithOneAndTheReason() throws IOException {
        Manager first = manager("a").start();
        first.awaitState("unconfigured");
        Manager second = Manager.at(first.dataDir()).start().ended();
        assertThat(second.process().exitValue()).isEqualTo(1);
        assertThat(second.printed()).contains("another State Manager");

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Manager third = manager("b")
                    .options("--listen", "127.0.0.1:" + taken.getLocalPort())
                    .start()
                    .ended();
            assertThat(third.process().exitValue()).isEqualTo(1);
            assertThat(third.printed()).contains("cannot listen on");
        }
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

    private Manager manager(String name) {
        Manager manager = Manager.at(dir.resolve(name).resolve("data"));
        managers.add(manager);
        return manager;
    }

    private static void refused(Manager manager, JsonObject settings, int status, String code) {
        Manager.Answer answer = manager.post("/config", settings.encode());
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().getString("code")).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain(SECRET);
    }

    private static URI unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
