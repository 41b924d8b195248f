package io.statemanager.restic;

/** An object, or a blob in it, is not what it must be. The message says which one and what failed; nothing of it was handed out. */
public final class CorruptObject extends RepositoryException {

    private static final long serialVersionUID = 1L;

    private final String object;

    /**
     * @param object the object, such as {@code pack 1f3c…} or {@code tree blob 0a…}
     * @param failure what is wrong with it, such as {@code MAC does not match}
     */
    public CorruptObject(String object, String failure) {
        this(object, failure, null);
    }

    public CorruptObject(String object, String failure, Throwable cause) {
        super(object + " is damaged: " + failure, cause);
        this.object = object;
    }

    /** For backends: an object of the store that is not whole. */
    public CorruptObject(FileType type, String name, String failure) {
        this(describe(type, name), failure, null);
    }

    /** The damaged object's kind and name. */
    public String object() {
        return object;
    }

    static String describe(FileType type, String name) {
        String kind = type.name().toLowerCase(java.util.Locale.ROOT);
        return type == FileType.CONFIG ? kind : kind + ' ' + name;
    }
}
