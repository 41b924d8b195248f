package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.restic.Id;
import java.util.List;

/**
 * A stored tree.
 *
 * @param tree the top's tree
 * @param files regular files in it, each name counted
 * @param directories without the top
 * @param others symlinks and FIFOs
 * @param bytes of the files
 * @param read files that were read, in all steps together; one that changed between two of them counts twice
 * @param skipped sockets, device nodes and mount points
 * @param unsteady display paths of files that changed, or went away, before they were read in the last step (some, where many)
 */
public record SavedTree(
        Id tree,
        long files,
        long directories,
        long others,
        long bytes,
        long read,
        long skipped,
        List<String> unsteady) {

    static SavedTree of(Id tree, Scan scan, long read, List<String> unsteady) {
        return new SavedTree(
                tree,
                scan.files(),
                scan.directories().size() - 1L,
                scan.others(),
                scan.bytes(),
                read,
                scan.sockets() + scan.devices() + scan.filesystems(),
                unsteady);
    }
}
