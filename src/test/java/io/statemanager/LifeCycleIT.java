package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.linux.Signal;
import io.statemanager.support.ClientLine;
import io.statemanager.support.IgnoredSignals;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a manager begins and ends as a process: what keeps it from starting, what a signal does, and what the processes see of it. */
class LifeCycleIT extends ManagerFixture {
    /** Says that it runs, and leaves a file when it is asked to end. */
    private static final String POLITE = "trap 'echo stopped > \"$STATE_MANAGER_ENV_DIR/end\"; exit 0' TERM;"
            + " echo up > \"$STATE_MANAGER_ENV_DIR/begin\"; while :; do sleep 0.1; done";
    /** Has a child in its group, and neither ends on request; says both pids. */
    private static final String DEAF = "trap '' TERM INT; sleep 1000 & echo $$ $! > \"$STATE_MANAGER_ENV_DIR/$0\";"
            + " while :; do sleep 0.1; done";

    @Test
    void aSecondManagerOnOneDataDirectoryAndAPortInUseEndWithOneAndTheReason() throws IOException {
        Manager first = manager("a").start();
        first.awaitState("unconfigured");
        Manager second = Manager.at(first.dataDir()).start().ended();
        assertThat(second.process().exitValue()).isEqualTo(1);
        assertThat(second.printed())
                .contains("the data directory " + first.dataDir() + " is used by another State Manager (process "
                        + first.process().pid() + ")")
                .contains("--data-dir")
                .doesNotContain("\tat ");

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Manager third = manager("b").options("--listen", address).start().ended();
            assertThat(third.process().exitValue()).isEqualTo(1);
            assertThat(third.printed())
                    .contains("cannot listen on " + address + ": the address is in use")
                    .doesNotContain("\tat ");
        }
        assertThat(first.status().getString("state")).isEqualTo("unconfigured");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONE | 1 | it does not exist",
                "{\"storage\": | 2 | config.json",
                "{\"storage\":{\"type\":\"file\",\"pth\":\"x\"}} | 2 | storage.pth"
            })
    void aConfigurationThatCannotBeUsedEndsTheStart(String content, int code, String told) throws IOException {
        Path config = dir.resolve("config.json");
        if (!content.equals("NONE")) {
            Files.writeString(config, content);
        }

        Manager ended =
                manager("a").options("--config", config.toString()).start().ended();

        assertThat(ended.process().exitValue()).as(ended.printed()).isEqualTo(code);
        assertThat(ended.printed()).contains(told).doesNotContain("\tat ");
    }

    @Test
    void aSignalStopsInOrderAndTheNextMachineGoesOnAtOnce() throws IOException {
        JsonObject settings = Settings.local(dir.resolve("store"), "10m");
        Manager first =
                manager("a").config(settings).running("sh", "-c", POLITE).start();
        first.awaitRunning();
        awaitFile(first.envDir().resolve("begin"));
        long app = app(first).getLong("pid");

        assertThat(first.signal("TERM").ended().process().exitValue())
                .as(first.printed())
                .isZero();
        assertThat(ProcessHandle.of(app)).isEmpty();
        assertThat(first.envDir().resolve("end")).hasContent("stopped");

        // A lease that was not released would keep the second machine waiting for ten minutes; what it has is the state
        // after the stop.
        Manager second = manager("b").config(settings).running("sleep", "1000").start();
        JsonObject status = second.awaitState("running");
        assertThat(second.envDir().resolve("end")).hasContent("stopped");
        assertThat(status.getJsonObject("checkpoints").getString("newest")).startsWith("auto-");

        IgnoredSignals.assumeNotIgnored(Signal.INT);
        assertThat(second.signal("INT").ended().process().exitValue())
                .as(second.printed())
                .isZero();
        assertThat(second.printed()).contains("Stopping in order").contains("Stopped");
        assertThat(second.dataDir().resolve("control.sock")).doesNotExist();
        assertThat(second.dataDir().resolve("bus.sock")).doesNotExist();
    }

    @Test
    void whoDoesNotEndIsKilledAfterItsTimeAndASecondSignalHurries() throws IOException {
        JsonObject settings = Settings.local(dir.resolve("store"), "60s");
        settings.put("supervisor", new JsonObject().put("timeout_stop", "10m"));
        settings.put(
                "processes",
                new JsonObject()
                        .put(
                                "worker",
                                new JsonObject()
                                        .put("command", new JsonArray(List.of("sh", "-c", DEAF, "worker")))
                                        .put("timeout_stop", "500ms")));
        Manager manager = manager("a")
                .config(settings)
                .running("sh", "-c", DEAF, "app")
                .start()
                .awaitRunning();
        List<Long> worker = pids(manager, "worker");

        Manager.Answer stopped = manager.post("/processes/worker/stop", "{}");

        JsonObject view = stopped.json().getJsonObject("process");
        assertThat(view.getString("state")).as(stopped.body()).isEqualTo("stopped");
        assertThat(view.getJsonObject("last_exit").getString("signal")).isEqualTo("SIGKILL");
        assertThat(worker).allMatch(pid -> ProcessHandle.of(pid).isEmpty());

        List<Long> app = pids(manager, "app");
        manager.signal("TERM");
        awaitPrinted(manager, "Stopping in order");
        assertThat(app).allMatch(pid -> ProcessHandle.of(pid).isPresent());
        manager.signal("TERM").ended();

        assertThat(manager.process().exitValue()).as(manager.printed()).isZero();
        assertThat(manager.printed()).contains("A second signal");
        assertThat(app).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
        Manager next = manager("b").config(settings).start();
        assertThat(next.awaitState("running").getJsonObject("checkpoints").getString("newest"))
                .startsWith("auto-");
    }

    @Test
    void twoSourcesOfConfigurationAreAConflictForEveryRequestButHealth() throws IOException {
        Manager manager = manager("a")
                .env("FLY_STORAGE_BUCKET", "b")
                .env("FLY_STORAGE_ENDPOINT", "http://127.0.0.1:1")
                .env("FLY_STORAGE_ACCESS_KEY", "key")
                .env("FLY_STORAGE_SECRET_KEY", "hunter2")
                .running("sleep", "1000");
        Files.createDirectories(manager.dataDir());
        Path saved = Files.writeString(manager.dataDir().resolve("config.json"), "{\"storage\":{\"type\":\"file\"}}");
        manager.start();
        manager.port();

        assertThat(manager.get("/healthz").status()).isEqualTo(200);
        Manager.Answer ready = manager.get("/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().getString("reason")).contains("configuration conflict");
        for (String path : List.of("/", "/status", "/config", "/checkpoints", "/lease", "/processes", "/databases")) {
            conflicts(manager.get(path));
        }
        for (String path : List.of("/config", "/checkpoint", "/restore", "/release-lease", "/processes/app/stop")) {
            conflicts(manager.post(path, "{}"));
        }
        ClientLine.Result client = manager.client("status");
        assertThat(client.code()).as(client.err()).isEqualTo(1);
        assertThat(client.err()).contains("configuration conflict");
        Awaitility.await("the command runs")
                .atMost(Duration.ofSeconds(30))
                .until(() -> manager.process()
                        .descendants()
                        .anyMatch(child -> child.info().command().orElse("").endsWith("sleep")));
        assertThat(manager.stop()).isZero();
        assertThat(saved).hasContent("{\"storage\":{\"type\":\"file\"}}");
        assertThat(manager.printed())
                .contains("keep one of: the saved file " + saved + "; the environment variables")
                .doesNotContain("hunter2");

        Manager waiting = manager.env("FLY_ENV_WAIT_FOR_CONFIG", "1").start();
        JsonObject status = waiting.awaitState("running");
        assertThat(status.getJsonObject("storage").getString("type")).isEqualTo("file");
    }

    // ---- what the tests share ----

    private static void conflicts(Manager.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(500);
        assertThat(answer.json().getString("code")).isEqualTo("configuration_conflict");
        assertThat(answer.json().getString("error"))
                .isEqualTo("configuration conflict: both environment variables and config file exist");
    }

    private static JsonObject app(Manager manager) {
        return manager.status().getJsonArray("processes").getJsonObject(0);
    }

    private static List<Long> pids(Manager manager, String name) throws IOException {
        Path file = manager.envDir().resolve(name);
        awaitFile(file);
        return List.of(Files.readString(file).strip().split(" ")).stream()
                .map(Long::valueOf)
                .toList();
    }

    private static void awaitFile(Path file) {
        Awaitility.await(file.toString())
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(file) && Files.size(file) > 0);
    }

    private static void awaitPrinted(Manager manager, String text) {
        Awaitility.await(text)
                .atMost(Duration.ofSeconds(60))
                .until(() -> manager.printed().contains(text));
    }
}
