package io.statemanager.checkpoint;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.DatabaseCommands;
import io.vertx.core.Future;
import java.util.List;

/** What a hot pass takes: not the databases that are known to be replicated, which would go up as files for nothing. */
final class HotSelection {
    private static final String REPLICATED = "replicated";

    private HotSelection() {}

    static Future<LeftOut> of(Bus bus, Environment environment) {
        if (!environment.terms().databases()) {
            return Future.succeededFuture(environment.leftOut());
        }
        return bus.request(DatabaseCommands.LIST, NOTHING)
                .map(all -> all.databases().stream()
                        .filter(database -> database.state().equals(REPLICATED))
                        .map(DatabaseCommands.DatabaseView::path)
                        .toList())
                .map(paths -> environment.leftOut().databases(paths, List.of()))
                // It only spares work; what is taken in the end is decided in the freeze.
                .otherwise(environment.leftOut());
    }
}
