package io.statemanager.restic;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An entry of a tree: everything restic keeps of a file, directory, link, device, FIFO or socket.
 *
 * @param name without directory
 * @param mode Go's {@code fs.FileMode} ({@link FileMode})
 * @param uid unsigned 32 bits, as gid
 * @param user name of the owner, empty where unknown, as group
 * @param deviceId {@code st_dev}, only for files with several links, else 0
 * @param size of a file in bytes, else 0
 * @param linkTarget of a symbolic link, else empty
 * @param genericAttributes what restic keeps for other systems: name to JSON, kept as it is
 * @param device {@code st_rdev} of a device, else 0
 * @param content a file's blobs in order; null for all others
 * @param subtree a directory's tree; null for all others
 * @param error what restic noted, usually empty
 */
public record Node(
        RawString name,
        NodeType type,
        int mode,
        Instant mtime,
        Instant atime,
        Instant ctime,
        long uid,
        long gid,
        String user,
        String group,
        long inode,
        long deviceId,
        long size,
        long links,
        RawString linkTarget,
        List<ExtendedAttribute> extendedAttributes,
        Map<String, String> genericAttributes,
        long device,
        List<Id> content,
        Id subtree,
        String error) {

    /** Begins an entry. */
    public static NodeBuilder builder(RawString name, NodeType type) {
        return new NodeBuilder(name, type);
    }

    /** Begins a changed copy. */
    public NodeBuilder toBuilder() {
        return new NodeBuilder(this);
    }
}
