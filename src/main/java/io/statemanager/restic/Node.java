package io.statemanager.restic;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

    public Node {
        Objects.requireNonNull(type);
        if (!isName(name)) {
            throw new IllegalArgumentException("not the name of a directory's entry: " + name);
        }
        if ((type == NodeType.DIR) != (subtree != null)) {
            throw new IllegalArgumentException("a directory has a subtree, and nothing else has: " + name);
        }
        extendedAttributes = List.copyOf(extendedAttributes);
        genericAttributes = Map.copyOf(genericAttributes);
        boolean hasContent = type == NodeType.FILE || (content != null && !content.isEmpty());
        content = hasContent ? List.copyOf(Objects.requireNonNullElse(content, List.of())) : null;
    }

    /** What can stand in a directory, and so cannot lead a restore out of it. */
    private static boolean isName(RawString name) {
        byte[] bytes = name.raw();
        for (byte b : bytes) {
            if (b == '/' || b == 0) {
                return false;
            }
        }
        boolean dots = bytes.length > 0 && bytes.length <= 2 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
        return bytes.length > 0 && !dots;
    }

    /** Begins an entry. */
    public static NodeBuilder builder(RawString name, NodeType type) {
        return new NodeBuilder(name, type);
    }

    /** Begins a changed copy. */
    public NodeBuilder toBuilder() {
        return new NodeBuilder(this);
    }
}
