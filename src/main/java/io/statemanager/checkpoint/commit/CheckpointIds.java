package io.statemanager.checkpoint.commit;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rule for checkpoint ids, and the numbers in generated ones ({@code v1}, {@code v2}, …). */
public final class CheckpointIds {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern NUMBERED = Pattern.compile("v([1-9][0-9]{0,17})");

    private CheckpointIds() {}

    /** Letters, digits, {@code .}, {@code _}, {@code -}; begins with a letter or digit; at most 128. */
    public static boolean isValid(String id) {
        return VALID.matcher(id).matches();
    }

    public static String numbered(long number) {
        return "v" + number;
    }

    /** The number of an id that could have been generated; ids that users chose count too. */
    public static OptionalLong number(String id) {
        Matcher matcher = NUMBERED.matcher(id);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
