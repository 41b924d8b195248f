package io.statemanager.restic;

/**
 * How a {@link BlobReader} fetches.
 *
 * @param maxRequests ranges fetched at once
 * @param maxRange bytes in one range at most (a single larger blob excepted)
 * @param maxGap unwanted bytes that are fetched along rather than starting another request
 */
public record ReaderOptions(int maxRequests, int maxRange, int maxGap) {

    /** Four requests of at most 8 MiB, over gaps of at most 256 KiB. */
    public static final ReaderOptions DEFAULT = new ReaderOptions(4, 8 * 1024 * 1024, 256 * 1024);

    public ReaderOptions {
        if (maxRequests < 1 || maxRange < 1 || maxGap < 0) {
            throw new IllegalArgumentException("maxRequests and maxRange must be positive, maxGap not negative");
        }
    }
}
