package io.statemanager.checkpoint.scan;

import io.statemanager.linux.RawName;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns of files to leave out, as restic's {@code --exclude} has them. A pattern without a leading slash matches any run of
 * names in a path, one with it the absolute path from its beginning; {@code *} and {@code ?} stay within a name, {@code **} stands
 * for any number of names, {@code [a-z]} and {@code [^a-z]} for one character, a backslash takes the next one literally. A pattern
 * that begins with {@code !} takes back what an earlier one left out; inside a directory that is left out nothing is looked at.
 *
 * <p>Source: restic's documentation, "Excluding Files", and the {@code filepath.Match} of Go that it refers to. Immutable.
 */
public final class Excludes {
    public static final Excludes NONE = new Excludes(List.of());

    private static final String ANY = "**";

    private final List<Rule> rules = new ArrayList<>();

    private record Rule(List<Part> parts, boolean rooted, boolean negated) {}

    /** A name's pattern; {@code regex} is null for the one that stands for any number of names. */
    private record Part(Pattern regex) {
        boolean isAny() {
            return regex == null;
        }

        boolean matches(String name) {
            return regex.matcher(name).matches();
        }
    }

    /** Fails with an {@link IllegalArgumentException} that quotes a malformed pattern. */
    public Excludes(List<String> patterns) {
        for (String pattern : patterns) {
            if (!pattern.isBlank()) {
                rules.add(rule(pattern.strip()));
            }
        }
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    private static Rule rule(String text) {
        boolean negated = text.startsWith("!");
        String pattern = negated ? text.substring(1) : text;
        List<Part> parts = new ArrayList<>();
        for (String name : pattern.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                parts.add(name.equals(ANY) ? new Part(null) : new Part(regex(name, text)));
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the pattern '" + text + "' names nothing");
        }
        return new Rule(parts, pattern.startsWith("/"), negated);
    }

    /** Whether the entry at an absolute raw path is left out. */
    public boolean leavesOut(String absolutePath) {
        if (rules.isEmpty()) {
            return false;
        }
        String[] names = text(absolutePath.substring(1)).split("/", -1);
        boolean out = false;
        for (Rule rule : rules) {
            if (out == rule.negated() && matches(rule, names)) {
                out = !rule.negated();
            }
        }
        return out;
    }

    private static String text(String raw) {
        return RawName.isUtf8(raw) ? RawName.display(raw) : raw;
    }

    private static boolean matches(Rule rule, String[] names) {
        if (rule.rooted()) {
            return matches(rule.parts(), 0, names, 0);
        }
        for (int from = 0; from < names.length; from++) {
            if (matches(rule.parts(), 0, names, from)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the pattern's parts match names from {@code at} on; names behind the last part are below what is left out. */
    private static boolean matches(List<Part> parts, int part, String[] names, int at) {
        if (part == parts.size()) {
            return true;
        }
        if (parts.get(part).isAny()) {
            for (int next = at; next <= names.length; next++) {
                if (matches(parts, part + 1, names, next)) {
                    return true;
                }
            }
            return false;
        }
        return at < names.length && parts.get(part).matches(names[at]) && matches(parts, part + 1, names, at + 1);
    }

    private static Pattern regex(String name, String whole) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[' -> i = characterClass(name, i, regex, whole);
                case '\\' -> {
                    i++;
                    regex.append(Pattern.quote(escaped(name, i, whole)));
                }
                default -> regex.append(Pattern.quote(name.substring(i, i + 1)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw malformed(whole);
        }
    }

    /** Copies a class and returns the index of its closing bracket. */
    private static int characterClass(String name, int open, StringBuilder regex, String whole) {
        int i = open + 1;
        regex.append('[');
        if (i < name.length() && name.charAt(i) == '^') {
            regex.append('^');
            i++;
        }
        int first = i;
        for (; i < name.length() && (name.charAt(i) != ']' || i == first); i++) {
            char c = name.charAt(i);
            if (c == '\\') {
                i++;
                regex.append('\\').append(escaped(name, i, whole));
            } else if (c == '-') {
                regex.append('-');
            } else {
                regex.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
            }
        }
        if (i >= name.length() || i == first) {
            throw malformed(whole);
        }
        regex.append(']');
        return i;
    }

    private static String escaped(String name, int at, String whole) {
        if (at >= name.length()) {
            throw malformed(whole);
        }
        return name.substring(at, at + 1);
    }

    private static IllegalArgumentException malformed(String pattern) {
        return new IllegalArgumentException("the pattern '" + pattern + "' is malformed");
    }
}
