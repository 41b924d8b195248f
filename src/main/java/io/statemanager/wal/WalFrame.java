package io.statemanager.wal;

import java.nio.ByteBuffer;

/**
 * The 24 bytes before each page of a log.
 *
 * @param commit size of the database in pages where this frame commits a transaction, else 0
 */
public record WalFrame(int pgno, int commit, int salt1, int salt2, int checksum1, int checksum2) {
    public static final int HEADER = 24;

    static WalFrame decode(ByteBuffer in) {
        return new WalFrame(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }

    public boolean isCommit() {
        return commit != 0;
    }
}
