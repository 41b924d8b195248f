package io.statemanager.config;

import java.util.List;

/** What the sources of configuration say at the start. */
public sealed interface Loaded {

    /** What a person should know all the same, one sentence each, for log and status; no secret in it. */
    List<String> warnings();

    /**
     * No source has a configuration: the manager waits for {@code POST /config}.
     *
     * @param warnings why, where there is something that was meant as one
     */
    record Unconfigured(List<String> warnings) implements Loaded {
        public Unconfigured {
            warnings = List.copyOf(warnings);
        }
    }

    /** Exactly one source counts and its configuration is valid. */
    record Configured(Configuration configuration, Origin origin, List<String> warnings) implements Loaded {
        public Configured {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * More than one source: nothing is taken, and every control request fails with the sentence until one is removed and the manager
     * started again.
     *
     * @param sources what is there, in words
     */
    record Conflict(List<String> sources, List<String> warnings) implements Loaded {
        /** The sentence that clients know. */
        public static final String SENTENCE =
                "configuration conflict: both environment variables and config file exist";

        public Conflict {
            sources = List.copyOf(sources);
            warnings = List.copyOf(warnings);
        }

        /** What the user can do. */
        public String hint() {
            return "keep one of: " + String.join("; ", sources) + "; then start again";
        }
    }
}
