package io.statemanager;

import static io.statemanager.linux.Signal.INT;
import static io.statemanager.linux.Signal.TERM;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.ConfigSources;
import io.statemanager.config.DurationText;
import io.statemanager.config.Loaded;
import io.statemanager.linux.SignalHandlers;
import io.statemanager.runtime.RunOptions;
import io.statemanager.runtime.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the manager: lock the data directory, load the configuration, deploy the verticles in order ({@link Deployment}), wait for a signal,
 * stop in order within a limit. Runs on the main thread, which it blocks until the end; the exit code is 0 after an orderly stop in which
 * everything became durable, 1 otherwise.
 */
public final class Application {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final Duration UNDEPLOY_LIMIT = Duration.ofSeconds(20);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final RunOptions options;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final AtomicInteger signals = new AtomicInteger();
    private volatile Deployment deployment;

    private Application(RunOptions options) {
        this.options = options;
    }

    /** Runs the manager until it is told to stop; gives the exit code. */
    public static int run(RunOptions options) {
        try (DataDirectory directory = DataDirectory.open(options.dataDir())) {
            return new Application(options).run(directory);
        } catch (CommandException e) {
            return failed(e);
        } catch (IOException e) {
            LOG.error("The data directory's lock could not be given back", e);
            return FAILED;
        }
    }

    private static int failed(CommandException e) {
        System.err.println("state-manager: " + e.detail());
        e.faults().stream().skip(1).forEach(fault -> System.err.println("  " + fault.path() + ": " + fault.message()));
        if (e.hint() != null) {
            System.err.println("  " + e.hint());
        }
        return e.code() == FailureCode.INVALID_CONFIGURATION ? USAGE : FAILED;
    }

    private int run(DataDirectory directory) {
        listenToSignals();
        try {
            Loaded loaded =
                    ConfigSources.load(directory.path(), options.config().orElse(null), System.getenv());
            say(loaded);
            deployment = new Deployment(options, loaded);
            wait(deployment.start().toCompletionStage().toCompletableFuture(), START_LIMIT);
            LOG.atInfo()
                    .addKeyValue("version", Version.text())
                    .addKeyValue("listen", options.listen().host() + ":" + deployment.port())
                    .addKeyValue("data", directory.path())
                    .log("State Manager is up");
            asked.join();
            return stop(deployment);
        } catch (CommandException e) {
            if (deployment != null) {
                close(deployment);
            }
            return failed(e);
        } finally {
            // However it ended: the shutdown hook waits for this.
            ended.complete(null);
        }
    }

    /** What a person should know of the configuration's sources; the status has it too, but under a conflict nothing else has. */
    private static void say(Loaded loaded) {
        loaded.warnings().forEach(warning -> LOG.atWarn().log("Configuration: {}", warning));
        if (loaded instanceof Loaded.Conflict conflict) {
            LOG.error("Nothing is configured, {}: {}", Loaded.Conflict.SENTENCE, conflict.hint());
        }
    }

    private static int stop(Deployment deployment) {
        Duration limit = wait(deployment.shutdownLimit().toCompletionStage().toCompletableFuture(), UNDEPLOY_LIMIT);
        LOG.atInfo().addKeyValue("limit", DurationText.of(limit)).log("Stopping in order");
        StatusCommands.Stopped stopped =
                wait(deployment.leave(limit).toCompletionStage().toCompletableFuture(), limit.plus(UNDEPLOY_LIMIT));
        close(deployment);
        if (!stopped.durable()) {
            LOG.atError()
                    .addKeyValue("reason", stopped.reason())
                    .log("Stopped, but not everything is durable; the lease is left to expire");
            return FAILED;
        }
        LOG.info("Stopped");
        return 0;
    }

    private static void close(Deployment deployment) {
        try {
            wait(deployment.stop().toCompletionStage().toCompletableFuture(), UNDEPLOY_LIMIT);
        } catch (CommandException e) {
            LOG.atError().addKeyValue("reason", e.detail()).log("The verticles did not stop in order");
        }
    }

    /**
     * The first signal stops in order; the second one hurries that, by killing the processes that it waits for; the third one ends at once. A
     * shutdown from elsewhere waits for the orderly stop, too.
     */
    private void listenToSignals() {
        SignalHandlers.handle(TERM, this::signalled);
        SignalHandlers.handle(INT, this::signalled);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            asked.complete(null);
                            ended.join();
                        },
                        "shutdown"));
    }

    private void signalled() {
        int count = signals.incrementAndGet();
        Deployment there = deployment;
        if (count == 1) {
            asked.complete(null);
        } else if (count == 2 && there != null) {
            LOG.warn("A second signal: the processes are killed, and the stop goes on; a third one ends at once");
            there.killProcesses();
        } else {
            LOG.warn("One more signal: ending at once; the lease is left to expire");
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static <T> T wait(CompletableFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw CommandException.from(e.getCause());
        } catch (TimeoutException e) {
            throw CommandException.of(FailureCode.TIMEOUT, "it did not end within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(FailureCode.UNAVAILABLE, "interrupted", e);
        }
    }
}
