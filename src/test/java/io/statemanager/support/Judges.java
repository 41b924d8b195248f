package io.statemanager.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The official tools that judge our formats, as {@code scripts/judges} installs them: below {@code $STATE_MANAGER_JUDGES}, by
 * default {@code ~/.cache/state-manager-judges}. Never taken from the {@code PATH}, where another version may lie.
 *
 * <p>A test that needs one calls {@link #require}: without the tool it is skipped with a line on standard error, but fails where
 * {@code -Djudges.required=true} says that nothing may be left out.
 */
public final class Judges {

    private Judges() {}

    /** restic 0.19.1 or newer. */
    public static Optional<Path> restic() {
        return program("restic");
    }

    /** restic 0.14, which knows no empty password. */
    public static Optional<Path> restic014() {
        return program("restic-0.14");
    }

    /** Litestream v0.5.18, started without {@code AWS_CA_BUNDLE}. */
    public static Optional<Path> litestream() {
        return program("litestream");
    }

    /** versitygw v1.8.0, an S3 server on a local directory ({@code versitygw --help}). */
    public static Optional<Path> versitygw() {
        return program("versitygw");
    }

    /** The {@code java} program of a Java 25: that of {@code JAVA25_HOME}, or the one that {@code scripts/judges} found. */
    public static Optional<Path> java25() {
        String home = System.getenv("JAVA25_HOME");
        Path folder = home == null || home.isEmpty() ? folder().resolve("java25") : Path.of(home);
        return executable(folder.resolve("bin").resolve("java"));
    }

    /**
     * The judge, or the end of the test: skipped aloud, or failed where judges are required.
     *
     * @param judge what one of the methods above answers
     * @param name what to call it in the message
     */
    public static Path require(Optional<Path> judge, String name) {
        if (judge.isPresent()) {
            return judge.get();
        }
        String message = name + " is missing in " + folder() + " (scripts/judges installs it)";
        if (Boolean.getBoolean("judges.required")) {
            throw new AssertionError(message);
        }
        System.err.println("LEFT OUT: " + message);
        Assumptions.abort(message);
        throw new IllegalStateException("not reached");
    }

    private static Optional<Path> program(String name) {
        return executable(folder().resolve("bin").resolve(name));
    }

    private static Optional<Path> executable(Path file) {
        return Optional.of(file).filter(Files::isExecutable);
    }

    private static Path folder() {
        String named = System.getenv("STATE_MANAGER_JUDGES");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path parent = cache == null || cache.isEmpty() ? Path.of(System.getenv("HOME"), ".cache") : Path.of(cache);
        return parent.resolve("state-manager-judges");
    }
}
