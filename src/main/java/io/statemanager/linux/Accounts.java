package io.statemanager.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of users and groups by number, from {@code /etc/passwd} and {@code /etc/group} as they were when this was made: for show
 * and for restic's nodes, never for a decision. An unknown number has the empty name. Immutable.
 */
public final class Accounts {
    private final Map<Integer, String> users;
    private final Map<Integer, String> groups;

    private Accounts(Map<Integer, String> users, Map<Integer, String> groups) {
        this.users = users;
        this.groups = groups;
    }

    /** Reads both files; one that cannot be read counts as empty. */
    public static Accounts load() {
        return new Accounts(read(Path.of("/etc/passwd")), read(Path.of("/etc/group")));
    }

    private static Map<Integer, String> read(Path file) {
        Map<Integer, String> names = new HashMap<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return names;
        }
        for (String line : lines) {
            String[] fields = line.split(":", 4);
            if (fields.length > 2 && fields[2].matches("\\d{1,10}")) {
                names.putIfAbsent((int) Long.parseLong(fields[2]), fields[0]);
            }
        }
        return names;
    }

    public String user(int id) {
        return users.getOrDefault(id, "");
    }

    public String group(int id) {
        return groups.getOrDefault(id, "");
    }
}
