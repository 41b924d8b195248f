package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Bus;
import io.statemanager.bus.Call;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Nothing;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes a configuration into force, or saves another for the next start:
 *
 * <ol>
 *   <li>the state must admit it: once, one at a time, no conflict;
 *   <li>the document is validated, with every fault;
 *   <li>unconfigured: the environment decides whether it can be had, and asks back to save at its point of no return;
 *   <li>configured, with {@code replace}: the store is probed, then the file is replaced.
 * </ol>
 *
 * A failure before the save leaves everything as it was. Confined to the configuration's worker context, since saving blocks.
 */
final class Applier {
    private final Bus bus;
    private final Events events;
    private final Path dataDir;
    private final List<String> command;
    private final StoreAccess store;
    private final SavedFile file;
    private ConfigState state;

    Applier(Bus bus, Events events, ConfigVerticle.Setup setup) {
        this.bus = bus;
        this.events = events;
        this.dataDir = setup.dataDir();
        this.command = setup.command();
        this.store = setup.store();
        this.file = new SavedFile(setup.dataDir());
        this.state = ConfigState.of(setup.loaded());
    }

    ConfigState state() {
        return state;
    }

    /** A reload changed what is in force. */
    void become(ConfigState.InForce changed) {
        state = changed;
    }

    Future<ConfigCommands.Applied> apply(ObjectNode body, Call call) {
        ApplyRequest request = ApplyRequest.of(body);
        state.admit(request);
        Configuration configuration = Configuration.read(request.document(), dataDir);
        Processes.check(configuration, command);
        Secret document = document(request.document());
        return state instanceof ConfigState.InForce inForce
                ? replace(inForce, request, configuration, document)
                : configure((ConfigState.Unconfigured) state, request, configuration, document, call);
    }

    private Future<ConfigCommands.Applied> configure(
            ConfigState.Unconfigured former,
            ApplyRequest request,
            Configuration configuration,
            Secret document,
            Call call) {
        state = former.applying(configuration, document);
        var configure = new EnvironmentCommands.Configure(configuration, request.adopt(), request.verify());
        return bus.request(EnvironmentCommands.CONFIGURE, configure, call).transform(result -> {
            boolean unsaved = state instanceof ConfigState.Applying;
            if (unsaved) {
                state = former;
            }
            if (result.succeeded() && unsaved) {
                throw CommandException.of(FailureCode.INTERNAL, "the environment did not save the configuration");
            }
            return result.succeeded() ? Future.succeededFuture(result.result()) : Future.failedFuture(result.cause());
        });
    }

    /** The environment's call back from within {@link #configure}. */
    Nothing save() {
        if (!(state instanceof ConfigState.Applying applying)) {
            throw CommandException.of(FailureCode.INTERNAL, "no configuration is being applied");
        }
        file.save(bytes(applying.document()), true);
        state = applying.saved();
        LogLevels.set(applying.configuration().log());
        published("config.applied", applying.configuration());
        return Nothing.NOTHING;
    }

    private Future<ConfigCommands.Applied> replace(
            ConfigState.InForce former, ApplyRequest request, Configuration configuration, Secret document) {
        state = former.replacing();
        Future<Void> probed = request.verify() ? store.probe(configuration) : Future.succeededFuture();
        return probed.map(v -> replaced(former, configuration, document)).onComplete(result -> {
            if (state instanceof ConfigState.Replacing) {
                state = former;
            }
        });
    }

    private ConfigCommands.Applied replaced(ConfigState.InForce former, Configuration configuration, Secret document) {
        file.save(bytes(document), false);
        Set<String> differences =
                RecordTree.differences(RecordTree.of(former.configuration()), RecordTree.of(configuration));
        state = former.waitingFor(List.copyOf(differences));
        published("config.replaced", configuration);
        List<String> warnings = new ArrayList<>();
        warnings.add("the new configuration counts from the next start on");
        return new ConfigCommands.Applied(
                "success",
                true,
                configuration.name(),
                configuration.stacks().stream().map(Stack::text).toList(),
                null,
                null,
                true,
                warnings);
    }

    private void published(String type, Configuration configuration) {
        events.publish("config", type, event -> {
            event.put("name", configuration.name());
            var stacks = event.putArray("stacks");
            configuration.stacks().forEach(stack -> stacks.add(stack.text()));
        });
    }

    /** As the user wrote it, so that a later version's better defaults count; the format first. */
    private static Secret document(ObjectNode given) {
        ObjectNode document = Json.object().put("format", Configuration.FORMAT);
        document.setAll(given);
        document.put("format", Configuration.FORMAT);
        return Secret.of(new String(Json.document(document), StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Secret document) {
        return document.reveal().getBytes(StandardCharsets.UTF_8);
    }
}
