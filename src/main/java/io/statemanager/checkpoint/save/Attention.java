package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.linux.FileStat;

/**
 * What a pass takes, and which files need more than a look at their times, because a process has them mapped for shared writing: a
 * second store to a page that is dirty already moves no timestamp.
 *
 * <ul>
 *   <li>While the application runs such a file is always read, and its pages are written out first: after that the next store is a
 *       first one again, and shows.
 *   <li>While it stands still, what it changed since then has shown. What is read now must be read again next time, since its
 *       pages are dirty.
 *   <li>Where pages are never written out (tmpfs), only the first store by a mapping moves a timestamp: the file is always read, and
 *       again at the next look, since the mapping may be gone by then; and so is what a process has open for writing.
 * </ul>
 *
 * @param base what is taken
 * @param held the files that processes hold so
 * @param running whether the application runs
 * @param neverWrittenOut whether the tree lies in memory only
 */
public record Attention(Selection base, HeldFiles held, boolean running, boolean neverWrittenOut) {
    /** Everything, and nobody holds a file. */
    public static final Attention NONE = new Attention(Selection.ALL, HeldFiles.NONE, false, false);

    Selection selection() {
        return new Selection() {
            @Override
            public boolean takes(String path, FileStat stat) {
                return base.takes(path, stat);
            }

            @Override
            public boolean isInDoubt(String path, FileStat stat) {
                return (running || neverWrittenOut) && held.contains(path, stat);
            }
        };
    }

    boolean writesOutFirst(String path, FileStat stat) {
        return running && held.contains(path, stat);
    }

    boolean staysInDoubt(String path, FileStat stat) {
        return (!running || neverWrittenOut) && held.contains(path, stat);
    }
}
