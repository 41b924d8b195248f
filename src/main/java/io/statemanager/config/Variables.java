package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Fault;
import io.statemanager.bus.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment variables that can make a configuration. Values are trimmed, and an empty one counts as unset. A set that makes none is no
 * source; {@link #warnings} says what is wrong with it, by the variables' names.
 */
final class Variables {
    static final String WAIT = "FLY_ENV_WAIT_FOR_CONFIG";
    static final String STACKS = "FLY_STACKS";

    private static final String PREFIX = "FLY_STORAGE_";
    private static final List<String> MEMBERS =
            List.of("bucket", "endpoint", "access_key", "secret_key", "region", "key_prefix");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private Configuration configuration;

    private Variables() {}

    static Variables read(Map<String, String> environment, Path dataDir) {
        Variables variables = new Variables();
        if (environment.getOrDefault(WAIT, "").isBlank()) {
            variables.collect(environment);
            variables.bind(dataDir);
        }
        return variables;
    }

    /** The configuration that they make, if they make one. */
    Optional<Configuration> configuration() {
        return Optional.ofNullable(configuration);
    }

    List<String> warnings() {
        return warnings;
    }

    /** All variables that are looked at. */
    static List<String> names() {
        return Stream.concat(MEMBERS.stream().map(Variables::variable), Stream.of(STACKS, WAIT))
                .toList();
    }

    /** The name of a member's variable: {@code FLY_STORAGE_ACCESS_KEY} for {@code access_key}. */
    static String variable(String member) {
        return PREFIX + member.toUpperCase(Locale.ROOT);
    }

    private void collect(Map<String, String> environment) {
        new TreeSet<>(environment.keySet()).forEach(name -> {
            String value = environment.get(name).trim();
            boolean known = name.equals(STACKS)
                    || MEMBERS.stream().anyMatch(member -> variable(member).equals(name));
            if (known && !value.isEmpty()) {
                values.put(name, value);
            } else if (!known && name.startsWith(PREFIX)) {
                warnings.add("the environment variable " + name + " is not known and has no effect");
            }
        });
    }

    private void bind(Path dataDir) {
        if (values.isEmpty()) {
            return;
        }
        try {
            configuration = Configuration.read(document(), dataDir);
        } catch (CommandException e) {
            warnings.add("the environment variables " + String.join(", ", values.keySet()) + " make no configuration: "
                    + e.faults().stream().map(Variables::named).collect(Collectors.joining("; ")));
        }
    }

    private ObjectNode document() {
        ObjectNode document = Json.object();
        ObjectNode storage = document.putObject("storage").put("type", Choice.text(StorageType.S3));
        MEMBERS.forEach(member -> storage.put(member, values.get(variable(member))));
        if (values.containsKey(STACKS)) {
            var stacks = document.putArray("stacks");
            Arrays.stream(values.get(STACKS).split(",", -1))
                    .map(String::trim)
                    .filter(stack -> !stack.isEmpty())
                    .forEach(stacks::add);
        }
        return document;
    }

    private static String named(Fault fault) {
        String member = fault.path().replaceFirst("^storage\\.", "");
        String name =
                fault.path().startsWith("stacks") ? STACKS : MEMBERS.contains(member) ? variable(member) : fault.path();
        return name + " " + fault.message();
    }
}
