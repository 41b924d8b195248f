package io.statemanager.checkpoint.restore;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Directories that are where the target has a file, and hold what a restore leaves alone (excluded files, another filesystem): they
 * can be neither removed nor kept. They are looked for before anything is touched, since afterwards nobody could go on. Blocking.
 */
public final class Obstacles {
    private final Directory top;
    private final Selection selection;

    /** {@code selection}: what a restore would leave alone. */
    public Obstacles(Directory top, Selection selection) {
        this.top = top;
        this.selection = selection;
    }

    /** The raw paths of the directories that are where the target has something else. Opens directories and looks at nothing else. */
    List<String> inTheWay(Target target) throws IOException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, DirectoryRecord> wanted : target.directories().entrySet()) {
            Set<String> others = new HashSet<>();
            wanted.getValue().entries().stream()
                    .filter(entry -> !entry.isDirectory())
                    .forEach(entry -> others.add(entry.name()));
            if (!others.isEmpty()) {
                addDirectories(wanted.getKey(), others, found);
            }
        }
        return found;
    }

    private void addDirectories(String path, Set<String> names, List<String> found) throws IOException {
        try (Directory directory = top.openBelow(path)) {
            for (String name : directory.possibleDirectories()) {
                String whole = RawName.join(path, name);
                FileStat stat = names.contains(name) ? directory.statIfThere(name) : null;
                if (stat != null && stat.isDirectory() && takesAll(whole)) {
                    found.add(whole);
                }
            }
        } catch (ErrnoException e) {
            if (!e.isGone()) {
                throw e;
            }
        }
    }

    /** Whether the entry is a part of the target: neither it nor a directory above it is left alone. */
    private boolean takesAll(String path) throws IOException {
        for (String at = path; !at.isEmpty(); at = Scan.parentOf(at)) {
            try (Directory parent = top.openBelow(Scan.parentOf(at))) {
                if (!selection.takes(at, parent.stat(Remover.nameOf(at)))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Errors: {@code restore_blocked} names the first entry that would stay in one of these. */
    void requireRemovable(Collection<String> directories) throws IOException {
        long device = top.stat().device();
        for (String path : directories) {
            String kept = kept(path, device);
            if (kept != null) {
                throw blocked(path, kept);
            }
        }
    }

    /** The first path at or below a directory that a restore would leave alone; null where there is none. */
    private String kept(String path, long device) throws IOException {
        List<String> next = new ArrayList<>(List.of(path));
        while (!next.isEmpty()) {
            String at = next.remove(next.size() - 1);
            try (Directory directory = top.openBelow(at)) {
                if (directory.stat().device() != device) {
                    return at;
                }
                for (String name : directory.names()) {
                    FileStat stat = directory.statIfThere(name);
                    String whole = RawName.join(at, name);
                    if (stat != null && !selection.takes(whole, stat)) {
                        return whole;
                    }
                    if (stat != null && stat.isDirectory()) {
                        next.add(whole);
                    }
                }
            } catch (ErrnoException e) {
                if (!e.isGone()) {
                    throw e;
                }
            }
        }
        return null;
    }

    static CommandException blocked(String directory, String kept) {
        String shown = RawName.display(directory);
        String stays = kept.equals(directory)
                ? "is on another filesystem"
                : "holds '" + RawName.display(kept)
                        + "', which files.exclude or another filesystem keeps from being touched";
        return CommandException.of(
                        FailureCode.RESTORE_BLOCKED,
                        "the checkpoint has something else than a directory at '" + shown
                                + "', and the directory that is there now " + stays)
                .withHint("move '" + shown
                        + "' out of the environment directory, or change files.exclude, and try again");
    }
}
