package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.Configuration;
import io.statemanager.config.EnvironmentCommands;
import io.statemanager.config.EnvironmentCommands.Adopt;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/**
 * Wires the environment's life to the bus. What happens is in {@link Steward}; this page only says which command leads where.
 */
public final class EnvironmentVerticle extends VerticleBase {
    private final Collaborators with;
    private final Configuration configuration;
    private final Adopt adopt;
    private final List<String> warnings;
    private Steward steward;

    /**
     * @param configuration what the sources hold, null where the manager starts unconfigured
     * @param adopt {@code --adopt}, or null
     * @param warnings what the sources had to say, for the status
     */
    public EnvironmentVerticle(Collaborators with, Configuration configuration, Adopt adopt, List<String> warnings) {
        this.with = with;
        this.configuration = configuration;
        this.adopt = adopt;
        this.warnings = List.copyOf(warnings);
    }

    @Override
    public Future<?> start() {
        Bus bus = with.bus();
        steward = new Steward(vertx, with, warnings);
        return Future.all(List.of(
                        bus.handle(StatusCommands.GET, request -> steward.status()),
                        bus.handle(StatusCommands.READY, request -> Future.succeededFuture(steward.readiness())),
                        bus.handle(StatusCommands.STOP, stop -> steward.stop(stop.limitMs())),
                        bus.handle(EnvironmentCommands.CONFIGURE, steward.operations()::configure),
                        bus.handle(CheckpointCommands.RESTORE, steward.operations()::restore),
                        bus.handle(DatabaseCommands.RESTORE, steward.operations()::restoreDatabase),
                        bus.handle(
                                CheckpointCommands.COMMITTED,
                                committed -> steward.committed(committed.id()).map(NOTHING)),
                        bus.handle(
                                LeaseCommands.RELEASE,
                                (request, call) -> steward.operations().release(call)),
                        bus.handle(
                                LeaseCommands.ACQUIRE,
                                (request, call) -> steward.operations().acquire(call)),
                        bus.handle(
                                LeaseCommands.RESUMED,
                                resumed -> steward.resumed(resumed.generation()).map(NOTHING)),
                        bus.handle(
                                LeaseCommands.LOST, lost -> steward.lost(lost).map(NOTHING))))
                .onSuccess(done -> steward.begin(configuration, adopt));
    }

    @Override
    public Future<?> stop() {
        return steward == null ? Future.succeededFuture() : steward.close();
    }
}
