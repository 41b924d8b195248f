package io.statemanager.linux;

import java.nio.ByteBuffer;

/**
 * What {@code statx(2)} says of one entry, never following a symlink.
 *
 * @param mode type and permission bits
 * @param device {@code st_dev} in the kernel's encoding
 * @param rdev the device a device node stands for, same encoding
 * @param blocks space taken, in units of 512 bytes
 * @param mtimeSeconds since 1970, may be negative; the nanoseconds count upwards from there
 */
public record FileStat(
        int mode,
        int user,
        int group,
        int links,
        long inode,
        long device,
        long rdev,
        long size,
        long blocks,
        long mtimeSeconds,
        int mtimeNanos,
        long ctimeSeconds,
        int ctimeNanos) {

    /** The bits that {@code chmod} sets: permissions, set-id and sticky. */
    public static final int PERMISSIONS = 07777;

    public FileType type() {
        return FileType.of(mode);
    }

    public int permissions() {
        return mode & PERMISSIONS;
    }

    /** The same with another inode. */
    public FileStat withInode(long other) {
        return new FileStat(
                mode,
                user,
                group,
                links,
                other,
                device,
                rdev,
                size,
                blocks,
                mtimeSeconds,
                mtimeNanos,
                ctimeSeconds,
                ctimeNanos);
    }

    /** The same with another size. */
    public FileStat withSize(long other) {
        return new FileStat(
                mode,
                user,
                group,
                links,
                inode,
                device,
                rdev,
                other,
                blocks,
                mtimeSeconds,
                mtimeNanos,
                ctimeSeconds,
                ctimeNanos);
    }

    public boolean isDirectory() {
        return type() == FileType.DIRECTORY;
    }

    public boolean isFile() {
        return type() == FileType.FILE;
    }

    /** Reads a {@code struct statx}, the same on every architecture. */
    static FileStat from(ByteBuffer s) {
        return new FileStat(
                Short.toUnsignedInt(s.getShort(28)),
                s.getInt(20),
                s.getInt(24),
                s.getInt(16),
                s.getLong(32),
                deviceNumber(s.getInt(136), s.getInt(140)),
                deviceNumber(s.getInt(128), s.getInt(132)),
                s.getLong(40),
                s.getLong(48),
                s.getLong(112),
                s.getInt(120),
                s.getLong(96),
                s.getInt(104));
    }

    /** {@code makedev(3)} of the C library. */
    private static long deviceNumber(int major, int minor) {
        return ((major & 0xfffff000L) << 32)
                | ((major & 0xfffL) << 8)
                | ((minor & 0xffffff00L) << 12)
                | (minor & 0xffL);
    }
}
