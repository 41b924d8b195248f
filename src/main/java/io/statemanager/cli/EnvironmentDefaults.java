package io.statemanager.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lets every option of {@code run}, and those that say which manager a client command means, be given by an environment variable too:
 * {@code --control-host} by {@code STATE_MANAGER_CONTROL_HOST}. What is given on the command line wins. Immutable.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "STATE_MANAGER_";
    private static final Set<String> OPTIONS = Set.of(
            "--data-dir",
            "--config",
            "--dev",
            "--listen",
            "--control-listen",
            "--control-host",
            "--target",
            "--socket-dir",
            "--bus-listen",
            "--adopt",
            "--log-format",
            "--url");

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The variable for an option, or null where it has none. */
    static String variable(String option) {
        return OPTIONS.contains(option)
                ? PREFIX + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT)
                : null;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String variable = variable(option.longestName());
        String value = variable == null ? null : environment.get(variable);
        return value == null || value.isBlank() ? null : value;
    }
}
