package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.BridgeFrames;
import io.statemanager.support.ClientLine;
import io.statemanager.support.Manager;
import io.statemanager.support.RawHttp;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One running manager, asked through every door: HTTP on a port and on {@code control.sock}, the event-bus bridge on {@code bus.sock} and on a
 * port, the command line over the socket and over a URL. Results and failures are the same everywhere, and so is what stays shut.
 */
class DoorsIT {
    private static final String CONTROL = "Host: fly-app-controller";
    private static final String TOKEN = "a-token-of-the-test";

    @TempDir
    static Path dir;

    private static Manager manager;
    private static int busPort;

    @BeforeAll
    static void start() throws IOException {
        busPort = unused();
        manager = Manager.at(dir.resolve("data"))
                .config(Settings.local(dir.resolve("store"), "30s"))
                .options("--bus-listen", "127.0.0.1:" + busPort)
                .env("CONTROLLER_TOKEN", TOKEN)
                .running("sleep", "1000")
                .start()
                .awaitRunning();
        manager.await("the app is up", status -> status.getBoolean("running"));
        Files.writeString(manager.envDir().resolve("file"), "content");
        assertThat(manager.post("/checkpoint", "{\"id\":\"one\",\"comment\":\"the first\"}")
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    static void end() {
        manager.close();
    }

    @Test
    void aResultIsTheSameThroughEveryDoor() {
        Map<String, JsonObject> answers = new LinkedHashMap<>();
        answers.put("http", new JsonObject(http("/checkpoints/one", TOKEN).body()));
        answers.put("control.sock", manager.get("/checkpoints/one").json());
        JsonObject request = new JsonObject().put("id", "one");
        answers.put("bus.sock", result(unixBus("checkpoint.get", request)));
        answers.put("bus port", result(tcpBus("checkpoint.get", request, TOKEN)));
        answers.put("client", done(manager.client("checkpoint", "show", "one", "--json")));
        answers.put("client with a url", done(remote(TOKEN, "checkpoint", "show", "one", "--json")));

        assertThat(answers.get("http").getString("id")).isEqualTo("one");
        assertThat(answers.get("http").getString("comment")).isEqualTo("the first");
        answers.forEach((door, answer) -> assertThat(answer).as(door).isEqualTo(answers.get("http")));
    }

    @Test
    void aCommandThatChangesSomethingWorksThroughEveryDoor() {
        assertThat(RawHttp.once(
                                manager.port(),
                                "POST",
                                "/checkpoint",
                                "{\"id\":\"by-http\"}",
                                CONTROL,
                                "Authorization: Bearer " + TOKEN)
                        .status())
                .isEqualTo(200);
        assertThat(result(unixBus("checkpoint.create", new JsonObject().put("id", "by-bus")))
                        .getString("checkpoint_id"))
                .isEqualTo("by-bus");
        assertThat(done(manager.client("checkpoint", "create", "by-client", "--json"))
                        .getString("status"))
                .isEqualTo("success");

        JsonArray all = manager.get("/checkpoints").json().getJsonArray("checkpoints");

        assertThat(all.stream().map(one -> ((JsonObject) one).getString("id")))
                .contains("one", "by-http", "by-bus", "by-client");
    }

    @Test
    void aFailureIsTheSameThroughEveryDoor() {
        RawHttp.Answer http = http("/checkpoints/nope", TOKEN);
        assertThat(http.status()).isEqualTo(404);
        assertThat(http.header("content-type")).startsWith("application/problem+json");
        JsonObject problem = new JsonObject(http.body());
        assertThat(problem.getString("code")).isEqualTo("checkpoint_not_found");
        assertThat(problem.getInteger("status")).isEqualTo(404);
        JsonObject request = new JsonObject().put("id", "nope");
        JsonObject envelope = new JsonObject().put("ok", false).put("error", problem);

        assertThat(manager.get("/checkpoints/nope").json()).isEqualTo(problem);
        assertThat(unixBus("checkpoint.get", request)).isEqualTo(envelope);
        assertThat(tcpBus("checkpoint.get", request, TOKEN)).isEqualTo(envelope);
        for (ClientLine.Result client : List.of(
                manager.client("checkpoint", "show", "nope", "--json"),
                remote(TOKEN, "checkpoint", "show", "nope", "--json"))) {
            assertThat(client.code()).as(client.err()).isEqualTo(4);
            assertThat(new JsonObject(client.out())).isEqualTo(problem);
        }
        ClientLine.Result forPeople = manager.client("checkpoint", "show", "nope");
        assertThat(forPeople.code()).isEqualTo(4);
        assertThat(forPeople.out()).isEmpty();
        assertThat(forPeople.err()).contains(problem.getString("error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong"})
    void withoutTheTokenEveryDoorOfTheNetworkIsShut(String token) {
        RawHttp.Answer http = http("/status", token);
        assertThat(http.status()).isEqualTo(401);
        assertThat(http.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(new JsonObject(http.body()).getString("code")).isEqualTo("unauthorized");
        assertThat(http("/healthz", token).status()).isEqualTo(200);

        JsonObject bus = tcpBus("status.get", new JsonObject(), token);
        assertThat(bus.getBoolean("ok")).isFalse();
        assertThat(bus.getJsonObject("error").getString("code")).isEqualTo("unauthorized");

        ClientLine.Result client = remote(token, "status");
        assertThat(client.code()).as(client.out()).isEqualTo(4);
        assertThat(client.err()).contains("CONTROLLER_TOKEN").doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process.freeze",
                "process.kill-all",
                "process.apply",
                "store.put",
                "store.get",
                "database.capture",
                "lease.free",
                "lease.lost",
                "config.save",
                "config.current",
                "environment.stop",
                "environment.configure",
                "event.process",
                "no.such.command"
            })
    void whatIsNotPublicIsRefused(String address) {
        long pid = app().getLong("pid");
        for (BridgeFrames frames : List.of(BridgeFrames.unix(bus()), BridgeFrames.tcp(busPort))) {
            try (frames) {
                JsonObject headers = new JsonObject().put("Authorization", "Bearer " + TOKEN);
                JsonObject answer = frames.ask(address, new JsonObject(), headers);
                assertThat(answer.getString("type")).isEqualTo("err");
                assertThat(answer.getString("message")).isEqualTo("access_denied");
            }
        }
        assertThat(app().getString("state")).isEqualTo("running");
        assertThat(app().getLong("pid")).isEqualTo(pid);
    }

    @Test
    void anEventArrivesAtWhoRegisteredAndInTheStream() {
        try (BridgeFrames unix = BridgeFrames.unix(bus());
                BridgeFrames tcp = BridgeFrames.tcp(busPort)) {
            JsonObject register = new JsonObject()
                    .put("type", "register")
                    .put("address", "event.checkpoint")
                    .put("headers", new JsonObject().put("Authorization", "Bearer " + TOKEN));
            for (BridgeFrames frames : List.of(unix, tcp)) {
                frames.send(register);
                frames.send(new JsonObject().put("type", "ping"));
                assertThat(frames.read().getString("type")).isEqualTo("pong");
            }
            assertThat(manager.post("/checkpoint", "{\"id\":\"told\"}").status())
                    .isEqualTo(200);

            JsonObject event = completed(unix);

            assertThat(event.getString("name")).isEqualTo("told");
            assertThat(completed(tcp)).isEqualTo(event);
            ClientLine.Result events = manager.client("events", "--topic", "checkpoint", "--json");
            assertThat(events.code()).isZero();
            assertThat(events.out().lines().map(JsonObject::new)).contains(event);
        }
    }

    @Test
    void theCommandLineSaysByItsExitCodeWhatWentWrong() throws IOException {
        Map<String, String> token = Map.of("CONTROLLER_TOKEN", TOKEN);
        ClientLine.Result nobody = ClientLine.run(token, "status", "--url", "http://127.0.0.1:" + unused());
        assertThat(nobody.code()).as(nobody.err()).isEqualTo(3);
        assertThat(nobody.out()).isEmpty();
        ClientLine.Result nothing = ClientLine.run(
                token, "status", "--data-dir", dir.resolve("nothing").toString());
        assertThat(nothing.code()).isEqualTo(3);
        assertThat(nothing.err()).contains(dir.resolve("nothing").toString());

        assertThat(manager.client("checkpoint", "show").code()).isEqualTo(2);
        assertThat(manager.client("status", "--colour").code()).isEqualTo(2);
        assertThat(manager.client("exec", "--", "sh", "-c", "exit 7").code()).isEqualTo(7);
        assertThat(manager.client("status", "--health").code()).isZero();
    }

    @Test
    void theCompletionScriptCompletesOurWords() throws Exception {
        ClientLine.Result script = ClientLine.run(Map.of(), "completion", "bash");
        assertThat(script.code()).isZero();
        Path file = Files.writeString(dir.resolve("completion"), script.out());

        assertThat(bash("bash -n " + file)).isEmpty();
        assertThat(bash("source " + file + "; COMP_WORDS=(state-manager checkp); COMP_CWORD=1;"
                        + " compopt() { :; }; _complete_state-manager; echo \"${COMPREPLY[@]}\""))
                .isEqualTo("checkpoint\n");
        assertThat(bash("source " + file + "; complete -p state-manager")).contains("state-manager");
    }

    // ---- the doors ----

    private static RawHttp.Answer http(String path, String token) {
        return token.isEmpty()
                ? RawHttp.once(manager.port(), "GET", path, null, CONTROL)
                : RawHttp.once(manager.port(), "GET", path, null, CONTROL, "Authorization: Bearer " + token);
    }

    private static JsonObject unixBus(String address, JsonObject body) {
        try (BridgeFrames frames = BridgeFrames.unix(bus())) {
            return frames.ask(address, body).getJsonObject("body");
        }
    }

    private static JsonObject tcpBus(String address, JsonObject body, String token) {
        try (BridgeFrames frames = BridgeFrames.tcp(busPort)) {
            JsonObject headers =
                    token.isEmpty() ? new JsonObject() : new JsonObject().put("Authorization", "Bearer " + token);
            return frames.ask(address, body, headers).getJsonObject("body");
        }
    }

    private static ClientLine.Result remote(String token, String... words) {
        String[] line = java.util.Arrays.copyOf(words, words.length + 2);
        line[words.length] = "--url";
        line[words.length + 1] = "http://127.0.0.1:" + manager.port();
        return ClientLine.run(token.isEmpty() ? Map.of() : Map.of("CONTROLLER_TOKEN", token), line);
    }

    private static JsonObject result(JsonObject envelope) {
        assertThat(envelope.getBoolean("ok")).as(envelope.encode()).isTrue();
        return envelope.getJsonObject("result");
    }

    private static JsonObject done(ClientLine.Result client) {
        assertThat(client.code()).as(client.err()).isZero();
        return new JsonObject(client.out());
    }

    private static JsonObject completed(BridgeFrames frames) {
        for (JsonObject message = frames.read(); ; message = frames.read()) {
            assertThat(message.getString("address")).isEqualTo("event.checkpoint");
            if (message.getJsonObject("body").getString("type").equals("checkpoint.created")) {
                return message.getJsonObject("body");
            }
        }
    }

    private static Path bus() {
        return manager.dataDir().resolve("bus.sock");
    }

    private static JsonObject app() {
        return manager.status().getJsonArray("processes").getJsonObject(0);
    }

    private static String bash(String command) throws IOException {
        Process process = new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
