package io.statemanager.bus;

import static io.statemanager.bus.FailureCode.*;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The configuration. */
public final class ConfigCommands {
    private ConfigCommands() {}

    /** A configuration document as it came, beside it {@code verify}, {@code adopt} and {@code replace}; the config room binds and validates it. */
    public record Apply(ObjectNode document) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Apply {}

        @Override
        @JsonValue
        public ObjectNode document() {
            return document;
        }

        /** Without the document, which holds secrets in clear. */
        @Override
        public String toString() {
            return "Apply[document=***]";
        }
    }

    /** The configuration in force, secrets masked. */
    public record Shown(ObjectNode document) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Shown {}

        @Override
        @JsonValue
        public ObjectNode document() {
            return document;
        }
    }

    /** @param state {@code new}, {@code kept}, {@code restored} or {@code adopted}; null where a restart is required first */
    public record Applied(
            String status,
            boolean configured,
            String name,
            List<String> stacks,
            String state,
            String restoredCheckpoint,
            Boolean restartRequired,
            List<String> warnings) {}

    public static final Command<Nothing, Shown> GET = Command.open(
            "config.get",
            Nothing.class,
            Shown.class,
            Command.SHORT,
            Route.get("/config"),
            "Shows the configuration, secrets masked.",
            NOT_FOUND);

    public static final Command<Apply, Applied> APPLY = Command.open(
            "config.apply",
            Apply.class,
            Applied.class,
            Command.LONG,
            new Route("POST", List.of("/config", "/"), java.util.Set.of(), true),
            "Configures the manager once; with replace, saves a new configuration for the next start.",
            INVALID_CONFIGURATION,
            ALREADY_CONFIGURED,
            STORE_UNREACHABLE,
            STORE_DENIED,
            BUCKET_NOT_FOUND,
            STORE_CANNOT_FENCE,
            WRONG_PASSWORD,
            LEASE_HELD,
            ENVIRONMENT_NOT_EMPTY,
            WRONG_ENVIRONMENT,
            OPERATION_IN_PROGRESS);

    // ---- inside ----

    /** Makes the configuration that is being applied durable; the point of no return of {@code config.apply}. */
    public static final Command<Nothing, Nothing> SAVE = Command.internal(
            "config.save",
            Nothing.class,
            Nothing.class,
            Command.SHORT,
            "Saves the configuration that is being applied.",
            DISK_FULL,
            DIRECTORY_FAILED);
}
