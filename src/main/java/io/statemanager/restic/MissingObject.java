package io.statemanager.restic;

/** An object that must be there is not: an object of the store, or a blob that no index lists. */
public final class MissingObject extends RepositoryException {

    private static final long serialVersionUID = 1L;

    private final String object;

    /** @param object the object, such as {@code data blob 0a…} */
    public MissingObject(String object) {
        super(object + " is not in the repository", null);
        this.object = object;
    }

    /** For backends: no such object in the store. */
    public MissingObject(FileType type, String name) {
        this(CorruptObject.describe(type, name));
    }

    /** The missing object's kind and name. */
    public String object() {
        return object;
    }
}
