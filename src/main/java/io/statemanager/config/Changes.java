package io.statemanager.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an edited file changes, as paths in alphabetical order.
 *
 * @param live what can change while running
 * @param restart what counts from the next start on
 */
record Changes(List<String> live, List<String> restart) {
    private static final List<String> LIVE_SECTIONS = List.of("supervisor", "processes", "checkpoints", "log");
    private static final Set<String> CREDENTIALS =
            Set.of("storage.access_key", "storage.secret_key", "storage.session_token");

    static Changes between(Configuration inForce, Configuration wanted) {
        Map<Boolean, List<String>> paths =
                RecordTree.differences(RecordTree.of(inForce), RecordTree.of(wanted)).stream()
                        .collect(Collectors.partitioningBy(Changes::isLive));
        return new Changes(paths.get(true), paths.get(false));
    }

    boolean touch(String section) {
        return live.stream().anyMatch(path -> isIn(section, path));
    }

    boolean touchCredentials() {
        return live.stream().anyMatch(CREDENTIALS::contains);
    }

    /** The configuration in force with the live settings of another. */
    static Configuration merge(Configuration inForce, Configuration wanted) {
        return new Configuration(
                inForce.name(),
                inForce.storage().withCredentials(wanted.storage()),
                inForce.stacks(),
                wanted.supervisor(),
                wanted.processes(),
                inForce.lease(),
                inForce.replication(),
                inForce.proxy(),
                inForce.files(),
                wanted.checkpoints(),
                wanted.log());
    }

    static boolean isLive(String path) {
        return CREDENTIALS.contains(path) || LIVE_SECTIONS.stream().anyMatch(section -> isIn(section, path));
    }

    private static boolean isIn(String section, String path) {
        return path.equals(section) || path.startsWith(section + ".");
    }
}
