package io.statemanager.restic;

import java.util.Locale;

/** What a tree's entry is. */
public enum NodeType {
    FILE,
    DIR,
    SYMLINK,
    /** A block device. */
    DEV,
    CHARDEV,
    FIFO,
    SOCKET,
    /** Something restic could not classify. */
    IRREGULAR;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** restic's name for it. */
    public String label() {
        return label;
    }

    /** The type with this name; {@link #IRREGULAR} for names that are not known here. */
    static NodeType parse(String label) {
        for (NodeType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        return IRREGULAR;
    }
}
