package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.ClientLine;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.S3Server;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How a manager comes to its configuration: once by request, by a saved file, by variables; and that its secrets stay with it. */
class ConfigureIT extends ManagerFixture {
    private static final String SECRET = "hunter2-the-secret";

    @Test
    void itIsConfiguredOnceAndTheSavedFileSurvivesTheRestart() throws IOException {
        Manager manager = manager("a").start();
        JsonObject first = manager.awaitState("unconfigured");
        assertThat(first.getBoolean("configured")).isFalse();
        assertThat(manager.get("/readyz").status()).isEqualTo(200);
        assertThat(manager.get("/config").status()).isEqualTo(404);
        Path saved = manager.dataDir().resolve("config.json");

        Manager.Answer invalid = manager.post("/config", invalid().encode());
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(invalid.json().getString("code")).isEqualTo("invalid_configuration");
        assertThat(faults(invalid))
                .containsExactlyInAnyOrder(
                        "name", "storage.type", "stacks[0]", "supervisor.timeout_stop", "lease.colour");
        assertThat(invalid.body()).doesNotContain(SECRET);
        assertThat(saved).doesNotExist();
        assertThat(manager.status().getBoolean("configured")).isFalse();

        JsonObject settings = settings("60s");
        Manager.Answer good = manager.post("/config", settings.encode());
        assertThat(good.status()).as(good.body()).isEqualTo(200);
        assertThat(good.json().getString("status")).isEqualTo("success");
        assertThat(good.json().getString("state")).isEqualTo("new");
        Manager.Answer again = manager.post("/config", settings.encode());
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().getString("code")).isEqualTo("already_configured");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
                .isEqualTo("rw-------");
        byte[] written = Files.readAllBytes(saved);
        manager.awaitRunning();
        keepsItsSecrets(manager);

        assertThat(manager.stop()).isZero();
        manager.start().awaitRunning();
        assertThat(saved).hasBinaryContent(written);
        assertThat(manager.get("/config").json().getJsonObject("lease").getString("ttl"))
                .isEqualTo("1m");
        keepsItsSecrets(manager);

        replacedForTheNextStart(manager, saved);
    }

    private void replacedForTheNextStart(Manager manager, Path saved) throws IOException {
        Path edited = dir.resolve("edited.json");
        Files.writeString(edited, "// the next one\n" + settings("45s").encode());
        ClientLine.Result refused = manager.client("config", "apply", edited.toString());
        assertThat(refused.code()).as(refused.err()).isEqualTo(4);
        Files.writeString(dir.resolve("wrong.json"), invalid().encode());
        ClientLine.Result wrong = manager.client(
                "config", "apply", "--replace", dir.resolve("wrong.json").toString());
        assertThat(wrong.code()).isEqualTo(4);
        assertThat(wrong.err()).contains("lease.colour", "stacks[0]");
        assertThat(saved).content().doesNotContain("45s");

        ClientLine.Result replaced = manager.client("config", "apply", "--replace", "--json", edited.toString());

        assertThat(replaced.code()).as(replaced.err()).isZero();
        assertThat(new JsonObject(replaced.out()).getBoolean("restart_required"))
                .isTrue();
        assertThat(manager.get("/config").json().getJsonObject("lease").getString("ttl"))
                .isEqualTo("1m");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
                .isEqualTo("rw-------");
        manager.kill().start();
        manager.awaitRunning();
        assertThat(manager.get("/config").json().getJsonObject("lease").getString("ttl"))
                .isEqualTo("45s");
    }

    @Test
    void variablesConfigureItAndTheProcessesDoNotSeeThem() throws IOException {
        try (S3Server server = S3Server.start()) {
            Manager manager = manager("a")
                    .env("FLY_STORAGE_BUCKET", " " + S3Server.BUCKET + " ")
                    .env("FLY_STORAGE_ENDPOINT", server.endpoint().toString())
                    .env("FLY_STORAGE_ACCESS_KEY", S3Server.ACCESS_KEY)
                    .env("FLY_STORAGE_SECRET_KEY", S3Server.SECRET_KEY)
                    .env("FLY_STORAGE_REGION", "us-east-1")
                    .env("FLY_STACKS", "leaser, files")
                    .env("CONTROLLER_TOKEN", SECRET)
                    .env("OF_THE_APPLICATION", "stays")
                    .running("sh", "-c", "env > \"$STATE_MANAGER_ENV_DIR/env\"; sleep 1000")
                    .start();
            JsonObject status = manager.awaitState("running");
            assertThat(status.getJsonArray("stacks")).isEqualTo(new JsonArray(List.of("leaser", "files")));
            assertThat(manager.dataDir().resolve("config.json")).doesNotExist();
            assertThat(manager.dataDir().resolve("token")).doesNotExist();
            Path seen = manager.envDir().resolve("env");
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(seen) && Files.size(seen) > 0);

            assertThat(seen)
                    .content()
                    .contains("OF_THE_APPLICATION=stays", "STATE_MANAGER_DATABASE=" + manager.envDir())
                    .doesNotContain("FLY_STORAGE", "CONTROLLER_TOKEN", SECRET, S3Server.SECRET_KEY);
            for (String shown :
                    List.of(manager.get("/config").body(), manager.get("/").body(), manager.printed())) {
                assertThat(shown).doesNotContain(S3Server.SECRET_KEY, SECRET);
            }
            assertThat(manager.stop()).as(manager.printed()).isZero();
        }
    }

    @Test
    void variablesThatMakeNoConfigurationAreNamedAndABrokenFileIsKept() throws IOException {
        Manager manager = manager("a")
                .env("FLY_STORAGE_BUCKET", "b")
                .env("FLY_STORAGE_SECRET_KEY", SECRET)
                .env("FLY_STORAGE_COLOUR", "red");
        Files.createDirectories(manager.dataDir());
        Files.writeString(manager.dataDir().resolve("config.json"), "{\"storage\":{\"password\":\"" + SECRET);

        JsonObject status = manager.start().awaitState("unconfigured");

        assertThat(status.getJsonArray("warnings").encode())
                .contains("FLY_STORAGE_ACCESS_KEY", "FLY_STORAGE_COLOUR", "saved configuration")
                .doesNotContain(SECRET);
        assertThat(manager.printed()).contains("FLY_STORAGE_ACCESS_KEY").doesNotContain(SECRET);
        assertThat(manager.dataDir().resolve("config.json")).hasContent("{\"storage\":{\"password\":\"" + SECRET);

        assertThat(manager.post("/config", settings("60s").encode()).status()).isEqualTo(200);
        assertThat(manager.dataDir().resolve("config.json.broken-1"))
                .hasContent("{\"storage\":{\"password\":\"" + SECRET);
    }

    // ---- what the tests share ----

    private JsonObject settings(String ttl) {
        JsonObject settings = Settings.local(dir.resolve("store"), ttl);
        settings.getJsonObject("storage").put("password", SECRET);
        return settings;
    }

    /** Five faults. */
    private static JsonObject invalid() {
        return new JsonObject()
                .put("name", "../up")
                .put("storage", new JsonObject().put("type", "tape").put("password", SECRET))
                .put("stacks", new JsonArray(List.of("floppy")))
                .put("supervisor", new JsonObject().put("timeout_stop", 5))
                .put("lease", new JsonObject().put("colour", "red"));
    }

    private static List<String> faults(Manager.Answer answer) {
        return answer.json().getJsonArray("faults").stream()
                .map(fault -> ((JsonObject) fault).getString("path"))
                .toList();
    }

    private static void keepsItsSecrets(Manager manager) {
        assertThat(manager.get("/config").body()).contains("\"***\"").doesNotContain(SECRET);
        assertThat(manager.get("/status").body()).doesNotContain(SECRET);
        assertThat(manager.get("/events?follow=false").body()).doesNotContain(SECRET);
        assertThat(manager.client("config", "show").out()).contains("***").doesNotContain(SECRET);
        assertThat(manager.printed()).doesNotContain(SECRET);
    }
}
