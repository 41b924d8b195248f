package io.statemanager.supervision;

import io.statemanager.linux.ProcessStat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tags of orphans that were read once: a tag does not change, and reading it may wait for a process that is busy with its memory. Confined
 * to the supervision thread.
 */
final class Tags {
    private static final int MANY = 4096;

    private final Instance instance;
    private final Map<Integer, Read> read = new HashMap<>();

    private record Read(ProcessStat stat, String name) {}

    Tags(Instance instance) {
        this.instance = instance;
    }

    /** The process of this run that a pid belongs to by its tag. */
    Optional<String> processOf(ProcessStat stat) {
        Read known = read.get(stat.pid());
        if (known != null && known.stat.isSame(stat)) {
            return Optional.of(known.name);
        }
        Optional<String> name = instance.processOf(stat.pid());
        if (read.size() >= MANY) {
            read.clear();
        }
        name.ifPresent(tag -> read.put(stat.pid(), new Read(stat, tag)));
        return name;
    }
}
