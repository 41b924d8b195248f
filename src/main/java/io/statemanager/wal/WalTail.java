package io.statemanager.wal;

import java.io.IOException;

/**
 * Committed frames that follow a position, with salts and checksums verified: the newest frame of each page, and where they end.
 *
 * <p>A shrinking database leaves pages out that are not in it in the end. Of a growing one the log need not hold every new page; the rest is
 * in the database file.
 *
 * @param commit size of the database in pages after them; 0 where there are no frames
 * @param frames how many there are
 * @param end the position behind them
 */
public record WalTail(WalPages pages, int commit, int frames, WalPosition end) {

    /**
     * Reads the frames from the reader's place up to the last committed one that the index names. Nothing behind it is looked at: what
     * seems to be a commit there may still be rolled back.
     *
     * @param enough after this many frames the tail ends with the next commit; what is left is the next tail
     * @throws WalException where the log and the index do not describe the same frames; the reader is not usable afterwards
     */
    public static WalTail committed(WalReader reader, WalIndex index, int enough) throws IOException {
        WalPosition until = index.position();
        if (!reader.position().hasSaltsOf(until) || reader.frame() > until.frame()) {
            throw new WalException(
                    WalException.Reason.NOT_AS_INDEXED,
                    "the write-ahead log at frame " + reader.frame() + " is not the one of the index at frame "
                            + until.frame());
        }
        FrameList frames = new FrameList();
        int commit = 0;
        while (reader.frame() < until.frame() && (commit == 0 || frames.size() < enough)) {
            commit = readFrame(reader, until, frames);
        }
        boolean atEnd = reader.frame() == until.frame();
        if (atEnd && frames.size() > 0 && !(reader.position().equals(until) && commit == index.pages())) {
            throw new WalException(
                    WalException.Reason.NOT_AS_INDEXED,
                    "frame " + until.frame() + " of the write-ahead log is not the one that its index describes");
        }
        return new WalTail(frames.newest(frames.size(), commit), commit, frames.size(), reader.position());
    }

    private static int readFrame(WalReader reader, WalPosition until, FrameList frames) throws IOException {
        if (!reader.next()) {
            throw new WalException(
                    WalException.Reason.FRAME_MISSING,
                    "frame " + (reader.frame() + 1) + " of " + until.frame() + " is missing in the write-ahead log");
        }
        frames.add(reader.current().pgno(), reader.frame());
        return reader.current().commit();
    }

    /**
     * Reads the frames from the reader's place up to the last commit of the valid log, as SQLite's recovery does. Only while nobody has
     * the database open, since without an index a commit cannot be told from one that is rolled back.
     */
    public static WalTail recovered(WalReader reader) throws IOException {
        FrameList frames = new FrameList();
        WalPosition end = reader.position();
        int committed = 0;
        int commit = 0;
        while (reader.next()) {
            frames.add(reader.current().pgno(), reader.frame());
            if (reader.current().isCommit()) {
                committed = frames.size();
                commit = reader.current().commit();
                end = reader.position();
            }
        }
        return new WalTail(frames.newest(committed, commit), commit, committed, end);
    }
}
