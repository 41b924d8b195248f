package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import java.io.InputStream;

/** A file of a replica as a stream, fetched in ranges of {@link ReplicaStore#MAX_READ}, so that memory and deadlines stay bounded. */
final class RangedInput extends InputStream {
    private final ReplicaStore store;
    private final String key;
    private final LtxFile file;
    private byte[] chunk = new byte[0];
    private int at;
    private long fetched;

    RangedInput(ReplicaStore store, String key, LtxFile file) {
        this.store = store;
        this.key = key;
        this.file = file;
    }

    @Override
    public int read() {
        return fetch() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (!fetch()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean fetch() {
        if (at < chunk.length) {
            return true;
        }
        if (fetched >= file.size()) {
            return false;
        }
        chunk = store.read(key, file, fetched, ReplicaStore.MAX_READ).bytes();
        fetched += chunk.length;
        at = 0;
        return chunk.length > 0;
    }
}
