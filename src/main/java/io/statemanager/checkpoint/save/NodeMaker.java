package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Accounts;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import io.statemanager.restic.ExtendedAttribute;
import io.statemanager.restic.FileMode;
import io.statemanager.restic.Id;
import io.statemanager.restic.Node;
import io.statemanager.restic.NodeBuilder;
import io.statemanager.restic.NodeType;
import io.statemanager.restic.RawString;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Turns what was seen of an entry into restic's node, with the members that restic itself would write. Safe for several threads. */
public final class NodeMaker {
    /**
     * The device of every file with several links, written for those only, as restic does. A number of ours, since a tree lies on one
     * filesystem, whose own number may be another one after the next boot: links are found by device and inode together, also
     * between a directory that was stored before and one that was stored after.
     */
    public static final long DEVICE = 1;

    private final Accounts accounts;

    NodeMaker(Accounts accounts) {
        this.accounts = accounts;
    }

    /** {@code subtree}: a directory's stored tree, null for all others. */
    Node node(FileEntry entry, Id subtree) {
        FileStat stat = entry.stat();
        Instant modified = Instant.ofEpochSecond(stat.mtimeSeconds(), stat.mtimeNanos());
        Instant changed = Instant.ofEpochSecond(stat.ctimeSeconds(), stat.ctimeNanos());
        NodeBuilder node = Node.builder(raw(entry.name()), type(entry))
                .mode(FileMode.fromUnix(stat.mode()))
                // As restic without --with-atime: reading a file must not make its directory a new tree.
                .times(modified, modified, changed)
                .owner(
                        Integer.toUnsignedLong(stat.user()),
                        Integer.toUnsignedLong(stat.group()),
                        accounts.user(stat.user()),
                        accounts.group(stat.group()))
                .inode(stat.inode())
                .extendedAttributes(attributes(entry.attributes()));
        switch (stat.type()) {
            case DIRECTORY -> node.subtree(subtree);
            case SYMLINK -> node.linkTarget(raw(entry.linkTarget())).links(stat.links());
            case FILE -> node.size(stat.size()).links(stat.links()).content(entry.content());
            default -> node.links(stat.links());
        }
        if (entry.isHardLinked()) {
            node.deviceId(DEVICE);
        }
        return node.build();
    }

    private static NodeType type(FileEntry entry) {
        return switch (entry.type()) {
            case FILE -> NodeType.FILE;
            case DIRECTORY -> NodeType.DIR;
            case SYMLINK -> NodeType.SYMLINK;
            case FIFO -> NodeType.FIFO;
            default -> throw new IllegalArgumentException("not stored: " + RawName.display(entry.name()));
        };
    }

    private static List<ExtendedAttribute> attributes(Map<String, byte[]> attributes) {
        return attributes.entrySet().stream()
                .map(e -> new ExtendedAttribute(RawName.display(e.getKey()), e.getValue()))
                .toList();
    }

    private static RawString raw(String name) {
        return RawString.of(RawName.bytes(name));
    }
}
