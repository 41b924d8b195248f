package io.statemanager.restic;

/** Translates between the kernel's {@code st_mode} and Go's {@code fs.FileMode}, which trees hold. */
public final class FileMode {

    private FileMode() {}

    /** The mode of a tree's entry for an {@code st_mode}: type, setuid, setgid, sticky and permission bits. */
    public static int fromUnix(int stMode) {
        throw new UnsupportedOperationException();
    }

    /** Permission, setuid, setgid and sticky bits (07777) for chmod. */
    public static int permissions(int mode) {
        throw new UnsupportedOperationException();
    }
}
