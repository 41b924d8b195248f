package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Manager;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --dev --config FILE}: one manager whose file is edited again and again while it runs; each test begins with the same version of it. */
class HotReloadIT {
    @TempDir
    static Path dir;

    private static Manager manager;
    private static Path file;

    @BeforeAll
    static void start() {
        manager = Manager.at(dir.resolve("data"))
                .config(document())
                .options("--dev")
                .running("sleep", "1000")
                .start();
        file = Path.of(manager.dataDir() + ".json");
        manager.awaitRunning();
    }

    @AfterAll
    static void end() {
        manager.close();
    }

    @BeforeEach
    void original() throws IOException {
        Files.writeString(file, document().encodePrettily());
        manager.await(
                "the original version is in force",
                status -> process(status, "web", "running", "first")
                        && process(status, "more", null, null)
                        && warnings(status).isEmpty()
                        && configuration()
                                .getJsonObject("supervisor")
                                .getString("restart_delay")
                                .equals("1s")
                        && !configuration().getJsonObject("log").containsKey("level"));
    }

    @Test
    void aProcessIsChangedAddedAndRemovedAndTheOthersGoOn() throws IOException {
        JsonObject before = manager.status();
        long seen = lastSeq();
        JsonObject edited = document();
        edited.getJsonObject("processes").put("web", sleeper("second")).put("more", sleeper("third"));

        Files.writeString(file, edited.encodePrettily());

        JsonObject event = awaitEvent(seen, "config.reloaded");
        assertThat(event.getJsonArray("applied").encode()).contains("processes.web.command", "processes.more");
        assertThat(event.getJsonArray("restart_required")).isEmpty();
        JsonObject after = manager.await(
                "the new version runs",
                status -> process(status, "web", "running", "second") && process(status, "more", "running", "third"));
        assertThat(pid(after, "web")).isNotEqualTo(pid(before, "web"));
        assertThat(pid(after, "app")).isEqualTo(pid(before, "app"));
        assertThat(configuration().getJsonObject("processes").fieldNames()).contains("web", "more");

        long second = pid(after, "more");
        edited.getJsonObject("processes").remove("more");
        Files.writeString(file, edited.encodePrettily());
        manager.await("the removed process is gone", status -> process(status, "more", null, null));
        assertThat(ProcessHandle.of(second)).isEmpty();
    }

    @Test
    void whatWasReloadedStaysWhenTheEnvironmentIsGivenBackAndTakenAgain() throws IOException {
        JsonObject edited = document();
        edited.getJsonObject("processes").put("web", sleeper("second"));
        Files.writeString(file, edited.encodePrettily());
        manager.await("the new version runs", status -> process(status, "web", "running", "second"));

        assertThat(manager.post("/release-lease", "{}").status()).isEqualTo(200);
        assertThat(manager.post("/acquire-lease", "{}").status()).isEqualTo(200);

        JsonObject status = manager.await(
                "the processes run again",
                now -> "running".equals(now.getString("state"))
                        && find(now, "web") != null
                        && "running".equals(find(now, "web").getString("state")));
        assertThat(process(status, "web", "running", "second"))
                .as(status.encode())
                .isTrue();
    }

    @Test
    void timesAndTheLogLevelChangeWithoutARestartOfAnything() throws IOException {
        JsonObject before = manager.status();
        long seen = lastSeq();
        JsonObject edited = document().put("log", new JsonObject().put("level", "debug"));
        edited.getJsonObject("supervisor").put("restart_delay", "50ms");

        Files.writeString(file, edited.encodePrettily());

        JsonObject event = awaitEvent(seen, "config.reloaded");
        assertThat(event.getJsonArray("applied")).contains("log.level", "supervisor.restart_delay");
        assertThat(configuration().getJsonObject("supervisor").getString("restart_delay"))
                .isEqualTo("50ms");
        // Each answered request is a line at debug.
        Awaitility.await("a line at debug").atMost(Duration.ofSeconds(30)).until(() -> {
            manager.get("/lease");
            return manager.printed().contains(" DEBUG ");
        });
        assertThat(manager.printed()).contains("The configuration file was edited");
        JsonObject after = manager.status();
        assertThat(pid(after, "web")).isEqualTo(pid(before, "web"));
        assertThat(pid(after, "app")).isEqualTo(pid(before, "app"));
    }

    @Test
    void whatNeedsARestartIsNamedAndNotAppliedBesideWhatIs() throws IOException {
        long seen = lastSeq();
        JsonObject edited = document();
        edited.getJsonObject("lease").put("ttl", "90s");
        edited.getJsonObject("processes").put("web", sleeper("beside"));

        Files.writeString(file, edited.encodePrettily());

        JsonObject event = awaitEvent(seen, "config.reloaded");
        assertThat(event.getJsonArray("restart_required")).isEqualTo(new JsonArray(List.of("lease.ttl")));
        assertThat(event.getJsonArray("applied")).isEqualTo(new JsonArray(List.of("processes.web.command")));
        JsonObject status = manager.await("the rest is applied", now -> process(now, "web", "running", "beside"));
        assertThat(warnings(status)).contains("lease.ttl");
        assertThat(configuration().getJsonObject("lease").getString("ttl")).isEqualTo("1m");
    }

    @Test
    void anInvalidVersionChangesNothingAndSaysWhyAndAValidOneIsTakenAfterwards() throws IOException {
        JsonObject before = manager.status();
        long seen = lastSeq();
        JsonObject edited = document();
        edited.getJsonObject("processes").put("web", new JsonObject().put("command", "not a list"));
        edited.getJsonObject("supervisor").put("restart_delay", 5).put("colour", "red");

        Files.writeString(file, edited.encodePrettily());

        JsonObject rejected = awaitEvent(seen, "config.rejected");
        assertThat(rejected.getJsonArray("faults").encode())
                .contains("processes.web.command", "supervisor.restart_delay", "supervisor.colour");
        assertThat(manager.printed())
                .contains("The edited configuration is not used, nothing was changed")
                .contains("supervisor.colour");
        JsonObject after = manager.status();
        assertThat(pid(after, "web")).isEqualTo(pid(before, "web"));
        assertThat(configuration().getJsonObject("supervisor").getString("restart_delay"))
                .isEqualTo("1s");

        long then = lastSeq();
        Files.writeString(file, "{ half a docu");
        assertThat(awaitEvent(then, "config.rejected").getString("detail")).isNotBlank();

        edited = document();
        edited.getJsonObject("processes").put("web", sleeper("mended"));
        Files.writeString(file, edited.encodePrettily());
        manager.await("the mended version runs", status -> process(status, "web", "running", "mended"));
    }

    // ---- what the tests share ----

    private static JsonObject document() {
        JsonObject document = Settings.local(dir.resolve("store"), "60s");
        document.getJsonObject("supervisor").put("restart_delay", "1s");
        return document.put("processes", new JsonObject().put("web", sleeper("first")));
    }

    private static JsonObject sleeper(String name) {
        return new JsonObject().put("command", new JsonArray(List.of("sh", "-c", "exec sleep 1000", name)));
    }

    private static JsonObject configuration() {
        return manager.get("/config").json();
    }

    private static JsonObject find(JsonObject status, String name) {
        JsonArray processes = status.getJsonArray("processes", new JsonArray());
        return processes.stream()
                .map(JsonObject.class::cast)
                .filter(process -> process.getString("name").equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Whether a process is there in this state with this last word in its command; null for one that is not there. */
    private static boolean process(JsonObject status, String name, String state, String word) {
        JsonObject found = find(status, name);
        if (found == null || state == null) {
            return found == null && state == null && status.containsKey("processes");
        }
        JsonArray command = found.getJsonArray("command");
        return found.getString("state").equals(state)
                && command.getString(command.size() - 1).equals(word);
    }

    private static long pid(JsonObject status, String name) {
        return Objects.requireNonNull(find(status, name), name).getLong("pid");
    }

    private static String warnings(JsonObject status) {
        JsonArray warnings = status.getJsonArray("warnings", new JsonArray());
        return warnings.stream()
                .map(Object::toString)
                .filter(warning -> warning.contains("next start"))
                .reduce("", String::concat);
    }

    private static List<JsonObject> events() {
        return manager.get("/events?topic=config&follow=false")
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> new JsonObject(line.substring("data: ".length())))
                .toList();
    }

    private static long lastSeq() {
        return events().stream().mapToLong(event -> event.getLong("seq")).max().orElse(0);
    }

    private static JsonObject awaitEvent(long after, String type) {
        return Awaitility.await(type)
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> events().stream()
                                .filter(event -> event.getLong("seq") > after
                                        && event.getString("type").equals(type))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }
}
