package io.statemanager.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;

/**
 * A text that no log, error, status or document may show: it prints and serializes as {@value #MASK}. Only {@link #reveal} gives it away, so
 * that every place that needs the text can be found by that name. Immutable; safe for any thread.
 */
public final class Secret {
    /** What is shown in its place. */
    public static final String MASK = "***";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** A secret; the text is kept as it is, blanks included. */
    public static Secret of(String text) {
        return new Secret(Objects.requireNonNull(text, "a secret has a text"));
    }

    /** The text itself, for the one place that uses it. */
    public String reveal() {
        return text;
    }

    @Override
    @JsonValue
    public String toString() {
        return MASK;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
