package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything a user can set, valid and with every default in it. Immutable; its text forms hold no secret.
 *
 * @param name the environment's name, the first segment of its keys
 * @param stacks what is switched on, in the order of {@link Stack}
 * @param processes the programs to run beside the one behind {@code --}, in the document's order
 */
public record Configuration(
        String name,
        StorageSettings storage,
        Set<Stack> stacks,
        SupervisorSettings supervisor,
        Map<String, ProcessSettings> processes,
        LeaseSettings lease,
        ReplicationSettings replication,
        ProxySettings proxy,
        FilesSettings files,
        CheckpointSettings checkpoints,
        LogSettings log) {
    /** The document format that this program reads and writes. */
    public static final int FORMAT = 1;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Set<String> TAKEN = Set.of("files", "prune");
    private static final Pattern PROCESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public Configuration {
        stacks = Collections.unmodifiableSet(stacks.isEmpty() ? EnumSet.noneOf(Stack.class) : EnumSet.copyOf(stacks));
        processes = Collections.unmodifiableMap(new LinkedHashMap<>(processes));
        Rules rules = new Rules()
                .require(
                        NAME.matcher(name).matches(),
                        "name",
                        "1 to 63 lower-case letters, digits and hyphens are expected, beginning with a letter or digit")
                .require(!TAKEN.contains(name), "name", "files and prune have a meaning of their own in the store");
        processes
                .keySet()
                .forEach(
                        process -> rules.require(
                                PROCESS.matcher(process).matches(),
                                "processes." + process,
                                "a process's name has letters, digits, '.', '_' and '-', begins with a letter or digit and has at most 128"));
        rules.hold();
    }

    /** Whether a component is switched on. */
    public boolean has(Stack stack) {
        return stacks.contains(stack);
    }

    /**
     * Reads a document. Looks at the file system (where links lead), so not for an event loop.
     *
     * @param document as it came from its source; not changed
     * @param dataDir our own directory, below which relative paths lie
     * @throws CommandException {@code invalid_configuration} with every fault
     */
    public static Configuration read(ObjectNode document, Path dataDir) {
        List<Fault> faults = new ArrayList<>();
        Section section = Section.root(document, faults);
        Configuration configuration = read(section, dataDir.toAbsolutePath().normalize());
        if (configuration != null && configuration.storage != null) {
            new DirectoryRules(dataDir).faults(configuration.storage).forEach(faults::add);
        }
        if (!faults.isEmpty()) {
            throw CommandException.invalid(FailureCode.INVALID_CONFIGURATION, faults);
        }
        return configuration;
    }

    private static Configuration read(Section section, Path dataDir) {
        if (section.count("format", FORMAT) != FORMAT) {
            section.fault("format", "this version reads format " + FORMAT + " only");
        }
        String name = section.text("name", Defaults.NAME);
        StorageSettings storage = StorageSettings.read(section.section("storage"), dataDir);
        Set<Stack> stacks = stacks(section);
        SupervisorSettings supervisor = SupervisorSettings.read(section.section("supervisor"));
        Map<String, ProcessSettings> processes = section.entries(
                "processes", (within, process) -> ProcessSettings.read(within.section(process), dataDir));
        LeaseSettings lease = LeaseSettings.read(section.section("lease"));
        ReplicationSettings replication = ReplicationSettings.read(section.section("replication"));
        ProxySettings proxy = ProxySettings.read(section.section("proxy"));
        FilesSettings files = FilesSettings.read(section.section("files"));
        CheckpointSettings checkpoints = CheckpointSettings.read(section.section("checkpoints"));
        LogSettings log = LogSettings.read(section.section("log"));
        return section.end()
                .build(() -> new Configuration(
                        name,
                        storage,
                        stacks,
                        supervisor,
                        processes,
                        lease,
                        replication,
                        proxy,
                        files,
                        checkpoints,
                        log));
    }

    private static Set<Stack> stacks(Section section) {
        List<String> texts = section.texts("stacks");
        Set<Stack> stacks = EnumSet.noneOf(Stack.class);
        for (int i = 0; i < texts.size(); i++) {
            int index = i;
            Choice.parse(Stack.class, texts.get(i))
                    .ifPresentOrElse(
                            stacks::add,
                            () -> section.fault(
                                    "stacks[" + index + "]",
                                    "unknown stack: " + Choice.all(Stack.class) + " is expected"));
        }
        return section.has("stacks") ? stacks : Defaults.STACKS;
    }
}
