package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import java.util.Optional;

/**
 * The control groups of one data directory's processes: one for all, which is frozen at a stroke, and in it one for each. Made when the first
 * process is started; where that is not permitted there are none, and everything goes by signals. {@link #of} and {@link #remove} touch the
 * file system.
 */
final class Cgroups {
    private final boolean wanted;
    private final String name;
    private volatile Optional<Cgroup> all = Optional.empty();

    Cgroups(boolean wanted, Instance instance) {
        this.wanted = wanted;
        this.name = "state-manager-" + instance.directory();
    }

    /** The group of all processes, once there is one. */
    Optional<Cgroup> all() {
        return all;
    }

    /** The group of all processes of a former incarnation, if it left one behind. */
    Optional<Cgroup> former() {
        return wanted ? Cgroup.find(name) : Optional.empty();
    }

    /** The group of one process, made if need be. */
    Optional<Cgroup> of(String process) {
        if (wanted && all.isEmpty()) {
            all = Cgroup.make(name);
        }
        return all.flatMap(group -> group.child(process));
    }

    /** Removes them, as far as nobody is in them. */
    void remove() {
        all.ifPresent(Cgroup::remove);
    }
}
