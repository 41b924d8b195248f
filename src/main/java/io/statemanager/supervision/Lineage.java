package io.statemanager.supervision;

import io.statemanager.linux.ProcessStat;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which living processes descend from which supervised one, at one look. Since this program is a subreaper (or pid 1), whatever a process
 * forked stays below us in the tree: in the leader's session, below one that is, or as an orphan directly below us. Whoever is not below us is
 * not ours, whatever its numbers.
 *
 * <p>An orphan belongs to the process that its tag names. One without a tag (its environment was emptied) is ours, of nobody in particular,
 * where we are a subreaper: then only our own children can be below us. Where we are pid 1 it may be the orphan of a stranger who entered the
 * container, and is left alone.
 */
final class Lineage {
    /** The owner of orphans that are ours but of no process that could be named. */
    static final String STRAY = "";

    private static final String NOT_OURS = "/";

    private final ProcessTable table;
    private final Map<Integer, String> leaders;
    private final Map<Integer, String> cgrouped;
    private final Tags tags;
    private final Map<Integer, String> owners = new HashMap<>();
    private final int ownSession = Processes.session();

    /**
     * @param leaders the leaders of our groups, also dead ones, with the name of their process
     * @param cgrouped the members of our control groups, likewise
     */
    Lineage(ProcessTable table, Map<Integer, String> leaders, Map<Integer, String> cgrouped, Tags tags) {
        this.table = table;
        this.leaders = leaders;
        this.cgrouped = cgrouped;
        this.tags = tags;
        table.all().forEach(this::owner);
    }

    /** Everybody of one process who is alive, ancestors before descendants. */
    List<ProcessStat> of(String name) {
        return alive(name::equals);
    }

    /** Everybody of ours who is alive, ancestors before descendants. */
    List<ProcessStat> all() {
        return alive(owner -> !owner.equals(NOT_OURS));
    }

    private List<ProcessStat> alive(Predicate<String> whose) {
        return table.all().stream()
                .filter(stat -> !stat.isDead() && whose.test(owners.get(stat.pid())))
                .sorted(Comparator.comparingInt(this::depth))
                .toList();
    }

    private int depth(ProcessStat stat) {
        int depth = 0;
        Optional<ProcessStat> at = Optional.of(stat);
        // The bound is for a torn look, in which a reused pid could close a circle.
        while (at.isPresent() && at.get().pid() != Processes.self() && depth <= owners.size()) {
            depth++;
            at = table.get(at.get().parent());
        }
        return depth;
    }

    /** Walks towards the root until somebody's owner is certain, and from there back down. */
    private void owner(ProcessStat start) {
        Deque<ProcessStat> way = new ArrayDeque<>();
        Optional<ProcessStat> at = Optional.of(start);
        String owner = null;
        while (owner == null) {
            ProcessStat stat = at.get();
            owner = certain(stat);
            if (owner == null) {
                way.push(stat);
                at = table.get(stat.parent());
                if (at.isEmpty() || way.size() > table.all().size()) {
                    // Its parent went while we looked, or the tree ends here.
                    owner = known(stat).orElse(NOT_OURS);
                }
            }
        }
        for (ProcessStat stat : way) {
            owner = owner.equals(NOT_OURS) ? owner : known(stat).orElse(owner);
            owners.put(stat.pid(), owner);
        }
    }

    private String certain(ProcessStat stat) {
        String noted = owners.get(stat.pid());
        if (noted == null) {
            noted = stat.pid() == Processes.self() ? NOT_OURS : cgrouped.get(stat.pid());
            if (noted == null && stat.parent() == Processes.self()) {
                noted = known(stat).orElseGet(() -> orphan(stat));
            }
            if (noted != null) {
                owners.put(stat.pid(), noted);
            }
        }
        return noted;
    }

    /** A leader itself (which leads nothing yet in its first moment), or by its group or session. */
    private Optional<String> known(ProcessStat stat) {
        return Stream.of(stat.pid(), stat.group(), stat.session())
                .filter(leaders::containsKey)
                .findFirst()
                .map(leaders::get);
    }

    private String orphan(ProcessStat stat) {
        Optional<String> tagged = tags.processOf(stat);
        if (tagged.isPresent()) {
            return tagged.get();
        }
        boolean startedByTheJvm = stat.session() == ownSession;
        return Processes.isInit() || startedByTheJvm ? NOT_OURS : STRAY;
    }
}
