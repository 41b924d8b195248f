package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Which names must share a file. The first name of a group is its leader: it is restored as any file is, the others become links to
 * it. Immutable.
 */
final class LinkGroups {
    private final Map<Long, List<String>> members;

    LinkGroups(Map<Long, List<String>> members) {
        this.members = members;
    }

    /** Whether the entry at {@code path} becomes a link to its group's leader. */
    boolean isFollower(String path, FileEntry target) {
        long group = target.stat().inode();
        return group != 0 && !members.get(group).get(0).equals(path);
    }

    Iterable<List<String>> all() {
        return members.values();
    }

    /**
     * Whether the local file may stay although it has several names: none of them in this tree is one that must not share it, and
     * their number is right. Names outside of the tree count as right where the target had as many.
     */
    boolean mayStay(FileEntry target, FileEntry local, LocalTree tree) {
        int links = local.stat().links();
        if (links == 1) {
            return true;
        }
        List<String> here = tree.namesOf(local);
        long group = target.stat().inode();
        boolean onlyGroup = here.size() == 1 || (group != 0 && new HashSet<>(members.get(group)).containsAll(here));
        return onlyGroup && (links == here.size() || links == target.stat().links());
    }
}
