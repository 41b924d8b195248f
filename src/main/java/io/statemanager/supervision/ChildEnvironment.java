package io.statemanager.supervision;

import java.util.Map;
import java.util.TreeMap;

/**
 * The variables that a process is started with: the manager's own without those that are the manager's business, then what every process
 * gets, then its own definition's, then the tag by which it is found again.
 *
 * <p>Left out: {@code CONTROLLER_TOKEN}, {@code FLY_STORAGE_*} (credentials of the store) and {@code STATE_MANAGER_*}. {@code AWS_*} stays:
 * applications have their own use for it, and who wants it kept from them configures the keys.
 */
final class ChildEnvironment {
    static final String INSTANCE = "STATE_MANAGER_INSTANCE";
    static final String PROCESS = "STATE_MANAGER_PROCESS";

    private ChildEnvironment() {}

    static Map<String, String> of(
            Map<String, String> own, Map<String, String> shared, ProcessSpec spec, Instance instance) {
        Map<String, String> variables = new TreeMap<>(own);
        variables.keySet().removeIf(ChildEnvironment::isOurs);
        variables.putAll(shared);
        variables.putAll(spec.environment());
        variables.put(INSTANCE, instance.tag());
        variables.put(PROCESS, spec.name());
        return variables;
    }

    private static boolean isOurs(String name) {
        return name.equals("CONTROLLER_TOKEN") || name.startsWith("FLY_STORAGE_") || name.startsWith("STATE_MANAGER_");
    }
}
