package io.statemanager.bus;

import io.statemanager.runtime.Memory;

/**
 * Where one database stands in a checkpoint, as the commit document holds it.
 *
 * @param path path below the environment directory
 * @param as {@code replica} (the position is in the replica), {@code file} (in the snapshot, database with its WAL) or {@code absent}
 * @param txid the replica position that holds the content ({@code source} of a restore); null unless {@code replica}
 * @param base the last durable position before a restore went back to {@code txid}; null in a plain checkpoint
 * @param pageSize page size in bytes, null unless {@code replica}
 * @param pages size in pages, null unless {@code replica}
 * @param reason why it is a file, null otherwise
 */
public record DatabasePosition(
        String path, String as, Long txid, Long base, Integer pageSize, Long pages, String reason) {
    public static final String REPLICA = "replica";
    public static final String FILE = "file";
    public static final String ABSENT = "absent";
    private static final long RESTORE_BYTES_A_PAGE = 32;

    public static DatabasePosition replica(String path, long txid, int pageSize, long pages) {
        return new DatabasePosition(path, REPLICA, txid, null, pageSize, pages, null);
    }

    public static DatabasePosition file(String path, String reason) {
        return new DatabasePosition(path, FILE, null, null, null, null, reason);
    }

    public static DatabasePosition absent(String path, Long base) {
        return new DatabasePosition(path, ABSENT, null, base, null, null, null);
    }

    /** Bytes of memory that a restore of so many pages takes: their place in the replica and their checksums. */
    public static long memoryToRestore(long pages) {
        return RESTORE_BYTES_A_PAGE * pages;
    }

    /** Errors: {@code memory_too_small} where so many bytes for a database's restore have no room in this program's heap. */
    public static void requireMemory(String key, long bytes) {
        if (!Memory.hasRoomFor(bytes)) {
            throw CommandException.of(
                            FailureCode.MEMORY_TOO_SMALL,
                            "the database '" + key + "' needs " + (bytes >> 20)
                                    + " MiB of memory to be restored, beside"
                                    + " what is in use; this program may use " + Memory.maxMebibytes()
                                    + " MiB together")
                    .withHint("start it with a higher -Xmx (conf/java.options)");
        }
    }

    /** The same position as a restore's target, with the position that the replica had reached before. */
    public DatabasePosition over(Long lastDurable) {
        return new DatabasePosition(path, as, txid, lastDurable, pageSize, pages, reason);
    }
}
