package io.statemanager.replication;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who may do what with a database file; kept in the replica's metadata, so that a restore on an empty machine brings it back. */
record FileAccess(int mode, int user, int group) {
    private static final Pattern TEXT = Pattern.compile("([0-7]{1,4}):([0-9]{1,9}):([0-9]{1,9})");
    private static final int MODE_BITS = 07777;

    static FileAccess of(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        return new FileAccess((Integer) attributes.get("mode") & MODE_BITS, (Integer) attributes.get("uid"), (Integer)
                attributes.get("gid"));
    }

    static Optional<FileAccess> parse(String text) {
        Matcher parts = TEXT.matcher(text == null ? "" : text);
        return parts.matches()
                ? Optional.of(new FileAccess(
                        Integer.parseInt(parts.group(1), 8),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return Integer.toOctalString(mode) + ":" + user + ":" + group;
    }

    /** Gives a file this mode, and this owner where we may. */
    void applyTo(Path file) throws IOException {
        FileAccess now = of(file);
        if (now.user != user || now.group != group) {
            try {
                Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException notPermitted) {
                // Only root gives files away; whoever runs unprivileged owns its databases itself.
                Files.setAttribute(file, "unix:mode", mode & ~06000, LinkOption.NOFOLLOW_LINKS);
                return;
            }
        }
        Files.setAttribute(file, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }
}
