package io.statemanager.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A control group of version 2 that this process made for others: what is in it can be frozen and killed at one stroke, forks included
 * ({@code Documentation/admin-guide/cgroup-v2.rst}). No controller is switched on. Safe for any thread.
 *
 * <p>Most containers mount the hierarchy read-only and some kernels have no freezer: then there is none, and {@link #make} says so by being
 * empty.
 */
public record Cgroup(Path path) {
    private static final String MEMBERS = "cgroup.procs";
    private static final String FREEZE = "cgroup.freeze";

    /** Makes (or finds again) a group below this process's own. */
    public static Optional<Cgroup> make(String name) {
        return position().flatMap(own -> new Cgroup(own).child(name));
    }

    /** A group below this process's own, if it is there. */
    public static Optional<Cgroup> find(String name) {
        return position()
                .map(own -> own.resolve(name))
                .filter(Files::isDirectory)
                .map(Cgroup::new);
    }

    private static Optional<Path> position() {
        try {
            return own();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Makes (or finds again) a group below this one. */
    public Optional<Cgroup> child(String name) {
        Path child = path.resolve(name);
        try {
            if (!Files.isDirectory(child)) {
                Files.createDirectory(child);
            }
            boolean usable = Files.isWritable(child.resolve(FREEZE)) && Files.isWritable(child.resolve(MEMBERS));
            return usable ? Optional.of(new Cgroup(child)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Moves a process here, and with it what it forks from now on; false where that is not permitted or it is gone. */
    public boolean add(int pid) {
        return write(MEMBERS, Integer.toString(pid));
    }

    /** Begins to freeze all members; {@link #isFrozen} says when that is done. */
    public boolean freeze() {
        return write(FREEZE, "1");
    }

    public boolean thaw() {
        return write(FREEZE, "0");
    }

    /** Whether every member, also in groups below, has come to a halt. */
    public boolean isFrozen() {
        return events().contains("frozen 1");
    }

    /** Whether there is a member that is not a zombie, also in groups below. */
    public boolean isPopulated() {
        return events().contains("populated 1");
    }

    /** SIGKILL to every member at once, frozen or not; false where the kernel cannot (before 5.14). */
    public boolean kill() {
        return write("cgroup.kill", "1");
    }

    /** The pids of all members, also of groups that the members made below. */
    public Set<Integer> members() {
        Set<Integer> pids = new TreeSet<>();
        try (Stream<Path> groups = Files.walk(path)) {
            groups.filter(Files::isDirectory).forEach(group -> addMembers(group, pids));
        } catch (IOException | UncheckedIOException e) {
            // A group that was removed during the walk had no members.
            return pids;
        }
        return pids;
    }

    /** Removes the group and those below it; false while there are members. */
    public boolean remove() {
        try (Stream<Path> groups = Files.walk(path)) {
            for (Path group : groups.filter(Files::isDirectory)
                    .sorted(java.util.Comparator.reverseOrder())
                    .toList()) {
                Files.deleteIfExists(group);
            }
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static void addMembers(Path group, Set<Integer> pids) {
        try {
            for (String line : Files.readAllLines(group.resolve(MEMBERS))) {
                pids.add(Integer.valueOf(line.trim()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String events() {
        try {
            return Files.readString(path.resolve("cgroup.events"));
        } catch (IOException e) {
            return "";
        }
    }

    private boolean write(String file, String value) {
        try {
            Files.writeString(path.resolve(file), value);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** This process's own group: where version 2 is mounted, and the path that {@code /proc/self/cgroup} names below that. */
    private static Optional<Path> own() throws IOException {
        Optional<String> position = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::".length()))
                .findFirst();
        if (position.isEmpty()) {
            return Optional.empty();
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            int dash = line.indexOf(" - ");
            if (dash > 0 && line.startsWith("cgroup2 ", dash + 3)) {
                String[] fields = line.split(" ", -1);
                return Optional.of(below(Path.of(fields[4]), Path.of(fields[3]), Path.of(position.get())));
            }
        }
        return Optional.empty();
    }

    /** A container may see only a part of the hierarchy, mounted from {@code root} on. */
    private static Path below(Path mount, Path root, Path position) {
        return position.startsWith(root)
                ? mount.resolve(root.relativize(position)).normalize()
                : mount;
    }
}
