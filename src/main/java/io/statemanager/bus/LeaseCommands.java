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

    /**
     * The lease object, {@code <name>/lease.json}; never deleted.
     *
     * @param format 1
     * @param environmentId random, made with generation 1 and kept for ever
     * @param generation grows with each acquisition: the fencing token
     * @param owner who, for people
     * @param nonce unique to the acquisition
     * @param renewals how often the holder renewed it
     * @param ttlMs for how long after its last change a contender must leave it alone
     * @param released whether the holder gave it back
     */
    public record Document(
            int format,
            String environmentId,
            long generation,
            String owner,
            String nonce,
            long renewals,
            long ttlMs,
            boolean released) {
        public static final int FORMAT = 1;
    }

    /**
     * @param name the environment
     * @param owner this machine's name, for people
     * @param leaser whether the leaser is in the stacks: without it the lease is taken at once and never renewed
     * @param onLeaseLoss {@code freeze}, {@code stop} or {@code continue}
     * @param ownNonces nonces that this directory recorded and may take back at once
     * @param patient whether to wait for a holder
     * @param failUnreadable whether a lease that cannot be read ends the wait
     */
    public record Seek(
            String name,
            String owner,
            boolean leaser,
            long ttlMs,
            long marginMs,
            long leadMs,
            String onLeaseLoss,
            List<String> ownNonces,
            boolean patient,
            boolean failUnreadable) {}

    /**
     * A lease that may be taken now.
     *
     * @param current what is there, null where there is no object
     * @param etag its ETag, null likewise
     */
    public record Found(Document current, String etag) {}

    public static final Command<Seek, Found> SEEK = Command.internal(
            "lease.seek",
            Seek.class,
            Found.class,
            Command.LONG,
            "Waits until the lease may be taken and answers what is to be replaced; an impatient one fails with lease_held at once.",
            LEASE_HELD);

    /** @param over what {@link #SEEK} found; {@code next} is written in its place */
    public record Take(Found over, Document next) {}

    public static final Command<Take, Nothing> TAKE = Command.internal(
            "lease.take",
            Take.class,
            Nothing.class,
            Command.MEDIUM,
            "Takes the lease by compare-and-swap and keeps it; fails with lease_held where somebody else was faster.",
            LEASE_HELD);

    public static final Command<Nothing, Nothing> FREE = Command.internal(
            "lease.free",
            Nothing.class,
            Nothing.class,
            Command.SHORT,
            "Writes that the lease is released and stops renewing it.",
            LEASE_LOST);

    /** @param state what the lease is shown as afterwards: {@code none}, {@code released}, {@code blocked} or {@code lost} */
    public record Leave(String state, String reason) {}

    public static final Command<Leave, Nothing> LEAVE = Command.internal(
            "lease.leave",
            Leave.class,
            Nothing.class,
            Command.SHORT,
            "Stops renewing, waiting and writing, without touching the object.");

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

    /** @param generation the processes start only while exactly this one is held */
    public record Launch(long generation) {}

    /**
     * Starts the processes by right of the lease. It is the lease's own context that asks for starts and kills, so that a start can never
     * overtake the kill of a lease that was lost.
     */
    public static final Command<Launch, Nothing> LAUNCH = Command.internal(
            "lease.launch",
            Launch.class,
            Nothing.class,
            Command.MEDIUM,
            "Starts the processes while a generation is held; fails with lease_lost where it is not, or is not any more.",
            LEASE_LOST);

    /** A renewal proved that nobody owned this generation's environment meanwhile. */
    public record Resumed(long generation) {}

    /** Handled by the environment, which knows whether processes should run at this moment. */
    public static final Command<Resumed, Nothing> RESUMED = Command.internal(
            "lease.resumed",
            Resumed.class,
            Nothing.class,
            Command.SHORT,
            "Tells the environment that it may start what was stopped at the deadline.");

    /** Which generation is not ours any more, and why. */
    public record Lost(long generation, String reason) {}

    /** Handled by the environment: closes what belongs to the lost generation and begins again with the state rules. */
    public static final Command<Lost, Nothing> LOST = Command.internal(
            "lease.lost",
            Lost.class,
            Nothing.class,
            Command.SHORT,
            "Tells the environment that another owner is there; the processes are gone already.");
}
