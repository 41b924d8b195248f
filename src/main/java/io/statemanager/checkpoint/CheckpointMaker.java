package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Files;
import io.statemanager.bus.CheckpointCommands.Make;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabaseCommands.Captured;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.checkpoint.save.SavedTree;
import io.statemanager.runtime.Failpoints;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes one checkpoint:
 *
 * <ol>
 *   <li>store what has changed while the application runs;
 *   <li>ask the databases to get ready, freeze the processes, let the databases fix their instant, look at the files again, thaw;
 *   <li>store what changed since, and the databases' last changes, and sync the tree, all at the same time; then the index;
 *   <li>snapshot and commit together; from then on the checkpoint exists;
 *   <li>let the environment write down that the tree contains it.
 * </ol>
 *
 * <p>Whatever fails, the processes are thawed and the databases let go. Runs once, on the verticle's context; the blocking steps run
 * on the room's threads.
 */
final class CheckpointMaker {
    private static final String REASON = "checkpoint";

    /** A freeze that lasts this many times as long as it should is ended, and the checkpoint with it. */
    private static final int WATCHDOG = 10;

    private final Bus bus;
    private final Environment environment;
    private final Make order;
    private final Call call;
    private final Instant began = Instant.now();
    private final long beganNanos = System.nanoTime();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> asFiles = new HashMap<>();

    private FilesCapture files;
    private LeftOut leftOut;
    private Map<String, String> replicated = Map.of();
    private Captured captured = new Captured(Map.of(), 0);
    private long pauseMs;

    CheckpointMaker(Bus bus, Environment environment, Make order, Call call) {
        this.bus = bus;
        this.environment = environment;
        this.order = order;
        this.call = call;
        this.leftOut = environment.leftOut();
    }

    Future<Created> make() {
        return begin().compose(done -> withDatabases())
                .compose(done -> commit())
                .compose(this::committed)
                .eventually(this::end);
    }

    private boolean hasFiles() {
        return environment.terms().files();
    }

    /** Whether the databases take part themselves. */
    private boolean hasDatabases() {
        return environment.terms().databases() && !order.databasesAsFiles();
    }

    private <T> Future<T> run(java.util.concurrent.Callable<T> step) {
        return environment.pools().run(step);
    }

    private Future<Void> begin() {
        if (!hasFiles()) {
            return Future.succeededFuture();
        }
        return hotSelection()
                .compose(selection -> run(() -> {
                    files = new FilesCapture(environment, call);
                    if (order.freeze()) {
                        files.warm(selection);
                        Failpoints.hit("checkpoint.warm");
                    }
                    return null;
                }));
    }

    private Future<LeftOut> hotSelection() {
        return order.databasesAsFiles()
                ? Future.succeededFuture(environment.leftOut())
                : HotSelection.of(bus, environment);
    }

    // ---- the instant ----

    private Future<Void> withDatabases() {
        if (!hasDatabases()) {
            return instant().compose(done -> store());
        }
        return bus.request(DatabaseCommands.MARK, NOTHING)
                .compose(marked -> {
                    replicated = marked.replicated();
                    asFiles.putAll(marked.asFiles());
                    return instant();
                })
                .compose(done -> store())
                .transform(result -> bus.request(DatabaseCommands.RELEASE, NOTHING)
                        .transform(released ->
                                result.succeeded() ? Future.succeededFuture() : Future.failedFuture(result.cause())));
    }

    private Future<Void> instant() {
        if (!order.freeze()) {
            return fix(List.of(), -1);
        }
        long maxPause = environment.maxPauseMs();
        long start = System.nanoTime();
        return bus.request(ProcessCommands.FREEZE, new ProcessCommands.Freeze(REASON, maxPause * WATCHDOG))
                .compose(frozen -> fix(frozen.pids(), start + TimeUnit.MILLISECONDS.toNanos(maxPause)))
                .transform(result -> thaw().transform(thawed -> {
                    if (result.failed()) {
                        return Future.failedFuture(result.cause());
                    }
                    return thawed.succeeded() ? Future.succeededFuture() : Future.failedFuture(thawed.cause());
                }));
    }

    /** Databases first: their files are then left out, or taken with the others. */
    private Future<Void> fix(List<Long> frozen, long deadlineNanos) {
        return positions()
                .compose(done -> hasFiles()
                        ? environment.pools().runHeld(() -> {
                            files.take(leftOut, LeftOut.ofOneInstant(asFiles.values()), frozen, deadlineNanos);
                            Failpoints.hit("checkpoint.taken");
                            return null;
                        })
                        : Future.succeededFuture());
    }

    private Future<Void> positions() {
        if (!hasDatabases()) {
            return Future.succeededFuture();
        }
        return bus.request(DatabaseCommands.POSITION, NOTHING).map(positioned -> {
            asFiles.putAll(positioned.asFiles());
            Map<String, String> covered = new HashMap<>(replicated);
            covered.keySet().removeAll(asFiles.keySet());
            leftOut = environment.leftOut().databases(covered.values(), asFiles.values());
            return null;
        });
    }

    private Future<Void> thaw() {
        return bus.request(ProcessCommands.THAW, new ProcessCommands.Thaw(REASON))
                .compose(thawed -> {
                    pauseMs = thawed.frozenMs();
                    return thawed.expired()
                            ? Future.failedFuture(CommandException.of(
                                            FailureCode.FREEZE_TIMEOUT,
                                            "the processes were not held still up to the end (" + thawed.why()
                                                    + "); the checkpoint was given up")
                                    .withHint(
                                            "raise checkpoints.max_pause, or exclude what need not be in a checkpoint"))
                            : Future.succeededFuture();
                });
    }

    // ---- making it durable ----

    private Future<Void> store() {
        return Future.all(storeFiles(), storeDatabases(), syncTree()).mapEmpty();
    }

    /** After a power cut the tree counts as containing its newest line commit; so it must, on the disk too. */
    private Future<?> syncTree() {
        return hasFiles() && order.line()
                ? run(() -> {
                    files.syncTree();
                    return null;
                })
                : Future.succeededFuture();
    }

    private Future<?> storeFiles() {
        return hasFiles()
                ? run(() -> {
                    files.store();
                    Failpoints.hit("checkpoint.stored");
                    return null;
                })
                : Future.succeededFuture();
    }

    private Future<?> storeDatabases() {
        return hasDatabases()
                ? bus.request(DatabaseCommands.CAPTURE, NOTHING, call).map(done -> captured = done)
                : Future.succeededFuture();
    }

    private Future<CommitDocument> commit() {
        return databasesOutside()
                .compose(outside -> run(() -> {
                    // As late as can be: the upload may have taken hours, and the machine may have slept meanwhile.
                    if (hasFiles() && !environment.repository().isLockValid()) {
                        environment.repository().proveBase(files.writer(), files.receipt());
                    }
                    Map<String, DatabasePosition> databases = new HashMap<>(captured.databases());
                    asFiles.forEach((key, path) -> databases.put(
                            key,
                            captured.databases().getOrDefault(key, DatabasePosition.file(path, "not in its replica"))));
                    databases.putAll(outside);
                    return new Committing(environment, order, files, databases, began).commit();
                }));
    }

    /** Databases that go in as files without being asked: known by their replicas, named so that a restore knows them too. */
    private Future<Map<String, DatabasePosition>> databasesOutside() {
        if (!environment.terms().databases() || !order.databasesAsFiles()) {
            return Future.succeededFuture(Map.of());
        }
        return bus.request(DatabaseCommands.REPLICAS, NOTHING).map(replicas -> {
            Map<String, DatabasePosition> positions = new HashMap<>();
            replicas.replicas().forEach((key, replica) -> {
                if (environment
                        .owned()
                        .envDir()
                        .resolve(replica.path())
                        .toFile()
                        .isFile()) {
                    positions.put(key, DatabasePosition.file(replica.path(), "copied before it was replaced"));
                }
            });
            return positions;
        });
    }

    private Future<Created> committed(CommitDocument commit) {
        Future<?> written = commit.line()
                ? bus.request(CheckpointCommands.COMMITTED, new CheckpointCommands.Committed(commit.id()))
                : Future.succeededFuture();
        return written.map(done -> {
            Failpoints.hit("checkpoint.acknowledged");
            return result(commit);
        });
    }

    private Created result(CommitDocument commit) {
        if (hasFiles()) {
            unsteady(files.saved());
        }
        long uploaded = captured.bytesUploaded() + (hasFiles() ? files.receipt().storedBytes() : 0);
        return new Created(
                "success",
                commit.id(),
                environment.owned().durable(),
                commit.createTime(),
                commit.comment(),
                commit.files(),
                commit.databases(),
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis(),
                pauseMs,
                uploaded,
                warnings);
    }

    private void unsteady(SavedTree saved) {
        for (String path : saved.unsteady()) {
            warnings.add(path + " changed or went before it was read: the checkpoint has it as it was after the pause");
        }
    }

    /** What a document says of the files. */
    static Files files(SavedTree saved, long newBlobs) {
        return new Files(
                saved.files(),
                saved.directories(),
                saved.others(),
                saved.bytes(),
                saved.read(),
                saved.skipped(),
                newBlobs);
    }

    private Future<Void> end() {
        if (files == null) {
            return Future.succeededFuture();
        }
        return run(() -> {
                    try {
                        files.keepRecords();
                    } finally {
                        files.close();
                    }
                    return (Void) null;
                })
                .otherwiseEmpty();
    }
}
