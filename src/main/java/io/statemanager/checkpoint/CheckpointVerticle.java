package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ApplyFiles;
import io.statemanager.bus.CheckpointCommands.ById;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Checkpoints;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Deleted;
import io.statemanager.bus.CheckpointCommands.Make;
import io.statemanager.bus.CheckpointCommands.Open;
import io.statemanager.bus.CheckpointCommands.Summary;
import io.statemanager.bus.CheckpointCommands.Verified;
import io.statemanager.bus.CheckpointCommands.Verify;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.checkpoint.commit.CheckpointIds;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.config.CurrentConfig;
import io.statemanager.storage.ObjectStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the checkpoints to the bus. Owns the open environment and who may work on it; confined to its own context. */
public final class CheckpointVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointVerticle.class);
    private static final long REFRESH_MS = 5 * 60 * 1000L;

    private final Bus bus;
    private final Events events;
    private final ObjectStore store;
    private final Slot slot = new Slot();

    /** A verification may run for hours, beside other operations; several would leave these no threads. */
    private final Slot verifying = new Slot();

    private Pools pools;
    private Environment environment;
    private long refreshTimer = -1;
    private String lastError;

    /** {@code store}: gated, so that a write that succeeds counts as ours. */
    public CheckpointVerticle(Bus bus, Events events, ObjectStore store) {
        this.bus = bus;
        this.events = events;
        this.store = store;
    }

    @Override
    public Future<?> start() {
        pools = new Pools(vertx);
        return Future.all(List.of(
                bus.handle(CheckpointCommands.OPEN, this::open),
                bus.handle(CheckpointCommands.CLOSE, request -> close()),
                bus.handle(CheckpointCommands.SUMMARY, request -> Future.succeededFuture(summary())),
                bus.handle(CheckpointCommands.RESERVE, request -> {
                    if (request.operation() == null) {
                        slot.lift(request.holder());
                    } else {
                        slot.reserve(request.operation(), request.holder());
                    }
                    return Future.succeededFuture(NOTHING);
                }),
                bus.handle(CheckpointCommands.LIST, request -> with(this::list)),
                bus.handle(CheckpointCommands.GET, request -> with(env -> get(env, request))),
                bus.handle(CheckpointCommands.CREATE, this::create),
                bus.handle(CheckpointCommands.DELETE, this::delete),
                bus.handle(CheckpointCommands.VERIFY, this::verify),
                bus.handle(CheckpointCommands.MAKE, (request, call) -> with(env -> make(env, request, call))),
                bus.handle(CheckpointCommands.WARM, (request, call) -> with(env -> warm(env, call))),
                bus.handle(CheckpointCommands.CHECK, request -> with(env -> check(env, request))),
                bus.handle(
                        CheckpointCommands.COMMIT_RESTORE,
                        request -> with(env -> run(
                                env,
                                () -> new RestoreCommit(env, request).commit().view()))),
                bus.handle(CheckpointCommands.APPLY_FILES, (request, call) -> with(env -> apply(env, request, call)))));
    }

    @Override
    public Future<?> stop() {
        return close().onComplete(done -> pools.close());
    }

    // ---- open and close ----

    private Future<Checkpoints> open(Open request) {
        // A reservation stays: whoever opens has made it, to keep users out until the tree is settled.
        return shut().compose(done -> pools.large(() -> pools.run(() -> Environment.open(request, store, pools))))
                .map(opened -> {
                    environment = opened;
                    refreshTimer = vertx.setPeriodic(REFRESH_MS, id -> refresh(opened));
                    return new Checkpoints(opened.book().all().stream()
                            .map(CommitDocument::view)
                            .toList());
                });
    }

    private Future<Nothing> close() {
        slot.lift();
        return shut();
    }

    private Future<Nothing> shut() {
        vertx.cancelTimer(refreshTimer);
        Environment closing = environment;
        environment = null;
        if (closing == null) {
            return Future.succeededFuture(NOTHING);
        }
        // A lock that cannot be removed any more is stale in half an hour.
        return pools.run(() -> {
                    closing.close();
                    return NOTHING;
                })
                .otherwise(NOTHING);
    }

    private void refresh(Environment opened) {
        if (opened.repository() != null) {
            run(opened, () -> {
                        opened.repository().refreshLock();
                        return NOTHING;
                    })
                    .onFailure(failure -> LOG.atWarn()
                            .addKeyValue("reason", failure.getMessage())
                            .log("The lock of the repository could not be refreshed"));
        }
    }

    // ---- who may work ----

    /** The open environment, or why there is none. */
    private <T> Future<T> with(Function<Environment, Future<T>> work) {
        if (environment != null) {
            return work.apply(environment);
        }
        return bus.request(ConfigCommands.GET, NOTHING)
                .transform(configured -> Future.failedFuture(
                        configured.succeeded()
                                ? CommandException.of(
                                                FailureCode.NOT_OWNER,
                                                "the environment's checkpoints are not open: it is not, or not yet, this machine's")
                                        .withHint("the status says what it waits for")
                                : CommandException.of(FailureCode.NOT_CONFIGURED, "the manager is not configured")));
    }

    /** A blocking step during which the repository stays open. */
    private <T> Future<T> run(Environment env, Callable<T> step) {
        return inside(env, () -> pools.run(step));
    }

    private <T> Future<T> inside(Environment env, Supplier<Future<T>> work) {
        if (!env.enter()) {
            return Future.failedFuture(CommandException.of(FailureCode.NOT_OWNER, "the checkpoints were closed"));
        }
        return work.get().onComplete(done -> leave(env));
    }

    private void leave(Environment env) {
        pools.run(() -> {
                    env.leave();
                    return NOTHING;
                })
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("reason", failure.getMessage())
                        .log("The repository was not closed in order"));
    }

    private <T> Future<T> exclusive(String operation, Function<Environment, Future<T>> work) {
        return with(env -> slot.run(operation, () -> inside(env, () -> work.apply(env))))
                .onSuccess(done -> lastError = null)
                .onFailure(failure -> noteError(operation, failure));
    }

    private void noteError(String operation, Throwable failure) {
        if (failure instanceof CommandException e && e.code().status() >= 500) {
            lastError = operation + ": " + e.detail();
            CheckpointLog.failed(operation, e);
        }
    }

    // ---- operations ----

    private Future<Checkpoints> list(Environment env) {
        return Future.succeededFuture(new Checkpoints(env.book().all().stream()
                .filter(commit -> !commit.givenUp())
                .map(CommitDocument::view)
                .toList()));
    }

    private Future<Checkpoint> get(Environment env, ById request) {
        return Future.succeededFuture(env.book().require(validId(request.id())).view());
    }

    private Future<Created> create(Create request, Call call) {
        String id = Ids.chosen(request.id(), request.checkpointId());
        return exclusive("checkpoint", env -> {
            if (!env.terms().files() && !env.terms().databases()) {
                throw CommandException.of(
                        FailureCode.NOTHING_TO_CHECKPOINT, "the stacks hold neither files nor databases");
            }
            if (id != null && env.book().find(id).isPresent()) {
                throw CommandException.of(FailureCode.CHECKPOINT_EXISTS, "the checkpoint '" + id + "' exists already");
            }
            return make(env, new Make(id, request.comment(), true, false, true, false), call);
        });
    }

    private Future<Created> make(Environment env, Make order, Call call) {
        return inside(
                env,
                () -> tuned(env)
                        .compose(done -> pools.large(() -> new CheckpointMaker(bus, env, order, call).make()))
                        .onSuccess(CheckpointLog::made)
                        .onSuccess(created -> publish("checkpoint.created", created.checkpointId())));
    }

    /** What a reload may have changed since the environment was opened. */
    private Future<Nothing> tuned(Environment env) {
        return bus.request(CurrentConfig.COMMAND, NOTHING)
                .onSuccess(current -> current.configuration()
                        .ifPresent(now ->
                                env.maxPauseMs(now.checkpoints().maxPause().toMillis())))
                .map(NOTHING)
                .otherwise(NOTHING);
    }

    private Future<Nothing> warm(Environment env, Call call) {
        if (env.repository() == null) {
            return Future.succeededFuture(NOTHING);
        }
        return HotSelection.of(bus, env)
                .compose(selection -> run(env, () -> {
                    try (FilesCapture files = new FilesCapture(env, call)) {
                        files.warm(selection);
                        files.settle();
                    }
                    return NOTHING;
                }));
    }

    private Future<Checkpoint> check(Environment env, ById request) {
        CommitDocument commit = env.book().require(validId(request.id()));
        return run(env, () -> {
            new CheckpointRestorer(env).check(commit);
            return commit.view();
        });
    }

    private Future<CheckpointCommands.FileChanges> apply(Environment env, ApplyFiles request, Call call) {
        CommitDocument commit = env.book().require(request.id());
        return pools.large(() -> run(env, () -> new CheckpointRestorer(env).apply(commit, request.keep(), call)))
                .onSuccess(done -> publish("checkpoint.applied", request.id()));
    }

    private Future<Deleted> delete(ById request) {
        String id = validId(request.id());
        return exclusive(
                "deletion",
                env -> run(env, () -> {
                            new Deletion(env).delete(id);
                            return new Deleted("success", id);
                        })
                        .onSuccess(done -> CheckpointLog.deleted(id))
                        .onSuccess(done -> publish("checkpoint.deleted", id)));
    }

    private Future<Verified> verify(Verify request, Call call) {
        String id = validId(request.id());
        boolean readData = Boolean.TRUE.equals(request.readData());
        return with(env -> {
            CommitDocument commit = env.book().require(id);
            return verifying.run(
                    "verification", () -> run(env, () -> new Verification(env).verify(commit, readData, call)));
        });
    }

    private static String validId(String id) {
        if (id == null || !CheckpointIds.isValid(id)) {
            throw Ids.invalid();
        }
        return id;
    }

    private void publish(String type, String id) {
        events.publish("checkpoint", type, node -> node.put("name", id));
    }

    private Summary summary() {
        if (environment == null) {
            return new Summary("closed", 0, null, slot.current(), lastError);
        }
        List<CommitDocument> commits = environment.book().all().stream()
                .filter(commit -> !commit.givenUp())
                .toList();
        String newest =
                commits.isEmpty() ? null : commits.get(commits.size() - 1).id();
        return new Summary("open", commits.size(), newest, slot.current(), lastError);
    }
}
