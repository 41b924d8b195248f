package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Checkpoints;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.Json;
import io.statemanager.bus.Owned;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.DirectStore;
import io.statemanager.storage.GatedObjectStore;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The checkpoint verticle over a real store, with the neighbours that it asks played by the test: processes that freeze at once, an
 * environment that writes down what was committed.
 */
public final class OpenCheckpoints {
    public static final String PASSWORD = "a password";

    public final Bus bus;
    public final Path root;
    public final Path tree;
    public final ObjectStore store;
    public final List<String> committed = new CopyOnWriteArrayList<>();
    public final List<String> steps = new CopyOnWriteArrayList<>();

    /** What the processes answer to a freeze; a test may put something slower here. */
    public volatile Function<ProcessCommands.Freeze, Future<ProcessCommands.Frozen>> freeze =
            request -> Future.succeededFuture(new ProcessCommands.Frozen(List.of(), 1));

    public volatile ProcessCommands.Thawed thawed = new ProcessCommands.Thawed(false, 3, null);
    public List<String> exclude = List.of();
    public boolean databases;

    private OpenCheckpoints(Vertx vertx, Path root, Path tree, ObjectStore store) {
        this.bus = new Bus(vertx);
        this.root = root;
        this.tree = tree;
        this.store = store;
        handle(ProcessCommands.FREEZE, request -> {
            steps.add("freeze");
            return freeze.apply(request);
        });
        handle(ProcessCommands.THAW, request -> {
            steps.add("thaw");
            return Future.succeededFuture(thawed);
        });
        handle(CheckpointCommands.COMMITTED, request -> {
            committed.add(request.id());
            return Future.succeededFuture(NOTHING);
        });
        handle(ConfigCommands.GET, request -> Future.succeededFuture(new ConfigCommands.Shown(Json.object())));
        VertxFixture.await(vertx.deployVerticle(new CheckpointVerticle(bus, new Events(vertx), store)));
    }

    /** Plays a neighbour. */
    public <Q, R> void handle(Command<Q, R> command, Function<Q, Future<R>> handler) {
        VertxFixture.await(bus.handle(command, handler));
    }

    /** Over a store in {@code root/objects}, for the tree {@code root/env}. */
    public static OpenCheckpoints local(Vertx vertx, Path root) {
        DirectStore direct = VertxFixture.await(LocalObjectStore.open(vertx, root.resolve("objects")));
        return over(vertx, root, direct);
    }

    /** Over any store, which writes reach by a gate that is open. */
    public static OpenCheckpoints over(Vertx vertx, Path root, DirectStore direct) {
        return over(vertx, root, direct, CallPolicy.DEFAULT);
    }

    /** The same with calls that take no longer than this. */
    public static OpenCheckpoints over(Vertx vertx, Path root, DirectStore direct, CallPolicy policy) {
        return new OpenCheckpoints(
                vertx, root, root.resolve("env"), gated(vertx, direct).with(policy));
    }

    public static ObjectStore gated(Vertx vertx, DirectStore direct) {
        LeaseGate gate = new LeaseGate();
        gate.openWithoutLease(1);
        return new GatedObjectStore(new ResolvingObjectStore(vertx, direct), gate);
    }

    public Checkpoints open() {
        return open(1);
    }

    public Checkpoints open(long generation) {
        return ask(CheckpointCommands.OPEN, terms("default", generation, PASSWORD));
    }

    public CheckpointCommands.Open terms(String name, long generation, String password) {
        Owned owned = new Owned(name, tree, root.resolve("data"), generation, "nonce-" + generation, true);
        return new CheckpointCommands.Open(owned, password, exclude, true, databases, 250);
    }

    public Created create(String id) {
        return ask(CheckpointCommands.CREATE, new Create(id, null, "a comment"));
    }

    public List<Checkpoint> list() {
        return ask(CheckpointCommands.LIST, NOTHING).checkpoints();
    }

    public void close() {
        ask(CheckpointCommands.CLOSE, NOTHING);
    }

    public <Q, R> R ask(Command<Q, R> command, Q request) {
        return VertxFixture.await(bus.request(command, request));
    }

    /** The failure that a command ends with. */
    public <Q, R> CommandException failure(Command<Q, R> command, Q request) {
        try {
            ask(command, request);
        } catch (CommandException e) {
            return e;
        }
        throw new AssertionError(command.address() + " did not fail");
    }

    /** The keys in the store that begin so. */
    public List<String> objects(String prefix) {
        return VertxFixture.await(Listing.all(store, prefix)).stream()
                .map(ObjectInfo::key)
                .toList();
    }

    /** restic on the same objects. */
    public Restic restic() {
        return new Restic(root.resolve("objects/files"), PASSWORD);
    }
}
