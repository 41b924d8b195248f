package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import java.util.List;
import java.util.Map;

/**
 * The tree that a restore leads to, read and proven to be there before anything is touched.
 *
 * @param directories each directory's entries by its raw path below the top; a record's tree is the one it was read from, and an
 *     entry's inode is the number of its link group, 0 for a file without further names
 * @param links the paths of each link group, ascending
 * @param files number of entries that are no directories
 * @param bytes of all files together
 */
record Target(Map<String, DirectoryRecord> directories, Map<Long, List<String>> links, long files, long bytes) {}
