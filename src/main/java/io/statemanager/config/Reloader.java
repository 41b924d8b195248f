package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.ProcessCommands;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an edited configuration file into force, as far as that is possible while running:
 *
 * <ol>
 *   <li>what differs from the configuration in force is divided into what can change now and what cannot;
 *   <li>new credentials are tried before anything is touched;
 *   <li>credentials, then processes are applied; where one fails, what was applied before is taken back, and nothing has changed;
 *   <li>the log level is set, the merged configuration is in force, {@code config.changed} tells the others what to ask for anew;
 *   <li>one report names both parts.
 * </ol>
 *
 * One file version is applied at a time; of those that come meanwhile the last one counts. Confined to the configuration's context.
 */
final class Reloader {
    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final Bus bus;
    private final Events events;
    private final StoreAccess store;
    private final List<String> command;
    private final Applier applier;
    private Configuration next;
    private boolean busy;

    Reloader(Bus bus, Events events, ConfigVerticle.Setup setup, Applier applier) {
        this.bus = bus;
        this.events = events;
        this.store = setup.store();
        this.command = setup.command();
        this.applier = applier;
    }

    /** A valid version of the file. */
    void accept(Configuration wanted) {
        next = wanted;
        if (!busy) {
            run();
        }
    }

    /** A version that is not valid; called once for each. */
    void reject(CommandException failure) {
        LOG.atWarn()
                .addKeyValue("reason", ConfigSources.inFull(failure))
                .log("The edited configuration is not used, nothing was changed");
        events.publish("config", "config.rejected", event -> {
            event.put("detail", failure.detail());
            ArrayNode faults = event.putArray("faults");
            failure.faults()
                    .forEach(fault ->
                            faults.addObject().put("path", fault.path()).put("message", fault.message()));
        });
    }

    private void run() {
        if (next == null || !(applier.state() instanceof ConfigState.InForce inForce)) {
            return;
        }
        Configuration wanted = next;
        next = null;
        busy = true;
        Future.succeededFuture()
                .compose(v -> bring(inForce, wanted))
                .onFailure(failure -> reject(CommandException.from(failure)))
                .onComplete(result -> {
                    busy = false;
                    run();
                });
    }

    private Future<Void> bring(ConfigState.InForce inForce, Configuration wanted) {
        Configuration former = inForce.configuration();
        Changes changes = Changes.between(former, wanted);
        Configuration merged = Changes.merge(former, wanted);
        Processes.check(merged, command);
        return probe(changes, merged)
                .compose(v -> when(changes.touchCredentials(), () -> store.changeCredentials(merged.storage())))
                .compose(v -> when(changes.touch("processes") || changes.touch("supervisor"), () -> processes(merged))
                        .recover(failure -> takeBack(changes, former).transform(x -> Future.failedFuture(failure))))
                .onSuccess(v -> inForce(inForce, merged, changes));
    }

    private Future<Void> probe(Changes changes, Configuration merged) {
        return when(changes.touchCredentials(), () -> store.probe(merged));
    }

    private Future<Void> takeBack(Changes changes, Configuration former) {
        return processes(former)
                .transform(x -> when(changes.touchCredentials(), () -> store.changeCredentials(former.storage())));
    }

    private Future<Void> processes(Configuration configuration) {
        return bus.request(ProcessCommands.APPLY, Processes.of(configuration, command))
                .mapEmpty();
    }

    private static Future<Void> when(boolean needed, Supplier<Future<Void>> step) {
        return needed ? step.get() : Future.succeededFuture();
    }

    private void inForce(ConfigState.InForce former, Configuration merged, Changes changes) {
        LogLevels.set(merged.log());
        boolean news = !changes.live().isEmpty() || !changes.restart().equals(former.restartRequired());
        applier.become(former.changed(merged, changes.restart()));
        if (!changes.live().isEmpty()) {
            events.publish("config", "config.changed", event -> fill(event.putArray("paths"), changes.live()));
        }
        if (news) {
            report(changes);
        }
    }

    private void report(Changes changes) {
        LOG.atInfo()
                .addKeyValue("applied", changes.live())
                .addKeyValue("restart_required", changes.restart())
                .log("The configuration file was edited");
        events.publish("config", "config.reloaded", event -> {
            fill(event.putArray("applied"), changes.live());
            fill(event.putArray("restart_required"), changes.restart());
        });
    }

    private static void fill(ArrayNode array, List<String> paths) {
        paths.forEach(array::add);
    }
}
