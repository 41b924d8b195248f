package io.statemanager.restic;

/**
 * How a {@link BlobWriter} packs.
 *
 * @param packSize bytes at which a pack is finished; a pack exceeds that by 256 KiB at most, and never 16 MiB, except by one blob that is itself larger
 * @param compressionLevel zstd's, 1 to 19; repositories of version 1 are not compressed
 * @param maxUploads packs on their way at once; a writer that would start one more waits. With the two that are being filled, so many packs are in memory
 * @param verify whether each blob is decrypted, unpacked and hashed again before it goes into a pack, as restic does: finds bad memory before it costs data
 */
public record WriterOptions(int packSize, int compressionLevel, int maxUploads, boolean verify) {

    static final int MIB = 1024 * 1024;

    /** The most that a pack takes. */
    public static final int MAX_PACK = 16 * MIB;

    /** What the blob that makes a pack full adds to it, mostly. */
    private static final int BEYOND = 256 * 1024;

    /** Packs of 8 MiB, zstd level 1, two uploads, verified. */
    public static final WriterOptions DEFAULT = new WriterOptions(8 * MIB, 1, 2, true);

    public WriterOptions {
        if (packSize < 64 * 1024 || packSize > MAX_PACK) {
            throw new IllegalArgumentException("packSize must be between 64 KiB and 16 MiB");
        }
        if (compressionLevel < 1 || compressionLevel > 19) {
            throw new IllegalArgumentException("compressionLevel must be between 1 and 19");
        }
        if (maxUploads < 1) {
            throw new IllegalArgumentException("maxUploads must be at least 1");
        }
    }

    /** The most that a pack of several blobs takes: one more would begin another, so that the buffers of all packs are of this size and used again. */
    int fullPack() {
        return Math.min(MAX_PACK, packSize + BEYOND);
    }
}
