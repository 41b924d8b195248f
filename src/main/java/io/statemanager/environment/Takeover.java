package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.LeaseCommands.Document;
import io.statemanager.bus.LeaseCommands.Found;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.Owned;
import io.statemanager.config.Stack;
import io.statemanager.runtime.Failpoints;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * From nothing to an owned and settled environment, in this order (what is left of a former incarnation's processes has been ended before):
 *
 * <ol>
 *   <li>open the store;
 *   <li>wait for the lease, write {@code acquiring}, take it by compare-and-swap;
 *   <li>claim every replica; open repository and commits;
 *   <li>find the newest state and write this generation's base;
 *   <li>decide by the state rules, and carry the decision out ({@link Settlement});
 *   <li>attach the databases.
 * </ol>
 *
 * <p>Each step may be the last one: a crash anywhere, or a failure, leaves what the next takeover starts from. One takeover runs once, on the
 * environment's context.
 */
final class Takeover {
    private final Bus bus;
    private final Work work;
    private final Stores stores;
    private final StateFile state;
    private final Terms terms;
    private final LocalTree tree;
    private final Journal journal;
    private final Supplier<Future<Nothing>> pointOfNoReturn;
    private final Call call;

    private boolean local;
    private Owned owned;
    private String environmentId;

    /** @param pointOfNoReturn done after the decision and before anything local changes */
    Takeover(
            Bus bus,
            Work work,
            Stores stores,
            StateFile state,
            Terms terms,
            Supplier<Future<Nothing>> pointOfNoReturn,
            Call call) {
        this.bus = bus;
        this.work = work;
        this.stores = stores;
        this.state = state;
        this.terms = terms;
        this.tree = new LocalTree(terms.envDir(), terms.dataDir());
        this.journal = new Journal(terms.dataDir());
        this.pointOfNoReturn = pointOfNoReturn;
        this.call = call;
    }

    Future<Tenure> run() {
        return stores.open(terms.configuration(), terms.probe())
                .compose(isLocal -> {
                    local = isLocal;
                    return work.run(tree::create);
                })
                .compose(done -> lease())
                .compose(done -> claim())
                .compose(replicas -> openCheckpoints().compose(commits -> newest(replicas, commits)))
                .compose(this::settle);
    }

    // ---- the lease ----

    private Future<Void> lease() {
        say("looking for the lease");
        return work.call(this::ownNonces)
                .compose(nonces -> bus.request(LeaseCommands.SEEK, terms.seek(nonces)))
                .compose(found -> absent(found)
                        ? takeAbsent(found)
                        : take(found, found.current().generation(), null));
    }

    /** The lease object is gone, or never was: generations go on from what former owners left. */
    private Future<Void> takeAbsent(Found found) {
        String name = terms.configuration().name();
        return new Bases(stores.gated(), name)
                .highest()
                .compose(base -> new Traces(stores.gated(), name)
                        .highestGeneration()
                        .compose(traced -> take(found, Math.max(traced, base == null ? 0 : base.generation()), base)));
    }

    private static boolean absent(Found found) {
        return found.current() == null;
    }

    /** Nonces that may be taken back at once: recorded by this directory, on this boot, under this very lock file. */
    private List<String> ownNonces() {
        StateDocument document = state.get();
        if (!tree.machine().sameDirectory(document.machine())) {
            return List.of();
        }
        return java.util.stream.Stream.of(
                        document.content() == null ? null : document.content().nonce(),
                        document.acquiring() == null
                                ? null
                                : document.acquiring().nonce())
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    private Future<Void> take(Found found, long lastGeneration, Base base) {
        String nonce = UUID.randomUUID().toString();
        return work.call(() -> acquiring(found, lastGeneration, base, nonce)).compose(next -> {
            Failpoints.hit("lease.take.before");
            return bus.request(LeaseCommands.TAKE, new LeaseCommands.Take(found, next))
                    .compose(done -> work.call(() -> state.change(s -> s.owning(next.generation()))))
                    .map(done -> {
                        Failpoints.hit("lease.take.after");
                        owned = new Owned(
                                terms.configuration().name(),
                                terms.envDir(),
                                terms.dataDir(),
                                next.generation(),
                                nonce,
                                local);
                        environmentId = next.environmentId();
                        return (Void) null;
                    })
                    .recover(failure ->
                            terms.patient() && CommandException.from(failure).code() == FailureCode.LEASE_HELD
                                    ? lease()
                                    : Future.failedFuture(failure));
        });
    }

    /** Writes {@code acquiring} before the compare-and-swap, and refuses a store that is not the one this directory knows. */
    private Document acquiring(Found found, long lastGeneration, Base base, String nonce) {
        StateDocument before = state.get();
        Document current = found.current();
        String id = current != null ? current.environmentId() : base != null ? base.environmentId() : null;
        refuseAnother(before, id, lastGeneration);
        Long generation = current == null ? null : current.generation();
        String replaced = current == null ? null : current.nonce();
        boolean contentIsLast =
                !before.torn() && before.content() != null && before.content().is(generation, replaced);
        boolean acquiringWasOver = before.acquiring() != null
                && before.acquiring().over()
                && current != null
                && before.acquiring().generation() == current.generation()
                && before.acquiring().nonce().equals(current.nonce());
        StateDocument.Acquiring next =
                new StateDocument.Acquiring(lastGeneration + 1, nonce, contentIsLast || acquiringWasOver);
        String environment = id == null ? UUID.randomUUID().toString() : id;
        state.change(s -> s.acquiring(environment, next, tree.machine()));
        return new Document(
                Document.FORMAT,
                environment,
                next.generation(),
                terms.owner(),
                nonce,
                0,
                terms.configuration().lease().ttl().toMillis(),
                false);
    }

    private void refuseAnother(StateDocument before, String id, long lastGeneration) {
        boolean known = before.environmentId() != null && before.owned() > 0;
        if (known && id != null && !id.equals(before.environmentId())) {
            throw CommandException.of(
                            FailureCode.WRONG_ENVIRONMENT,
                            "the store holds another environment named "
                                    + terms.configuration().name() + ": its id is " + id
                                    + ", this data directory belongs to " + before.environmentId())
                    .withHint("check bucket, key_prefix and name; or use a new data directory");
        }
        if (known && lastGeneration < before.owned()) {
            throw CommandException.of(
                            FailureCode.WRONG_ENVIRONMENT,
                            "the store's generation " + lastGeneration + " is below generation " + before.owned()
                                    + ", which this data directory has owned")
                    .withHint("the bucket was rolled back or is another one; nothing was changed");
        }
    }

    // ---- what the store holds ----

    private Future<Map<String, DatabaseCommands.Replica>> claim() {
        if (!terms.has(Stack.DB)) {
            return Future.succeededFuture(Map.of());
        }
        say("claiming the replicas");
        return bus.request(DatabaseCommands.CLAIM, new DatabaseCommands.Open(owned), call)
                .map(replicas -> {
                    Failpoints.hit("takeover.claimed");
                    return replicas.replicas();
                });
    }

    private Future<List<CheckpointCommands.Checkpoint>> openCheckpoints() {
        if (!terms.has(Stack.FILES) && !terms.has(Stack.DB)) {
            return Future.succeededFuture(List.of());
        }
        // Users are let in once the processes run: a checkpoint of a tree that is not settled would be on the line.
        return bus.request(CheckpointCommands.RESERVE, new CheckpointCommands.Reserve("takeover", owned.nonce()))
                .compose(done -> bus.request(CheckpointCommands.OPEN, terms.checkpoints(owned), call))
                .map(CheckpointCommands.Checkpoints::checkpoints);
    }

    private Future<Newest> newest(
            Map<String, DatabaseCommands.Replica> replicas, List<CheckpointCommands.Checkpoint> commits) {
        Bases bases = new Bases(stores.gated(), owned.name());
        return bases.highest().compose(highest -> {
            Newest newest = Newest.of(highest, commits, replicas);
            Base own = new Base(
                    Base.FORMAT,
                    environmentId,
                    owned.generation(),
                    owned.nonce(),
                    newest.commitId(),
                    newest.databases());
            return bases.write(own).map(done -> {
                Failpoints.hit("takeover.base");
                return newest;
            });
        });
    }

    // ---- whose state is it ----

    private Future<Tenure> settle(Newest newest) {
        Settlement settlement = new Settlement(bus, work, state, terms, tree, journal, owned, newest, call);
        return settlement
                .decide()
                .compose(decision -> pointOfNoReturn.get().compose(done -> settlement.decideStopped(decision)))
                .compose(settlement::carryOut)
                .compose(how -> attach().compose(done -> makeLine(how, newest))
                        .map(done -> new Tenure(
                                terms, owned, environmentId, how, how.equals("restored") ? newest.commitId() : null)));
    }

    /** Adopted files become the line of history before anybody is told so: until then another machine would restore the store's state. */
    private Future<?> makeLine(String how, Newest newest) {
        if (!how.equals("adopted") || newest.isNothing()) {
            return Future.succeededFuture();
        }
        return bus.request(
                CheckpointCommands.MAKE,
                new CheckpointCommands.Make("auto-", "adopted local files", true, true, false, false),
                call);
    }

    /** Whether the lease was taken, so that there is something to give back. */
    boolean tookLease() {
        return owned != null;
    }

    private Future<Nothing> attach() {
        return terms.has(Stack.DB)
                ? bus.request(DatabaseCommands.ATTACH, new DatabaseCommands.Attach(true), call)
                        .map(NOTHING)
                : Future.succeededFuture(NOTHING);
    }

    private void say(String step) {
        if (call != null) {
            call.info(step);
        }
    }
}
