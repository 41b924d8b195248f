package io.statemanager.bus;

import java.util.List;

/** The status of everything. */
public final class StatusCommands {
    private StatusCommands() {}

    /** The object store as the status has it. */
    public record Storage(
            String type,
            String state,
            String bucket,
            String endpoint,
            String path,
            String keyPrefix,
            List<String> quirks,
            String lastError) {}

    /**
     * @param running whether the process {@code app} is up; the service itself where there is no command
     * @param state starting, unconfigured, waiting, settling, running, restoring, frozen, released, blocked, stopping or failed
     * @param reason what it waits for or what to do
     */
    public record Status(
            boolean configured,
            boolean running,
            List<String> stacks,
            String name,
            String version,
            String state,
            boolean ready,
            String reason,
            LeaseCommands.Lease lease,
            List<ProcessCommands.ProcessView> processes,
            List<DatabaseCommands.DatabaseView> databases,
            CheckpointCommands.Summary checkpoints,
            Storage storage,
            String lastError,
            List<String> warnings) {}

    public static final Command<Nothing, Status> GET = Command.open(
            "status.get",
            Nothing.class,
            Status.class,
            Command.SHORT,
            Route.get("/", "/status"),
            "Shows the state of everything, from memory.");

    /** What {@code /readyz} says, and why. */
    public record Readiness(boolean ready, String state, String reason) {}

    public static final Command<Nothing, Readiness> READY = Command.internal(
            "status.ready",
            Nothing.class,
            Readiness.class,
            Command.SHORT,
            "Whether the environment is settled and ours.");

    /**
     * The orderly stop of the environment, before the verticles are undeployed.
     *
     * @param limitMs how long it may take in all
     */
    public record Stop(long limitMs) {}

    /** @param durable whether everything is in the store and the lease was released; always true where nothing was owned */
    public record Stopped(boolean durable, String reason) {}

    public static final Command<Stop, Stopped> STOP = Command.internal(
            "environment.stop",
            Stop.class,
            Stopped.class,
            Command.LONG,
            "Stops the processes, makes an automatic line checkpoint and releases the lease; past its limit the lease is left to expire.");
}
