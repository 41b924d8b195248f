package io.statemanager.restic;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Makes a {@link Node} member by member; what is not said is absent. */
public final class NodeBuilder {

    private RawString name;
    private NodeType type;
    private int mode;
    private Instant mtime = Instant.EPOCH;
    private Instant atime = Instant.EPOCH;
    private Instant ctime = Instant.EPOCH;
    private long uid;
    private long gid;
    private String user = "";
    private String group = "";
    private long inode;
    private long deviceId;
    private long size;
    private long links;
    private RawString linkTarget = RawString.EMPTY;
    private List<ExtendedAttribute> extendedAttributes = List.of();
    private Map<String, String> genericAttributes = Map.of();
    private long device;
    private List<Id> content;
    private Id subtree;
    private String error = "";

    NodeBuilder() {}

    NodeBuilder(RawString name, NodeType type) {
        this.name = name;
        this.type = type;
    }

    NodeBuilder(Node node) {
        this(node.name(), node.type());
        mode(node.mode())
                .times(node.mtime(), node.atime(), node.ctime())
                .owner(node.uid(), node.gid(), node.user(), node.group());
        inode(node.inode())
                .deviceId(node.deviceId())
                .size(node.size())
                .links(node.links())
                .linkTarget(node.linkTarget());
        extendedAttributes(node.extendedAttributes())
                .genericAttributes(node.genericAttributes())
                .device(node.device());
        content(node.content()).subtree(node.subtree()).error(node.error());
    }

    NodeBuilder name(RawString value) {
        name = value;
        return this;
    }

    NodeBuilder type(NodeType value) {
        type = value;
        return this;
    }

    /** Go's mode ({@link FileMode#fromUnix}). */
    public NodeBuilder mode(int value) {
        mode = value;
        return this;
    }

    public NodeBuilder times(Instant modified, Instant accessed, Instant changed) {
        mtime = modified;
        atime = accessed;
        ctime = changed;
        return this;
    }

    public NodeBuilder owner(long userId, long groupId, String userName, String groupName) {
        uid = userId;
        gid = groupId;
        user = userName;
        group = groupName;
        return this;
    }

    public NodeBuilder inode(long value) {
        inode = value;
        return this;
    }

    public NodeBuilder deviceId(long value) {
        deviceId = value;
        return this;
    }

    public NodeBuilder size(long value) {
        size = value;
        return this;
    }

    public NodeBuilder links(long value) {
        links = value;
        return this;
    }

    public NodeBuilder linkTarget(RawString value) {
        linkTarget = value;
        return this;
    }

    public NodeBuilder extendedAttributes(List<ExtendedAttribute> value) {
        extendedAttributes = value;
        return this;
    }

    public NodeBuilder genericAttributes(Map<String, String> value) {
        genericAttributes = value;
        return this;
    }

    public NodeBuilder device(long value) {
        device = value;
        return this;
    }

    public NodeBuilder content(List<Id> value) {
        content = value;
        return this;
    }

    public NodeBuilder subtree(Id value) {
        subtree = value;
        return this;
    }

    public NodeBuilder error(String value) {
        error = value;
        return this;
    }

    public Node build() {
        return new Node(
                name,
                type,
                mode,
                mtime,
                atime,
                ctime,
                uid,
                gid,
                user,
                group,
                inode,
                deviceId,
                size,
                links,
                linkTarget,
                extendedAttributes,
                genericAttributes,
                device,
                content,
                subtree,
                error);
    }
}
