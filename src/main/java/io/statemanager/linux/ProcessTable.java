package io.statemanager.linux;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The processes of this pid namespace, as one walk through {@code /proc} found them: ascending by pid, and no atomic picture, since processes
 * come and go meanwhile. About 20 µs for each process. Immutable; the static look-ups may be called from any thread.
 */
public final class ProcessTable {
    private static final File PROC = new File("/proc");
    private static final int STAT_BYTES = 1024;

    private final Map<Integer, ProcessStat> processes;

    private ProcessTable(Map<Integer, ProcessStat> processes) {
        this.processes = processes;
    }

    /** Walks through {@code /proc}; a process that ends meanwhile is left out. */
    public static ProcessTable read() throws IOException {
        String[] names = PROC.list();
        if (names == null) {
            throw new IOException("list /proc: cannot be read (is it mounted?)");
        }
        Map<Integer, ProcessStat> found = new LinkedHashMap<>();
        byte[] buffer = new byte[STAT_BYTES];
        for (String name : names) {
            if (isNumber(name)) {
                stat("/proc/" + name + "/stat", buffer).ifPresent(stat -> found.put(stat.pid(), stat));
            }
        }
        return new ProcessTable(found);
    }

    /** One process now; empty where it is gone. */
    public static Optional<ProcessStat> look(int pid) {
        return stat("/proc/" + pid + "/stat", new byte[STAT_BYTES]);
    }

    /** The threads of a process now; empty where it is gone. The numbers of each are its own, state included. */
    public static List<ProcessStat> threads(int pid) {
        String[] names = new File("/proc/" + pid + "/task").list();
        List<ProcessStat> threads = new ArrayList<>();
        byte[] buffer = new byte[STAT_BYTES];
        for (String name : names == null ? new String[0] : names) {
            stat("/proc/" + pid + "/task/" + name + "/stat", buffer).ifPresent(threads::add);
        }
        return threads;
    }

    /**
     * A variable of the environment that a process was started with. Empty where it has none, is gone, or may not be looked at (it runs as
     * another user).
     */
    public static Optional<String> variable(int pid, String name) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
        } catch (IOException e) {
            return Optional.empty();
        }
        String all = '\0' + new String(bytes, StandardCharsets.UTF_8);
        int at = all.indexOf('\0' + name + '=');
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + name.length() + 2;
        int to = all.indexOf('\0', from);
        return Optional.of(all.substring(from, to < 0 ? all.length() : to));
    }

    /**
     * The pid that was given out last in this pid namespace, to a process or a thread. While it stays the same nobody is born, so a walk in the
     * meantime has missed nobody.
     */
    public static int newestPid() throws IOException {
        String line = Files.readString(Path.of("/proc/loadavg")).trim();
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** An id of this boot of the machine; containers on one machine share it. */
    public static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
    }

    public Collection<ProcessStat> all() {
        return processes.values();
    }

    public Optional<ProcessStat> get(int pid) {
        return Optional.ofNullable(processes.get(pid));
    }

    private static boolean isNumber(String name) {
        return !name.isEmpty() && name.charAt(0) >= '0' && name.charAt(0) <= '9';
    }

    private static Optional<ProcessStat> stat(String file, byte[] buffer) {
        try (FileInputStream in = new FileInputStream(file)) {
            int length = in.read(buffer);
            return length <= 0 ? Optional.empty() : ProcessStat.parse(buffer, length);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
