package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.runtime.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a configuration can come from at the start, and what wins: nothing does. Exactly one of {@code --config FILE}, the saved file and the
 * variables may be there; a broken saved file counts, a set of variables that makes no configuration does not.
 */
public final class ConfigSources {
    private final Path dataDir;
    private final SavedFile saved;

    private ConfigSources(Path dataDir) {
        this.dataDir = dataDir;
        this.saved = new SavedFile(dataDir);
    }

    /**
     * Looks at all sources. Blocking; the data directory is locked by the caller.
     *
     * @param configFile what {@code --config} names, or null
     * @param environment the variables of this process
     * @throws CommandException {@code invalid_configuration} or {@code directory_failed} where {@code --config} names a file that is none: a
     *     configuration that was asked for by name is not passed over in silence
     */
    public static Loaded load(Path dataDir, Path configFile, Map<String, String> environment) {
        return new ConfigSources(dataDir.toAbsolutePath().normalize()).load(configFile, environment);
    }

    private Loaded load(Path configFile, Map<String, String> environment) {
        saved.discardTemporary();
        Variables variables = Variables.read(environment, dataDir);
        List<String> sources = new ArrayList<>();
        if (configFile != null) {
            sources.add("--config " + configFile);
        }
        if (saved.exists()) {
            sources.add("the saved file " + saved.path());
        }
        variables.configuration().ifPresent(made -> sources.add("the environment variables FLY_STORAGE_*"));
        if (sources.size() > 1) {
            return new Loaded.Conflict(sources, variables.warnings());
        }
        return configFile == null ? fromSaved(variables) : fromFile(configFile, variables);
    }

    private Loaded fromFile(Path configFile, Variables variables) {
        return new Loaded.Configured(readFile(configFile, dataDir), Origin.FILE, variables.warnings());
    }

    private Loaded fromSaved(Variables variables) {
        if (!saved.exists()) {
            return variables
                    .configuration()
                    .<Loaded>map(made -> new Loaded.Configured(made, Origin.VARIABLES, variables.warnings()))
                    .orElseGet(() -> new Loaded.Unconfigured(variables.warnings()));
        }
        try {
            return new Loaded.Configured(readFile(saved.path(), dataDir), Origin.SAVED, variables.warnings());
        } catch (CommandException e) {
            List<String> warnings = new ArrayList<>(variables.warnings());
            warnings.add(0, "the saved configuration is not used and left as it is: " + inFull(e));
            return new Loaded.Unconfigured(warnings);
        }
    }

    /** Reads and validates a file that people may have written: comments and a trailing comma are accepted. */
    static Configuration readFile(Path file, Path dataDir) {
        try {
            return parse(SavedFile.read(file), dataDir);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED,
                    "the configuration " + file + " cannot be read: " + IoReason.of(e),
                    e);
        } catch (CommandException e) {
            throw CommandException.invalid(e.code(), e.faults()).withHint("in " + file);
        }
    }

    static Configuration parse(byte[] text, Path dataDir) {
        return Configuration.read(Json.parseCommented(text, FailureCode.INVALID_CONFIGURATION), dataDir);
    }

    /** All faults in one sentence. */
    static String inFull(CommandException e) {
        if (e.faults().isEmpty()) {
            return e.detail();
        }
        return e.faults().stream()
                .map(fault -> fault.path().isEmpty() ? fault.message() : fault.path() + ": " + fault.message())
                .collect(Collectors.joining("; "));
    }
}
