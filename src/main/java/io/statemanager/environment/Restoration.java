package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.FileChanges;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.config.Stack;
import io.statemanager.runtime.Failpoints;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Brings a settled environment to a {@link RestoreTarget}, a checkpoint or one database elsewhere:
 *
 * <ol>
 *   <li>prove that everything the target needs is there, before anything is touched;
 *   <li>a hot pass while the application runs, then stop it, then the safety copy {@code pre-restore-…};
 *   <li>intent to the journal, then the line commit that names the target; from then on any machine restores the target;
 *   <li>make databases and files equal to it;
 *   <li>remove the intent, make the databases' first files after their bases durable, start the processes.
 * </ol>
 *
 * <p>A failure before the line commit is sent starts the processes again on the unchanged tree. From then on ({@link #isCommitting}) only the
 * state rules know how to go on, since the commit may or may not be there and the tree may be half replaced: the environment is taken over
 * again like at a start, which finishes or drops the restore.
 */
final class Restoration {
    private final Bus bus;
    private final Work work;
    private final StateFile state;
    private final Tenure tenure;
    private final Journal journal;
    private final Ticker ticker;
    private final Call call;
    private final BooleanSupplier stillOwner;
    private final long began;

    private final RestoreTarget target;
    private boolean checked;
    private Created safety;
    private Journal.Intent intent;
    private boolean committing;
    private boolean detached;

    /** What is left to say of a restore that is done. */
    record Outcome(String preRestoreId, FileChanges files, long durationMs) {}

    /** @param stillOwner whether the tenure that this restore began under still stands; asked before each local step */
    Restoration(
            RestoreTarget target,
            Bus bus,
            Work work,
            StateFile state,
            Tenure tenure,
            Ticker ticker,
            Call call,
            BooleanSupplier stillOwner) {
        this.target = target;
        this.bus = bus;
        this.work = work;
        this.state = state;
        this.tenure = tenure;
        this.journal = new Journal(tenure.terms().dataDir());
        this.ticker = ticker;
        this.call = call;
        this.stillOwner = stillOwner;
        this.began = ticker.nanos();
    }

    /** Whether the line commit was sent, so that only a new takeover may go on. */
    boolean isCommitting() {
        return committing;
    }

    Future<Outcome> run() {
        call.info("checking " + target);
        return target.check(call)
                .compose(done -> {
                    checked = true;
                    RestoreLog.begins(target);
                    return warm();
                })
                .compose(done -> stopAndReplace().recover(this::startAgain))
                .onSuccess(outcome -> RestoreLog.done(target, outcome))
                .onFailure(this::tell);
    }

    /** A target that is not there is the asker's affair; what is there and cannot be restored is everybody's. */
    private void tell(Throwable failure) {
        if (checked || CommandException.from(failure).code().status() >= 500) {
            RestoreLog.failed(target, failure);
        }
    }

    private Future<?> warm() {
        return tenure.terms().has(Stack.FILES)
                ? bus.request(CheckpointCommands.WARM, NOTHING, call)
                : Future.succeededFuture();
    }

    private Future<Outcome> stopAndReplace() {
        call.info("stopping the processes");
        return bus.request(ProcessCommands.STOP_ALL, NOTHING)
                .compose(done -> positions())
                .compose(this::requireUnused)
                .compose(done -> saveBefore())
                .compose(done -> detach())
                .compose(done -> positions())
                .compose(positions -> requireUnused(positions).map(positions))
                .compose(this::commit)
                .compose(committed -> owned(databases())
                        .compose(done -> owned(files()))
                        .compose(changes -> finish(committed, changes)));
    }

    /** A failure before the commit was sent: the application goes on as it was, if it is still ours. */
    private Future<Outcome> startAgain(Throwable failure) {
        if (committing || !stillOwner.getAsBoolean()) {
            return Future.failedFuture(failure);
        }
        return work.run(journal::remove)
                .transform(done -> detached ? attach() : Future.succeededFuture())
                .transform(done -> launch())
                .transform(done -> Future.failedFuture(failure));
    }

    private Future<?> launch() {
        return bus.request(
                LeaseCommands.LAUNCH, new LeaseCommands.Launch(tenure.owned().generation()));
    }

    private <T> Future<T> owned(Future<T> step) {
        return step.compose(result -> stillOwner.getAsBoolean()
                ? Future.succeededFuture(result)
                : Future.failedFuture(CommandException.of(
                        FailureCode.LEASE_LOST,
                        "the lease was lost during the restore; its line commit decides what is newest")));
    }

    private Future<Void> saveBefore() {
        call.info("saving what is replaced");
        return bus.request(
                        CheckpointCommands.MAKE,
                        new CheckpointCommands.Make(
                                "pre-restore-", "before the restore of " + target.name(), false, true, false, false),
                        call)
                .map(created -> {
                    safety = created;
                    Failpoints.hit("restore.saved");
                    return null;
                });
    }

    /** A database that a process of somebody else has open cannot be replaced; said before anything is touched or committed. */
    private Future<?> requireUnused(Map<String, DatabasePosition> positions) {
        return tenure.terms().has(Stack.DB)
                ? bus.request(DatabaseCommands.REQUIRE_UNUSED, new DatabaseCommands.Settle(settled(positions)))
                : Future.succeededFuture();
    }

    private Future<?> detach() {
        detached = true;
        return tenure.terms().has(Stack.DB) ? bus.request(DatabaseCommands.DETACH, NOTHING) : Future.succeededFuture();
    }

    /** Without those that are a part of the files. */
    private static Map<String, DatabasePosition> settled(Map<String, DatabasePosition> positions) {
        Map<String, DatabasePosition> settle = new TreeMap<>(positions);
        settle.values().removeIf(position -> position.as().equals(DatabasePosition.FILE));
        return settle;
    }

    /** For each database that is replaced what it becomes, and the last position that its replica has reached. */
    private Future<Map<String, DatabasePosition>> positions() {
        return tenure.terms().has(Stack.DB)
                ? bus.request(DatabaseCommands.REPLICAS, NOTHING).map(replicas -> target.replaced(replicas.replicas()))
                : Future.succeededFuture(Map.of());
    }

    private Future<Checkpoint> commit(Map<String, DatabasePosition> positions) {
        String id = "restore-" + tenure.owned().generation() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        intent = new Journal.Intent(Journal.Intent.FORMAT, target.name(), id, false, positions);
        return owned(work.run(() -> {
                    journal.write(intent);
                    Failpoints.hit("restore.journal");
                }))
                .compose(done -> {
                    committing = true;
                    return bus.request(
                            CheckpointCommands.COMMIT_RESTORE,
                            new CheckpointCommands.CommitRestore(
                                    id,
                                    target.files(safety),
                                    safety.checkpointId(),
                                    "restore of " + target.name(),
                                    target.state(positions, safety)),
                            call);
                })
                .compose(committed -> owned(work.run(() -> {
                            Failpoints.hit("restore.committed");
                            intent = intent.begun();
                            journal.write(intent);
                        }))
                        .map(committed));
    }

    private Future<Void> databases() {
        if (!tenure.terms().has(Stack.DB)) {
            return Future.succeededFuture();
        }
        call.info("restoring the databases");
        return bus.request(DatabaseCommands.SETTLE, new DatabaseCommands.Settle(settled(intent.databases())), call)
                .map(done -> {
                    Failpoints.hit("restore.databases");
                    return null;
                });
    }

    private Future<FileChanges> files() {
        if (!tenure.terms().has(Stack.FILES) || !target.replacesFiles()) {
            return Future.succeededFuture(new FileChanges(0, 0, 0));
        }
        call.info("restoring the files");
        List<String> keep = intent.databases().values().stream()
                .filter(p -> p.as().equals(DatabasePosition.REPLICA))
                .flatMap(p -> Stream.of(p.path(), p.path() + "-wal", p.path() + "-shm"))
                .toList();
        return bus.request(
                        CheckpointCommands.APPLY_FILES,
                        new CheckpointCommands.ApplyFiles(target.files(safety), keep),
                        call)
                .map(changes -> {
                    Failpoints.hit("restore.files");
                    return changes;
                });
    }

    private Future<Outcome> finish(Checkpoint committed, FileChanges changes) {
        return work.run(() -> {
                    LocalTree tree = new LocalTree(
                            tenure.terms().envDir(), tenure.terms().dataDir());
                    state.change(s -> s.settled(
                            new StateDocument.Acquisition(
                                    tenure.owned().generation(), tenure.owned().nonce()),
                            committed.id(),
                            tree.machine()));
                    journal.remove();
                    Failpoints.hit("restore.finished");
                })
                .compose(done -> attach())
                .compose(done -> tenure.terms().has(Stack.DB) ? Capture.run(bus) : Future.succeededFuture())
                .compose(done -> {
                    call.info("starting the processes");
                    return launch();
                })
                .map(done -> new Outcome(
                        safety.checkpointId(),
                        changes,
                        Duration.ofNanos(ticker.nanos() - began).toMillis()));
    }

    private Future<?> attach() {
        return tenure.terms().has(Stack.DB)
                ? bus.request(DatabaseCommands.ATTACH, new DatabaseCommands.Attach(true), call)
                : Future.succeededFuture();
    }
}
