package io.statemanager.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as configurations write them: whole numbers with the units {@code d h m s ms}, larger units first, each at most once:
 * {@code 90s}, {@code 100ms}, {@code 1h30m}. A number without a unit is none.
 */
public final class DurationText {
    public static final String EXPECTED = "a duration like 90s, 100ms or 1h30m is expected";

    private static final Pattern FORM =
            Pattern.compile("(?=\\d)(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    private DurationText() {}

    /** The duration that a text says; empty where it says none. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofDays(number(matcher.group(1)))
                .plusHours(number(matcher.group(2)))
                .plusMinutes(number(matcher.group(3)))
                .plusSeconds(number(matcher.group(4)))
                .plusMillis(number(matcher.group(5))));
    }

    /** A text that {@link #parse} reads back, as people write it: {@code 90s}, {@code 1h30m}, {@code 48h}; parts of a millisecond are dropped. */
    public static String of(Duration duration) {
        if (duration.toMillis() == 0) {
            return "0s";
        }
        if (duration.compareTo(TWO_MINUTES) < 0 && duration.toSecondsPart() > 0 && duration.toMillisPart() == 0) {
            return duration.toSeconds() + "s";
        }
        return part(duration.toHours(), "h")
                + part(duration.toMinutesPart(), "m")
                + part(duration.toSecondsPart(), "s")
                + part(duration.toMillisPart(), "ms");
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static String part(long count, String unit) {
        return count == 0 ? "" : count + unit;
    }
}
