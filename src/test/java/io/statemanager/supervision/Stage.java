package io.statemanager.supervision;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.ProcessTable;
import io.statemanager.runtime.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** A supervisor over a directory of its own, with shell scripts as its processes. */
final class Stage implements AutoCloseable {
    /** Far beyond what anything here takes; only a fault reaches it. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Path directory;
    final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    final List<String> events = new CopyOnWriteArrayList<>();
    final Supervisor supervisor;

    /** What fails on the supervision thread fails the test. */
    private final ListAppender<ILoggingEvent> failures = new ListAppender<>();

    Stage(Path directory) {
        this(directory, false);
    }

    Stage(Path directory, boolean useCgroup) {
        this.directory = directory;
        failures.start();
        control().addAppender(failures);
        Setup settings = new Setup(directory, stdout, stderr, 1 << 20, useCgroup, Ticker.system());
        try {
            supervisor = Supervisor.open(settings, (what, status) -> events.add(status.name() + " " + what));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that runs a shell script; {@code $D} is the stage's directory. */
    static ProcessSpec sh(String name, String script) {
        return ProcessSpec.of(name, List.of("sh", "-c", script)).withTimeoutStop(Duration.ofSeconds(20));
    }

    Stage define(ProcessSpec... specs) {
        get(supervisor.apply(List.of(specs), Map.of("D", directory.toString())));
        return this;
    }

    Stage run(ProcessSpec... specs) {
        define(specs);
        get(supervisor.startAll());
        return this;
    }

    ProcessStatus status(String name) {
        return supervisor.list().stream()
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    int pid(String name) {
        return status(name).pid().orElseThrow();
    }

    void awaitState(String name, String state) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> status(name).state().equals(state));
    }

    /** Waits for a file that a script writes, and gives its content. */
    String awaitFile(String name) {
        Path file = directory.resolve(name);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Files.exists(file) && Files.size(file) > 0);
        return read(name);
    }

    int awaitPid(String name) {
        return Integer.parseInt(awaitFile(name).trim());
    }

    String read(String name) {
        try {
            return Files.readString(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String stdout() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    static boolean isAlive(int pid) {
        return ProcessTable.look(pid).filter(stat -> !stat.isDead()).isPresent();
    }

    static char state(int pid) {
        return ProcessTable.look(pid).map(ProcessStat::state).orElse('-');
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("failed: " + e, e);
        }
    }

    @Override
    public void close() {
        get(supervisor.killAll());
        supervisor.close();
        control().detachAppender(failures);
        if (!failures.list.isEmpty()) {
            throw new AssertionError("a step of the supervision failed: "
                    + failures.list.get(0).getThrowableProxy().getMessage());
        }
    }

    private static Logger control() {
        return (Logger) LoggerFactory.getLogger(Control.class);
    }
}
