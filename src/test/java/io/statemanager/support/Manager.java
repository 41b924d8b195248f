package io.statemanager.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The shaded jar as a process, the way a user runs it: with a data directory, options and a command, asked over its control socket, killed and
 * started again. Everything it prints goes to {@code <data-dir>.log}, which a failing test can show.
 */
public final class Manager implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern UP = Pattern.compile("State Manager is up.* listen=\"[^\"]*:(\\d+)\"");

    private final Path dataDir;
    private final List<String> arguments = new ArrayList<>();
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path jvmProgram = Path.of(System.getProperty("java.home"), "bin", "java");
    private final List<String> jvm =
            new ArrayList<>(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    private Process process;
    private Path log;

    /** An HTTP answer. */
    public record Answer(int status, String body, String contentType, Map<String, String> headers) {
        public JsonObject json() {
            return new JsonObject(body);
        }
    }

    private Manager(Path dataDir) {
        this.dataDir = dataDir;
    }

    public static Manager at(Path dataDir) {
        return new Manager(dataDir);
    }

    public Manager options(String... more) {
        Collections.addAll(arguments, more);
        return this;
    }

    /** The command behind {@code --}. */
    public Manager running(String... words) {
        Collections.addAll(command, words);
        return this;
    }

    public Manager env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Another JVM's program than that of the tests. */
    public Manager java(Path program) {
        jvmProgram = program;
        return this;
    }

    /** Ends the process at these steps, as {@code kill -9} would. */
    public Manager failingAt(String failpoints) {
        return env("STATE_MANAGER_FAILPOINTS", failpoints);
    }

    /** Writes a configuration file and names it in the options. */
    public Manager config(JsonObject document) {
        try {
            Path file = Path.of(dataDir + ".json");
            Files.createDirectories(file.getParent());
            Files.writeString(file, document.encodePrettily());
            return options("--config", file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Manager start() {
        List<String> line = new ArrayList<>();
        line.add(jvmProgram.toString());
        line.addAll(jvm);
        line.add("-jar");
        line.add(jar().toString());
        line.addAll(List.of("--data-dir", dataDir.toString()));
        if (!arguments.contains("--listen")) {
            line.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        line.addAll(arguments);
        if (!command.isEmpty()) {
            line.add("--");
            line.addAll(command);
        }
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        ClientLine.withoutOurs(builder.environment()).putAll(environment);
        try {
            Files.createDirectories(log().getParent());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The shaded jar under test. */
    public static Path jar() {
        String named = System.getProperty("state-manager.jar");
        assertThat(named).as("system property state-manager.jar").isNotNull();
        return Path.of(named);
    }

    public Path dataDir() {
        return dataDir;
    }

    public Path envDir() {
        return dataDir.resolve("env");
    }

    public Path log() {
        return log == null ? Path.of(dataDir + ".log") : log;
    }

    /** Prints to another file. */
    public Manager logTo(Path file) {
        log = file;
        return this;
    }

    public String printed() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Process process() {
        return process;
    }

    /** The port of its front door, as its log says it; waits for that. */
    public int port() {
        Awaitility.await("the manager is up")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> UP.matcher(printed()).find());
        Matcher line = UP.matcher(printed());
        String port = null;
        while (line.find()) {
            port = line.group(1);
        }
        return Integer.parseInt(port);
    }

    /** The control token that the manager made for itself. */
    public String token() {
        try {
            return Files.readString(dataDir.resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the jar as a client of this manager. */
    public ClientLine.Result client(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        int end = line.indexOf("--");
        line.addAll(end < 0 ? line.size() : end, List.of("--data-dir", dataDir.toString()));
        return ClientLine.run(Map.of(), line.toArray(new String[0]));
    }

    // ---- asking ----

    public Answer get(String path) {
        return ask(HttpMethod.GET, path, null);
    }

    public Answer post(String path, String body) {
        return ask(HttpMethod.POST, path, body);
    }

    public Answer delete(String path) {
        return ask(HttpMethod.DELETE, path, null);
    }

    /** Each request has a connection of its own: what hangs is then the manager. */
    public Answer ask(HttpMethod method, String path, String body) {
        try (RawHttp http = RawHttp.unix(dataDir.resolve("control.sock"))) {
            RawHttp.Answer answer = http.ask(method.name(), path, body);
            return new Answer(answer.status(), answer.body(), answer.header("content-type"), answer.headers());
        }
    }

    /** The status document; empty while the socket is not there yet. */
    public JsonObject status() {
        try {
            return get("/status").json();
        } catch (RuntimeException | AssertionError e) {
            return new JsonObject();
        }
    }

    /** Waits until the status is so, or fails with what was printed. */
    public JsonObject await(String what, Predicate<JsonObject> condition) {
        JsonObject[] last = {new JsonObject()};
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        if (!process.isAlive()) {
                            throw new IllegalStateException("the manager ended with " + process.exitValue());
                        }
                        last[0] = status();
                        return condition.test(last[0]);
                    });
        } catch (RuntimeException e) {
            throw new AssertionError(
                    what + " did not happen\nstatus: " + last[0].encodePrettily() + "\n" + printed(), e);
        }
        return last[0];
    }

    public JsonObject awaitState(String state) {
        return await("state " + state, status -> state.equals(status.getString("state")));
    }

    public Manager awaitRunning() {
        awaitState("running");
        return this;
    }

    // ---- ending ----

    /** SIGKILL to the manager alone; its children live on. */
    public Manager kill() {
        process.destroyForcibly();
        return ended();
    }

    public Manager signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** SIGTERM and the exit code. */
    public int stop() {
        process.destroy();
        ended();
        return process.exitValue();
    }

    /** Makes a request that a failpoint answers by killing the manager, and waits for that. */
    public void dyingOf(Runnable request) {
        try {
            request.run();
        } catch (RuntimeException | AssertionError e) {
            // The manager dies before it can answer.
        }
        ended();
        assertThat(process.exitValue()).as(printed()).isEqualTo(137);
    }

    /** Waits for an end that is under way. */
    public Manager ended() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the manager ends\n" + printed())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
