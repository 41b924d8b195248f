package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where the manager stands with its configuration. A state says itself what it admits. */
sealed interface ConfigState {

    /** The configuration that counts now, if any. */
    default Optional<Configuration> inForce() {
        return Optional.empty();
    }

    /** Fails where a request to apply is out of place in this state. */
    void admit(ApplyRequest request);

    /** The failure of {@code config.get} where nothing is in force. */
    default CommandException notShown() {
        return CommandException.of(FailureCode.NOT_FOUND, "the manager is not configured");
    }

    CurrentConfig current();

    static ConfigState of(Loaded loaded) {
        if (loaded instanceof Loaded.Configured configured) {
            return new InForce(configured.configuration(), configured.origin(), List.of(), configured.warnings());
        }
        return loaded instanceof Loaded.Conflict conflict
                ? new Conflicting(conflict)
                : new Unconfigured(loaded.warnings());
    }

    private static CommandException inProgress() {
        return CommandException.of(FailureCode.OPERATION_IN_PROGRESS, "another configuration is being applied")
                .retryAfter(Duration.ofSeconds(5));
    }

    private static CurrentConfig none(List<String> warnings) {
        return new CurrentConfig(Optional.empty(), null, List.of(), List.of(), warnings);
    }

    /** Waits to be configured once. */
    record Unconfigured(List<String> warnings) implements ConfigState {
        @Override
        public void admit(ApplyRequest request) {
            // Any configuration is welcome, a replacing one too.
        }

        /** A configuration came; nothing is saved yet. */
        Applying applying(Configuration configuration, Secret document) {
            return new Applying(configuration, document, this);
        }

        @Override
        public CurrentConfig current() {
            return none(warnings);
        }
    }

    /**
     * The environment is deciding; it goes on to {@link InForce} by {@code config.save}, or back.
     *
     * @param document the text to save
     */
    record Applying(Configuration configuration, Secret document, Unconfigured former) implements ConfigState {
        @Override
        public void admit(ApplyRequest request) {
            throw inProgress();
        }

        InForce saved() {
            return new InForce(configuration, Origin.SAVED, List.of(), List.of());
        }

        @Override
        public CurrentConfig current() {
            return none(former.warnings);
        }
    }

    /** Configured; at most the saved file is replaced for the next start, and some settings by a reload. */
    record InForce(Configuration configuration, Origin origin, List<String> restartRequired, List<String> warnings)
            implements ConfigState {
        @Override
        public Optional<Configuration> inForce() {
            return Optional.of(configuration);
        }

        @Override
        public void admit(ApplyRequest request) {
            if (!request.replace()) {
                throw CommandException.of(FailureCode.ALREADY_CONFIGURED, "the manager is configured already")
                        .withHint(
                                "\"replace\": true (config apply --replace) saves another configuration for the next start");
            }
            if (origin != Origin.SAVED) {
                throw CommandException.of(
                                FailureCode.ALREADY_CONFIGURED,
                                "the configuration comes from "
                                        + (origin == Origin.FILE ? "the file of --config" : "environment variables")
                                        + " and can only be replaced there")
                        .withHint("change it there and start again");
            }
        }

        Replacing replacing() {
            return new Replacing(this);
        }

        /** The next start will see other values of these settings. */
        InForce waitingFor(List<String> settings) {
            return new InForce(configuration, origin, settings, warnings);
        }

        /** Some settings were changed while running. */
        InForce changed(Configuration merged, List<String> waiting) {
            return new InForce(merged, origin, waiting, warnings);
        }

        @Override
        public CurrentConfig current() {
            return new CurrentConfig(Optional.of(configuration), origin, List.of(), restartRequired, warnings);
        }
    }

    /** A replacement is being probed and saved. */
    record Replacing(InForce former) implements ConfigState {
        @Override
        public Optional<Configuration> inForce() {
            return former.inForce();
        }

        @Override
        public void admit(ApplyRequest request) {
            throw inProgress();
        }

        @Override
        public CurrentConfig current() {
            return former.current();
        }
    }

    /** More than one source; only a restart with one of them ends it. */
    record Conflicting(Loaded.Conflict conflict) implements ConfigState {
        @Override
        public void admit(ApplyRequest request) {
            throw notShown();
        }

        @Override
        public CommandException notShown() {
            return CommandException.of(FailureCode.CONFIGURATION_CONFLICT, Loaded.Conflict.SENTENCE)
                    .withHint(conflict.hint());
        }

        @Override
        public CurrentConfig current() {
            return new CurrentConfig(Optional.empty(), null, conflict.sources(), List.of(), conflict.warnings());
        }
    }
}
