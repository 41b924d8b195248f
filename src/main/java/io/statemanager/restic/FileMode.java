package io.statemanager.restic;

/** Translates between the kernel's {@code st_mode} and Go's {@code fs.FileMode}, which trees hold. */
public final class FileMode {

    private static final int PERMISSIONS = 0777;

    // Go's bits.
    private static final int DIR = 1 << 31;
    private static final int SYMLINK = 1 << 27;
    private static final int DEVICE = 1 << 26;
    private static final int NAMED_PIPE = 1 << 25;
    private static final int SOCKET = 1 << 24;
    private static final int SETUID = 1 << 23;
    private static final int SETGID = 1 << 22;
    private static final int CHAR_DEVICE = 1 << 21;
    private static final int STICKY = 1 << 20;
    private static final int IRREGULAR = 1 << 19;

    // The kernel's, from <sys/stat.h>.
    private static final int S_IFMT = 0170000;
    private static final int S_ISUID = 04000;
    private static final int S_ISGID = 02000;
    private static final int S_ISVTX = 01000;

    private FileMode() {}

    /** The mode of a tree's entry for an {@code st_mode}: type, setuid, setgid, sticky and permission bits. */
    public static int fromUnix(int stMode) {
        int mode = (stMode & PERMISSIONS) | typeBits(stMode);
        mode |= (stMode & S_ISUID) != 0 ? SETUID : 0;
        mode |= (stMode & S_ISGID) != 0 ? SETGID : 0;
        mode |= (stMode & S_ISVTX) != 0 ? STICKY : 0;
        return mode;
    }

    /** What an {@code st_mode} is. */
    public static NodeType typeOf(int stMode) {
        return switch (stMode & S_IFMT) {
            case 0100000 -> NodeType.FILE;
            case 0040000 -> NodeType.DIR;
            case 0120000 -> NodeType.SYMLINK;
            case 0060000 -> NodeType.DEV;
            case 0020000 -> NodeType.CHARDEV;
            case 0010000 -> NodeType.FIFO;
            case 0140000 -> NodeType.SOCKET;
            default -> NodeType.IRREGULAR;
        };
    }

    /** Permission, setuid, setgid and sticky bits (07777) of a tree's entry, for chmod. */
    public static int permissions(int mode) {
        int unix = mode & PERMISSIONS;
        unix |= (mode & SETUID) != 0 ? S_ISUID : 0;
        unix |= (mode & SETGID) != 0 ? S_ISGID : 0;
        unix |= (mode & STICKY) != 0 ? S_ISVTX : 0;
        return unix;
    }

    private static int typeBits(int stMode) {
        return switch (typeOf(stMode)) {
            case FILE -> 0;
            case DIR -> DIR;
            case SYMLINK -> SYMLINK;
            case DEV -> DEVICE;
            case CHARDEV -> DEVICE | CHAR_DEVICE;
            case FIFO -> NAMED_PIPE;
            case SOCKET -> SOCKET;
            case IRREGULAR -> IRREGULAR;
        };
    }
}
