package io.statemanager.wal;

import java.io.IOException;
import java.util.Optional;

/**
 * What became of a log since it was read up to a position. Only {@link Continues} is a proof that nothing was missed. Whether a restart
 * went unseen, no log can tell: what was written between the position and the restart is not in it any more.
 */
public sealed interface WalResume {

    /** The log holds everything up to the position; the reader's next frame is the first one behind it. */
    record Continues(WalReader reader) implements WalResume {}

    /**
     * The log is of another generation.
     *
     * @param next whether it can be the one right after: the first salt is larger by one. By itself this proves nothing; together with
     *     a read mark that was held all the time it does
     */
    record Restarted(WalHeader header, boolean next) implements WalResume {}

    /** The generation is the same, but the frame before the position is gone or another one: somebody cut the log or wrote over it. */
    record Diverged(WalHeader header) implements WalResume {}

    /** No log that SQLite would accept: empty, cut off, or its header is not of a log. */
    record NoLog() implements WalResume {}

    /** Finds out; reads two headers. */
    static WalResume at(ByteSource wal, WalPosition position) throws IOException {
        Optional<WalHeader> found = WalHeader.read(wal);
        if (found.isEmpty()) {
            return new NoLog();
        }
        WalHeader header = found.get();
        if (!header.hasSalts(position.salt1(), position.salt2())) {
            return new Restarted(header, header.salt1() == position.salt1() + 1);
        }
        WalReader reader = new WalReader(wal, header);
        boolean there = position.frame() == 0
                || reader.resumeAfter(position.frame(), position.checksum1(), position.checksum2());
        return there ? new Continues(reader) : new Diverged(header);
    }
}
