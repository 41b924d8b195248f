package io.statemanager.lease;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.LeaseCommands.Confirmed;
import io.statemanager.bus.LeaseCommands.Document;
import io.statemanager.bus.LeaseCommands.Found;
import io.statemanager.bus.LeaseCommands.Launch;
import io.statemanager.bus.LeaseCommands.Lease;
import io.statemanager.bus.LeaseCommands.Leave;
import io.statemanager.bus.LeaseCommands.Seek;
import io.statemanager.bus.LeaseCommands.Take;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.runtime.Ticker;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/**
 * Wires contender and holder to the bus and tells the gate, the processes and the environment what the lease's state means for them. Owns the
 * lease's state; confined to its own context.
 */
public final class LeaseVerticle extends VerticleBase {
    private static final int MIN_ATTEMPT_MS = 500;

    private final Bus bus;
    private final Events events;
    private final Ticker ticker;
    private final ObjectStore store;
    private final LeaseGate gate;

    private Seek terms;
    private LeaseObject object;
    private Contender contender;
    private Holder holder;
    private String state = "none";
    private String reason;
    private long attempt;

    /** @param store the store that the gate does not guard */
    public LeaseVerticle(Bus bus, Events events, Ticker ticker, ObjectStore store, LeaseGate gate) {
        this.bus = bus;
        this.events = events;
        this.ticker = ticker;
        this.store = store;
        this.gate = gate;
    }

    @Override
    public Future<?> start() {
        return Future.all(List.of(
                bus.handle(LeaseCommands.GET, request -> show()),
                bus.handle(LeaseCommands.SEEK, this::seek),
                bus.handle(LeaseCommands.TAKE, this::take),
                bus.handle(LeaseCommands.LAUNCH, this::launch),
                bus.handle(LeaseCommands.FREE, request -> free()),
                bus.handle(LeaseCommands.LEAVE, this::leave),
                bus.handle(LeaseCommands.CONFIRM, request -> confirm()),
                bus.handle(
                        LeaseCommands.BEYOND_DOUBT,
                        beyond -> held().compose(h -> h.beyondDoubt(beyond.date()))
                                .map(NOTHING))));
    }

    @Override
    public Future<?> stop() {
        return leave(new Leave("none", null));
    }

    private Future<Found> seek(Seek seek) {
        quit();
        terms = seek;
        long attempt = Math.max(MIN_ATTEMPT_MS, seek.ttlMs() / 6);
        object = new LeaseObject(store.with(CallPolicy.urgent(Duration.ofMillis(attempt))), seek.name());
        become("waiting", "asking the store who owns the environment");
        contender = new Contender(vertx, ticker, object, seek, why -> become("waiting", why));
        return contender.start().onFailure(failure -> become("none", failure.getMessage()));
    }

    private Future<Nothing> take(Take take) {
        long began = ticker.nanos();
        long mine = attempt;
        return object.swap(take.over().etag(), take.next())
                .recover(failure -> takenAfterAll(take, failure))
                .compose(version -> {
                    if (mine != attempt) {
                        return Future.failedFuture(
                                CommandException.of(FailureCode.LEASE_LOST, "taking the lease was given up meanwhile"));
                    }
                    hold(version, began);
                    return Future.succeededFuture(NOTHING);
                });
    }

    private Future<Nothing> launch(Launch launch) {
        if (!holds(launch.generation())) {
            return Future.failedFuture(notHeld(launch.generation()));
        }
        long mine = attempt;
        return bus.request(ProcessCommands.START_ALL, NOTHING)
                .compose(done -> mine == attempt && holds(launch.generation())
                        ? Future.succeededFuture(NOTHING)
                        : Future.failedFuture(notHeld(launch.generation())));
    }

    private boolean holds(long generation) {
        return holder != null && holder.document().generation() == generation && !state.equals("lost");
    }

    private static CommandException notHeld(long generation) {
        return CommandException.of(
                FailureCode.LEASE_LOST, "generation " + generation + " of the lease is not held any more");
    }

    /** A refused or unclear swap may have been our own earlier attempt: the nonce tells. */
    private Future<LeaseObject.Version> takenAfterAll(Take take, Throwable failure) {
        return object.read().compose(there -> {
            if (!there.absent() && there.document().nonce().equals(take.next().nonce())) {
                return Future.succeededFuture(new LeaseObject.Version(there.document(), there.etag(), null));
            }
            if (StoreException.is(failure, StoreError.PRECONDITION_FAILED)
                    || StoreException.is(failure, StoreError.CONFLICT)) {
                return Future.failedFuture(CommandException.of(
                        FailureCode.LEASE_HELD,
                        there.absent()
                                ? "the lease was not taken"
                                : there.document().owner() + " was faster"));
            }
            return Future.failedFuture(failure);
        });
    }

    private void hold(LeaseObject.Version taken, long began) {
        state = "held";
        reason = null;
        contender = null;
        holder = new Holder(
                vertx,
                ticker,
                object,
                terms,
                taken,
                began,
                new LeaseWatch(bus, gate, terms, taken.document().generation(), this::become));
        holder.start();
        say("lease.acquired", taken.document());
    }

    private Future<Nothing> free() {
        gate.close("the lease is being released");
        return held().compose(Holder::release).map(done -> {
            Document document = holder.document();
            quit();
            become("released", null);
            say("lease.released", document);
            return NOTHING;
        });
    }

    private Future<Nothing> leave(Leave leave) {
        quit();
        become(leave.state(), leave.reason());
        return Future.succeededFuture(NOTHING);
    }

    private void quit() {
        attempt++;
        gate.close("the lease is not held");
        if (contender != null) {
            contender.cancel();
            contender = null;
        }
        if (holder != null) {
            if (holder.isFrozen()) {
                // Nobody would thaw them afterwards; whoever leaves a lease has stopped or killed them.
                bus.request(ProcessCommands.THAW, new ProcessCommands.Thaw(LeaseWatch.FREEZE))
                        .otherwiseEmpty();
            }
            holder.end();
            holder = null;
        }
    }

    private Future<Confirmed> confirm() {
        return held().compose(h -> object.read().compose(there -> {
            String nonce = h.document().nonce();
            return !there.absent()
                            && there.document().nonce().equals(nonce)
                            && !there.document().released()
                    ? Future.succeededFuture(new Confirmed(there.document().generation(), nonce))
                    : Future.failedFuture(
                            CommandException.of(FailureCode.LEASE_LOST, "the lease is not ours any more"));
        }));
    }

    private Future<Holder> held() {
        return holder == null
                ? Future.failedFuture(CommandException.of(FailureCode.LEASE_LOST, "the lease is not held"))
                : Future.succeededFuture(holder);
    }

    private void become(String now, String why) {
        if (!now.equals(state) || (why != null && !why.equals(reason))) {
            events.publish("lease", "lease." + now, node -> node.put("reason", why));
        }
        state = now;
        reason = why;
    }

    private void say(String type, Document document) {
        events.publish(
                "lease",
                type,
                node -> node.put("generation", document.generation()).put("owner", document.owner()));
    }

    private Future<Lease> show() {
        if (terms == null) {
            return Future.failedFuture(
                    CommandException.of(FailureCode.NOT_CONFIGURED, "the manager is not configured"));
        }
        if (!terms.leaser()) {
            return Future.failedFuture(CommandException.of(FailureCode.NO_ACTIVE_LEASER, "No active leaser component"));
        }
        if (holder == null) {
            return Future.succeededFuture(new Lease(state, null, null, terms.ttlMs(), null, null, null, reason, null));
        }
        Document document = holder.document();
        return Future.succeededFuture(new Lease(
                state,
                document.generation(),
                document.owner(),
                document.ttlMs(),
                Math.max(0, holder.left().toMillis()),
                holder.renewedAt(),
                !holder.isFrozen(),
                reason,
                holder.lastError()));
    }
}
