package io.statemanager.environment;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Owned;
import io.statemanager.config.Stack;
import io.statemanager.environment.StateRules.Decision;
import io.statemanager.runtime.Failpoints;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides by the state rules what becomes of the local tree, and makes it so. Nothing that is to be kept is replaced before it is safe in the
 * store: {@code stale-…} is committed first, then {@code state.json} says that the tree is torn, then the tree changes, then it says that the
 * tree is ours.
 */
final class Settlement {
    private final Bus bus;
    private final Work work;
    private final StateFile state;
    private final Terms terms;
    private final LocalTree tree;
    private final Journal journal;
    private final Owned owned;
    private final Newest newest;
    private final Call call;

    private StateDocument.Machine here;
    private Journal.Intent intent;

    Settlement(
            Bus bus,
            Work work,
            StateFile state,
            Terms terms,
            LocalTree tree,
            Journal journal,
            Owned owned,
            Newest newest,
            Call call) {
        this.bus = bus;
        this.work = work;
        this.state = state;
        this.terms = terms;
        this.tree = tree;
        this.journal = journal;
        this.owned = owned;
        this.newest = newest;
        this.call = call;
    }

    Future<Decision> decide() {
        return work.call(() -> {
            StateDocument document = state.get();
            here = tree.machine();
            intent = journal.read();
            Decision decision = StateRules.decide(new StateRules.Facts(
                    tree.isEmpty(),
                    document.content() != null,
                    document.torn(),
                    document.acquiring() != null && document.acquiring().over(),
                    here.sameTree(document.machine()),
                    intent != null,
                    intent != null && intent.began(),
                    intent != null && intent.commit().equals(newest.commitId()),
                    !newest.isNothing(),
                    terms.adopt() == null ? null : terms.adopt().name().toLowerCase(Locale.ROOT)));
            if (decision == Decision.REFUSE) {
                throw CommandException.of(
                                FailureCode.ENVIRONMENT_NOT_EMPTY,
                                tree.envDir() + " holds files, and the store holds another state of the environment "
                                        + owned.name())
                        .withHint(
                                "say which one counts: adopt \"local\" keeps these files (the store's state stays as checkpoints), adopt \"remote\" saves them as stale-… and restores the store's");
            }
            return decision;
        });
    }

    /**
     * Decides once more after the processes were stopped: what they wrote into an empty tree meanwhile is somebody's own, and is saved before
     * anything replaces it, or kept where the store has nothing.
     */
    Future<Decision> decideStopped(Decision before) {
        if (before != Decision.RESTORE) {
            return Future.succeededFuture(before);
        }
        return work.call(() -> {
            if (tree.isEmpty()) {
                return before;
            }
            return newest.isNothing() ? Decision.ADOPT_LOCAL : Decision.SAVE_AND_RESTORE;
        });
    }

    private String sentence(Decision decision) {
        return newest.isNothing() && decision == Decision.ADOPT_LOCAL
                ? "a new environment begins with the local files"
                : decision.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Carries it out; gives {@code new}, {@code kept}, {@code restored} or {@code adopted}. */
    Future<String> carryOut(Decision decision) {
        say("settling: " + sentence(decision));
        return switch (decision) {
            case RESTORE, DISCARD_AND_RESTORE -> replace().map(newest.isNothing() ? "new" : "restored");
            case SAVE_AND_RESTORE -> saveStale().compose(saved -> replace()).map("restored");
            case KEEP ->
                dropIntent().compose(done -> complete(state.get().commit())).map("kept");
            case ADOPT_LOCAL ->
                dropIntent().compose(done -> complete(null)).map(newest.isNothing() ? "new" : "adopted");
            case FINISH_RESTORE -> finishRestore().map("restored");
            case PROVE -> prove();
            case REFUSE -> Future.failedFuture(new IllegalStateException("refused before"));
        };
    }

    private Future<CheckpointCommands.Created> saveStale() {
        say("saving the local state as stale-…");
        return bus.request(
                CheckpointCommands.MAKE,
                new CheckpointCommands.Make(
                        "stale-", "local state that was older than the store's", false, true, false, true),
                call);
    }

    private Future<Void> replace() {
        if (newest.commitId() != null) {
            RestoreLog.begins("checkpoint", newest.commitId());
        }
        return tear().compose(torn -> restore(newest.databases(), true)).compose(done -> complete(newest.commitId()));
    }

    private Future<Void> tear() {
        return work.run(() -> {
            state.change(s -> s.tornFrom(here));
            journal.remove();
            Failpoints.hit("settle.torn");
        });
    }

    private Future<Void> restore(Map<String, DatabasePosition> databases, boolean files) {
        Future<?> first = terms.has(Stack.DB) && !databases.isEmpty()
                ? bus.request(DatabaseCommands.SETTLE, new DatabaseCommands.Settle(databases), call)
                : Future.succeededFuture();
        return first.compose(done -> {
            Failpoints.hit("settle.databases");
            return files && terms.has(Stack.FILES) ? files() : Future.succeededFuture();
        });
    }

    private Future<Void> files() {
        List<String> keep = databasePaths();
        if (newest.commit() != null && newest.commit().snapshot() == null) {
            return Future.succeededFuture();
        }
        if (newest.commit() == null) {
            Set<Path> paths = keep.stream().map(p -> tree.envDir().resolve(p)).collect(Collectors.toSet());
            return work.run(() -> tree.clear(paths));
        }
        return bus.request(
                        CheckpointCommands.APPLY_FILES,
                        new CheckpointCommands.ApplyFiles(newest.commit().id(), keep),
                        call)
                .mapEmpty();
    }

    private List<String> databasePaths() {
        return newest.databases().values().stream()
                .filter(p -> p.as().equals(DatabasePosition.REPLICA))
                .flatMap(p -> java.util.stream.Stream.of(p.path(), p.path() + "-wal", p.path() + "-shm"))
                .toList();
    }

    private Future<Void> finishRestore() {
        say("finishing the restore of " + intent.target());
        RestoreLog.begins("target", intent.target());
        return restore(newest.databases(), true)
                .compose(done -> dropIntent())
                .compose(done -> complete(newest.commitId()));
    }

    /** Rule 3: database by database; the files as a whole, which count only if the tree contains the newest line commit. */
    private Future<String> prove() {
        boolean filesProven = !terms.has(Stack.FILES)
                || newest.commit() == null
                || newest.commit().id().equals(state.get().commit());
        Future<DatabaseCommands.Proof> proof = terms.has(Stack.DB)
                ? bus.request(DatabaseCommands.PROVE, new DatabaseCommands.Prove(newest.databases()), call)
                : Future.succeededFuture(new DatabaseCommands.Proof(List.of(), List.of(), List.of()));
        return proof.compose(p -> {
            if (filesProven && p.other().isEmpty()) {
                return restore(only(p.prefix()), false)
                        .compose(done -> complete(state.get().commit()))
                        .map("kept");
            }
            Map<String, DatabasePosition> lost = new HashMap<>(only(p.prefix()));
            lost.putAll(only(p.other()));
            return saveStale()
                    .compose(saved -> tear())
                    .compose(torn -> restore(lost, !filesProven))
                    .compose(done -> complete(newest.commitId()))
                    .map("restored");
        });
    }

    private Map<String, DatabasePosition> only(List<String> keys) {
        return keys.stream()
                .filter(newest.databases()::containsKey)
                .collect(Collectors.toMap(k -> k, newest.databases()::get));
    }

    private Future<Void> dropIntent() {
        return work.run(journal::remove);
    }

    private Future<Void> complete(String commit) {
        return work.run(() -> {
            StateDocument.Acquisition ours = new StateDocument.Acquisition(owned.generation(), owned.nonce());
            state.change(s -> s.settled(ours, commit, tree.machine()));
            Failpoints.hit("settle.complete");
        });
    }

    private void say(String step) {
        if (call != null) {
            call.info(step);
        }
    }
}
