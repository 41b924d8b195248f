package io.statemanager.checkpoint.scan;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.linux.FileStat;
import io.statemanager.runtime.Memory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many files and directories a tree may have. Checkpoint and restore keep a record of each in memory, so what could not be restored
 * here is not taken either; with a higher limit of the heap it can be both.
 *
 * <p>A tree of 200,000 small files took 325 bytes each to be stored and to be restored into an empty directory, and takes a record more
 * where it is restored over another one (docs/architecture.md).
 *
 * @param entries more are refused
 */
public record TreeLimit(long entries) {
    private static final int BYTES_AN_ENTRY = 512;

    /** What this program's heap has room for. */
    public static TreeLimit ofMemory() {
        return new TreeLimit(Runtime.getRuntime().maxMemory() / BYTES_AN_ENTRY);
    }

    /** Errors: {@code memory_too_small} where there are more. */
    public void require(long count) {
        if (count > entries) {
            throw CommandException.of(
                            FailureCode.MEMORY_TOO_SMALL,
                            "the tree has more than the " + entries + " files and directories that "
                                    + Memory.maxMebibytes() + " MiB of memory have room for")
                    .withHint(
                            "start this program with a higher -Xmx (conf/java.options), about 1 MiB for 2,000 files, or"
                                    + " leave out by files.exclude what need not be in a checkpoint");
        }
    }

    /** The same selection for one scan, which ends with {@link #require} where it takes too many. */
    public Selection on(Selection selection) {
        AtomicLong taken = new AtomicLong();
        return new Selection() {
            @Override
            public boolean takes(String path, FileStat stat) {
                boolean takes = selection.takes(path, stat);
                if (takes) {
                    require(taken.incrementAndGet());
                }
                return takes;
            }

            @Override
            public boolean isInDoubt(String path, FileStat stat) {
                return selection.isInDoubt(path, stat);
            }
        };
    }
}
