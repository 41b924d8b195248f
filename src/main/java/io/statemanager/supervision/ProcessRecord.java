package io.statemanager.supervision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.linux.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code <data-dir>/processes.json}: which process groups this data directory's manager has started and not seen to an end, so that the next
 * incarnation finds them even where their tag is lost. Replaced atomically; not fsynced, since after a power loss no process is left that it
 * could name. Confined to the supervision thread after {@link #open}.
 */
final class ProcessRecord {
    static final String FILE = "processes.json";
    private static final int FORMAT = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ProcessRecord.class);

    private final Path file;
    private final String instance;
    private final String bootId;
    private final String namespace;
    private final List<Group> former;
    private final Map<Integer, Group> current = new LinkedHashMap<>();

    /**
     * A process group.
     *
     * @param pid its leader's pid, its own and its session's number
     * @param startTicks when the leader started, which tells it from another process of the same pid
     */
    record Group(String name, int pid, long startTicks) {}

    /**
     * @param instance the data directory's random id
     * @param bootId which boot of the machine the groups belong to
     * @param pidNamespace which pid namespace
     */
    record Document(int format, String instance, String bootId, String pidNamespace, List<Group> groups) {}

    private ProcessRecord(Path file, String instance, String bootId, String namespace, List<Group> former) {
        this.file = file;
        this.instance = instance;
        this.bootId = bootId;
        this.namespace = namespace;
        this.former = former;
    }

    /** Reads what a former incarnation left; begins anew where there is nothing or nothing readable. */
    static ProcessRecord open(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        String bootId = ProcessTable.bootId();
        String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        Document found = read(file);
        boolean comparable = found.bootId.equals(bootId) && found.pidNamespace.equals(namespace);
        ProcessRecord record = new ProcessRecord(
                file,
                found.instance,
                bootId,
                namespace,
                comparable ? new ArrayList<>(found.groups) : new ArrayList<>());
        record.save();
        return record;
    }

    private static Document read(Path file) throws IOException {
        try {
            Document found = Json.bind(
                    Json.parse(Files.readAllBytes(file), FailureCode.DIRECTORY_FAILED),
                    Document.class,
                    FailureCode.DIRECTORY_FAILED);
            if (found.format != FORMAT) {
                throw new IOException(file + " has format " + found.format + "; this version knows " + FORMAT);
            }
            return found;
        } catch (NoSuchFileException e) {
            return anew();
        } catch (CommandException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("cause", e.getMessage())
                    .log("The record of processes is damaged and begun anew");
            return anew();
        }
    }

    private static Document anew() {
        return new Document(FORMAT, UUID.randomUUID().toString(), "", "", List.of());
    }

    String instance() {
        return instance;
    }

    /** What a former incarnation of this boot had not seen to an end. */
    List<Group> former() {
        return List.copyOf(former);
    }

    /** The former ones are proved gone. */
    void forgetFormer() throws IOException {
        former.clear();
        save();
    }

    void started(String name, int pid) throws IOException {
        long startTicks = ProcessTable.look(pid).map(stat -> stat.startTicks()).orElse(0L);
        current.put(pid, new Group(name, pid, startTicks));
        save();
    }

    void gone(int pid) throws IOException {
        if (current.remove(pid) != null) {
            save();
        }
    }

    private void save() throws IOException {
        List<Group> groups = new ArrayList<>(former);
        groups.addAll(current.values());
        ObjectNode document = (ObjectNode) Json.tree(new Document(FORMAT, instance, bootId, namespace, groups));
        Path temporary = file.resolveSibling(FILE + ".tmp");
        Files.write(temporary, Json.document(document));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
