package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.Scan;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tree that a restore leads to, read and proven to be there before anything is touched.
 *
 * @param directories each directory's entries by its raw path below the top; a record's tree is the one it was read from, or null
 *     where the selection leaves something of that out, and an entry's inode is the number of its link group, 0 for a file without further names
 * @param same directories that the local tree has with everything below exactly so: they were not read, and are left alone
 * @param links the paths of each link group, the one that the others become links to first
 * @param files number of entries that are no directories, without those in {@code same}
 * @param bytes of these files together
 */
record Target(
        Map<String, DirectoryRecord> directories,
        Set<String> same,
        Map<Long, List<String>> links,
        long files,
        long bytes) {

    /** Whether a directory lies in one that is left alone, or is one. */
    boolean isSame(String directory) {
        if (same.isEmpty()) {
            return false;
        }
        for (String at = directory; !at.isEmpty(); at = Scan.parentOf(at)) {
            if (same.contains(at)) {
                return true;
            }
        }
        return same.contains("");
    }
}
