package io.statemanager.bus;

import static io.statemanager.bus.FailureCode.*;

import java.time.Instant;
import java.util.List;

/** The lease: who owns the environment. */
public final class LeaseCommands {
    private LeaseCommands() {}

    /**
     * The lease as users see it.
     *
     * @param state {@code none}, {@code waiting}, {@code blocked}, {@code held}, {@code frozen}, {@code released} or {@code lost}
     * @param owner who holds it (this machine's own name when held); null where nobody does
     * @param expiresInMs how long the holder may still act without a renewal; null unless held
     * @param reason why it is waiting, blocked or lost
     */
    public record Lease(
            String state,
            Long generation,
            String owner,
            Long ttlMs,
            Long expiresInMs,
            Instant renewedAt,
            Boolean durable,
            String reason,
            String lastError) {}

    public record Released(String status, String state, String checkpointId) {}

    public record Acquired(String status, String state, long generation) {}

    public static final Command<Nothing, Lease> GET = Command.open(
            "lease.get",
            Nothing.class,
            Lease.class,
            Command.SHORT,
            Route.get("/lease"),
            "Shows who owns the environment.",
            NOT_CONFIGURED,
            NO_ACTIVE_LEASER);

    /** Handled by the environment. */
    public static final Command<Nothing, Released> RELEASE = Command.open(
            "lease.release",
            Nothing.class,
            Released.class,
            Command.MEDIUM,
            new Route("POST", List.of("/release-lease", "/stack/leaser/release"), java.util.Set.of(), true),
            "Stops the processes, makes everything durable and gives the lease back.",
            NOT_CONFIGURED,
            NO_ACTIVE_LEASER,
            OPERATION_IN_PROGRESS,
            NOT_DURABLE);

    /** Handled by the environment. */
    public static final Command<Nothing, Acquired> ACQUIRE = Command.open(
            "lease.acquire",
            Nothing.class,
            Acquired.class,
            Command.MEDIUM,
            Route.post("/acquire-lease").asFollowed(),
            "Takes the lease again after a release, settles the state and starts the processes.",
            NOT_CONFIGURED,
            NO_ACTIVE_LEASER,
            LEASE_HELD,
            OPERATION_IN_PROGRESS);

    // ---- inside ----

    /** Where we are sure to be the owner: the lease still carries our nonce at this moment, read from the store. */
    public record Confirmed(long generation, String nonce) {}

    public static final Command<Nothing, Confirmed> CONFIRM = Command.internal(
            "lease.confirm",
            Nothing.class,
            Confirmed.class,
            Command.SHORT,
            "Reads the lease object; fails with lease_lost where it is not ours any more.",
            LEASE_LOST);

    /**
     * Whether a success that the store dated so counts as durable.
     *
     * @param date the answer's {@code Date}, or null where the store sends none
     */
    public record Beyond(Instant date) {}

    public static final Command<Beyond, Nothing> BEYOND_DOUBT = Command.internal(
            "lease.beyond-doubt",
            Beyond.class,
            Nothing.class,
            Command.SHORT,
            "Answers once we were the owner beyond doubt at that answer: by the last renewal's date, or by a renewal begun afterwards.",
            LEASE_LOST);
}
