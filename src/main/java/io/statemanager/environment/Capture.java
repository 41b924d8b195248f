package io.statemanager.environment;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.DatabaseCommands;
import io.vertx.core.Future;

/** One capture of all databases while no process runs: what was restored becomes the first file after its base. */
final class Capture {
    private Capture() {}

    static Future<DatabaseCommands.Captured> run(Bus bus) {
        return bus.request(DatabaseCommands.MARK, NOTHING)
                .compose(marked -> bus.request(DatabaseCommands.POSITION, NOTHING))
                .compose(positioned -> bus.request(DatabaseCommands.CAPTURE, NOTHING))
                .transform(captured -> bus.request(DatabaseCommands.RELEASE, NOTHING)
                        .transform(released -> captured.succeeded()
                                ? Future.succeededFuture(captured.result())
                                : Future.failedFuture(captured.cause())));
    }
}
