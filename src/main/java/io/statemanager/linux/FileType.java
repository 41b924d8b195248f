package io.statemanager.linux;

/** What a directory entry is, by the type bits of its mode ({@code S_IFMT} of {@code stat(2)}). */
public enum FileType {
    FILE(0x8000),
    DIRECTORY(0x4000),
    SYMLINK(0xa000),
    FIFO(0x1000),
    SOCKET(0xc000),
    CHAR_DEVICE(0x2000),
    BLOCK_DEVICE(0x6000);

    private static final int MASK = 0xf000;
    private static final FileType[] ALL = values();

    private final int bits;

    FileType(int bits) {
        this.bits = bits;
    }

    /** The type bits in a mode. */
    public int bits() {
        return bits;
    }

    static FileType of(int mode) {
        for (FileType type : ALL) {
            if (type.bits == (mode & MASK)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no file type in mode " + Integer.toOctalString(mode));
    }
}
