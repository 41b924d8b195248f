package io.statemanager.cli;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.Main;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.bus.Json;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.bus.StatusCommands;
import io.statemanager.http.ControlFixture;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Signal;
import io.statemanager.support.IgnoredSignals;
import io.statemanager.support.JavaProgram;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ClientCommandTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture();
    private final AtomicReference<Object> asked = new AtomicReference<>();
    private ControlFixture door;

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
        cli.environment.put("STATE_MANAGER_DATA_DIR", directory.toString());
    }

    @Test
    void aCheckpointIsFollowedAndItsResultPrinted() {
        await(door.bus.handle(CheckpointCommands.CREATE, (request, call) -> {
            asked.set(request);
            call.info("scanning /env");
            return Future.succeededFuture(created("v1"));
        }));

        assertThat(cli.execute("checkpoint", "create", "v1", "--comment", "before the update"))
                .isZero();

        assertThat(asked.get()).isEqualTo(new CheckpointCommands.Create("v1", null, "before the update"));
        assertThat(cli.err).isEqualTo("scanning /env" + System.lineSeparator());
        assertThat(cli.out).startsWith("v1: 3 files (2.0 KiB), 1 database; 1.0 MiB uploaded in 1.5 s");
    }

    @Test
    void whoInterruptsALongCommandHearsThatItGoesOnAndHowToLook() throws Exception {
        IgnoredSignals.assumeNotIgnored(Signal.INT);
        CountDownLatch reached = new CountDownLatch(1);
        Promise<CheckpointCommands.Created> made = Promise.promise();
        await(door.bus.handle(CheckpointCommands.CREATE, (request, call) -> {
            reached.countDown();
            return made.future();
        }));
        Path told = directory.resolve("told");
        Process client = JavaProgram.of(List.of(), Main.class, "checkpoint", "create", "--data-dir", directory)
                .redirectError(told.toFile())
                .start();
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();

        Processes.signal((int) client.pid(), Signal.INT);

        assertThat(client.waitFor()).isEqualTo(130);
        String where = " --data-dir " + directory;
        assertThat(told).content().isEqualTo("""
                        interrupted: 'checkpoint create' goes on in the manager
                        hint: state-manager status%s shows what is under way, and state-manager checkpoint list%s \
                        the checkpoint when it is done
                        """.formatted(where, where));
        made.complete(created("v1"));
    }

    @Test
    void jsonPrintsThePlainAnswerAlone() {
        await(door.bus.handle(CheckpointCommands.CREATE, (request, call) -> {
            call.info("scanning /env");
            return Future.succeededFuture(created("v1"));
        }));

        assertThat(cli.execute("checkpoint", "create", "--json")).isZero();

        assertThat(cli.err).isEmpty();
        assertThat(cli.out.strip()).isEqualTo(Json.text(created("v1")));
    }

    @Test
    void aRefusalSaysEveryFaultAndWhatToDo() {
        await(door.bus.handle(
                ConfigCommands.APPLY,
                request -> Future.failedFuture(CommandException.invalid(
                                FailureCode.INVALID_CONFIGURATION,
                                List.of(new Fault("name", "is missing"), new Fault("stacks[0]", "is unknown")))
                        .withHint("see docs/configuration.md")
                        .retryAfter(Duration.ofSeconds(3)))));

        assertThat(cli.execute("config", "apply", file("{\"a\":1}"))).isEqualTo(ExitCodes.REFUSED);

        assertThat(cli.err.lines())
                .containsExactly(
                        "error: name: is missing (and 1 more)",
                        "hint: see docs/configuration.md",
                        "       stacks[0]: is unknown",
                        "hint: try again in 3 s");
    }

    @Test
    void anOperationThatFailsMidwayHasItsTrueExitCode() {
        await(door.bus.handle(CheckpointCommands.RESTORE, (request, call) -> {
            call.info("checking");
            return Future.failedFuture(CommandException.of(FailureCode.STORE_FAILED, "GET failed three times"));
        }));

        assertThat(cli.execute("restore", "v1")).isEqualTo(ExitCodes.FAILED);

        assertThat(cli.err).contains("checking", "error: GET failed three times");
    }

    @Test
    void theConfigurationFileMayHaveCommentsAndOptionsBecomeMembers() {
        await(door.bus.handle(ConfigCommands.APPLY, request -> {
            asked.set(request.document());
            return Future.succeededFuture(new ConfigCommands.Applied(
                    "success", true, "default", List.of(), "new", null, null, List.of("slow")));
        }));

        assertThat(cli.execute(
                        "config", "apply", file("// ours\n{\"name\":\"default\"}"), "--replace", "--adopt=local"))
                .isZero();

        assertThat(asked.get()).hasToString("{\"name\":\"default\",\"replace\":true,\"adopt\":\"local\"}");
        assertThat(cli.out).contains("configured: default", "state: new");
        assertThat(cli.err).contains("warning: slow");
    }

    @Test
    void namesTravelEncodedAndAnswersCannotSteerTheTerminal() {
        await(door.bus.handle(ProcessCommands.LIST, request -> Future.succeededFuture(process("a\u001b[2Jb"))));
        await(door.bus.handle(CheckpointCommands.GET, request -> {
            asked.set(request);
            return Future.failedFuture(CommandException.of(FailureCode.INVALID_ID, "not an id"));
        }));

        assertThat(cli.execute("ps")).isZero();
        assertThat(cli.out).contains("a\uFFFD[2Jb").doesNotContain("\u001b");
        assertThat(cli.execute("checkpoint", "show", "../a b?c")).isEqualTo(ExitCodes.REFUSED);
        assertThat(asked.get()).isEqualTo(new CheckpointCommands.ById("../a b?c"));
    }

    @Test
    void execPrintsTheOutputAndEndsAsTheCommandEnded() {
        await(door.bus.handle(ProcessCommands.RUN, request -> {
            asked.set(request);
            return Future.succeededFuture(new ProcessCommands.Ran(17, null, "out\n", false, 5));
        }));

        assertThat(cli.execute("exec", "--timeout", "30", "--", "sh", "-c", "exit 17"))
                .isEqualTo(17);

        assertThat(asked.get()).isEqualTo(new ProcessCommands.Run(List.of("sh", "-c", "exit 17"), 30_000L));
        assertThat(cli.out).isEqualTo("out\n");
    }

    @Test
    void followedLogsAskForWhatComesAfterTheLastLineAndNameWhatWasMissed() throws Exception {
        List<ProcessCommands.Logs> requests = new CopyOnWriteArrayList<>();
        await(door.bus.handle(ProcessCommands.LOGS, request -> {
            requests.add(request);
            return switch (requests.size()) {
                case 1 -> Future.succeededFuture(lines(7, 8));
                case 2 -> Future.succeededFuture(lines());
                case 3 -> Future.succeededFuture(lines(9, 12));
                default -> Future.failedFuture(CommandException.of(FailureCode.PROCESS_NOT_FOUND, "app is gone"));
            };
        }));

        assertThat(cli.execute("logs", "-f", "-n", "2", "app")).isEqualTo(ExitCodes.REFUSED);

        assertThat(cli.out.lines()).containsExactly("line 7", "line 8", "line 9", "line 12");
        assertThat(cli.err).contains("(2 lines were not kept)", "app is gone");
        assertThat(requests)
                .containsExactly(
                        new ProcessCommands.Logs("app", 2, null),
                        new ProcessCommands.Logs("app", 1000, 8L),
                        new ProcessCommands.Logs("app", 1000, 8L),
                        new ProcessCommands.Logs("app", 1000, 12L));
    }

    private static ProcessCommands.LogLines lines(long... numbers) {
        return new ProcessCommands.LogLines(
                "app",
                LongStream.of(numbers)
                        .mapToObj(n -> new ProcessCommands.LogLine(n, Instant.EPOCH, "stdout", "line " + n))
                        .toList());
    }

    @Test
    void aQueryPrintsATable() {
        await(door.bus.handle(
                DatabaseCommands.QUERY,
                request -> Future.succeededFuture(new DatabaseCommands.Rows(
                        List.of("id", "name"), List.of(List.of(Json.tree(1), Json.tree("Ada"))), true))));

        assertThat(cli.execute("db", "query", "app", "select * from t")).isZero();

        assertThat(cli.out.lines()).containsExactly("id  name", "1   Ada");
        assertThat(cli.err).contains("more rows");
    }

    @Test
    void keptEventsAreShownAndTheCommandEnds() {
        door.events.publish("process", "process.exited", event -> event.put("name", "app"));
        door.events.publish("lease", "lease.acquired", event -> event.put("generation", 2));

        assertThat(cli.execute("events", "--topic", "lease")).isZero();

        assertThat(cli.out).contains("lease.acquired  generation=2").doesNotContain("process.exited");
    }

    @Test
    void healthIsTheExitCode() {
        await(door.bus.handle(
                StatusCommands.READY,
                nothing ->
                        Future.succeededFuture(new StatusCommands.Readiness(false, "waiting", "m2 holds the lease"))));

        assertThat(cli.execute("status", "--health")).isEqualTo(ExitCodes.FAILED);
        assertThat(cli.out).startsWith("not ready (waiting): m2 holds the lease");
    }

    @Test
    void aUrlNeedsTheTokenAndAsksForTheControlHost() {
        await(door.bus.handle(ProcessCommands.LIST, request -> Future.succeededFuture(process("app"))));
        String url = "http://127.0.0.1:" + door.port();

        assertThat(cli.execute("ps", "--url", url)).isEqualTo(ExitCodes.REFUSED);
        assertThat(cli.err).contains("token");
        cli.environment.put("CONTROLLER_TOKEN", ControlFixture.TOKEN);
        assertThat(cli.execute("ps", "--url", url)).isZero();
        assertThat(cli.out).contains("app");
    }

    @Test
    void nobodyThereSaysWhereItLookedAndHowToStart() {
        assertThat(cli.execute("status", "--data-dir", directory + "/elsewhere"))
                .isEqualTo(ExitCodes.UNREACHABLE);

        assertThat(cli.err)
                .contains(
                        "unix:" + directory + "/elsewhere/control.sock", "no such socket", "state-manager --data-dir");
    }

    private String file(String text) {
        try {
            return Files.writeString(directory.resolve("given.json"), text).toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static CheckpointCommands.Created created(String id) {
        return new CheckpointCommands.Created(
                "success",
                id,
                true,
                Instant.EPOCH,
                null,
                new CheckpointCommands.Files(3, 1, 0, 2048, 3, 0, 3),
                Map.of("app", DatabasePosition.file("db/app.sqlite", "not in WAL mode")),
                1500,
                12,
                1 << 20,
                List.of());
    }

    private static ProcessCommands.Processes process(String name) {
        return new ProcessCommands.Processes(List.of(new ProcessCommands.ProcessView(
                name, "running", 7L, 1000L, 0, null, null, null, List.of("sleep", "1"))));
    }
}
