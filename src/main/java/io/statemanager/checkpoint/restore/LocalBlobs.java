package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.linux.Directory;
import io.statemanager.linux.OpenFile;
import io.statemanager.restic.BlobHandle;
import io.statemanager.restic.BlobIndex;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.Id;
import io.statemanager.restic.MissingObject;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** Where a target's blobs lie in its file, and which of them a local file holds there already. Safe for several threads. */
final class LocalBlobs {
    private final BlobIndex index;
    private final ThreadLocal<byte[]> buffers = ThreadLocal.withInitial(() -> new byte[64 << 10]);

    LocalBlobs(BlobIndex index) {
        this.index = index;
    }

    /** Where each blob begins, and behind them the size. */
    long[] offsets(FileEntry target) throws IOException {
        List<Id> content = target.content();
        long[] offsets = new long[content.size() + 1];
        if (content.size() == 1) {
            offsets[1] = target.stat().size();
            return offsets;
        }
        for (int i = 0; i < content.size(); i++) {
            BlobHandle blob = new BlobHandle(BlobType.DATA, content.get(i));
            offsets[i + 1] = offsets[i]
                    + index.find(blob)
                            .orElseThrow(() -> new MissingObject(blob.toString()))
                            .plainLength();
        }
        return offsets;
    }

    /** One bit for each blob of the target; found out by hashing, whatever the timestamps say. */
    BitSet matching(Directory directory, FileEntry target, long[] offsets) throws IOException {
        List<Id> content = target.content();
        BitSet matching = new BitSet(content.size());
        try (OpenFile file = directory.openFile(target.name())) {
            long size = file.stat().size();
            for (int i = 0; i < content.size() && offsets[i + 1] <= size; i++) {
                int length = (int) (offsets[i + 1] - offsets[i]);
                byte[] buffer = buffer(length);
                int got = file.readAt(offsets[i], buffer, 0, length);
                matching.set(i, got == length && Id.hashOf(buffer, 0, length).equals(content.get(i)));
            }
        }
        return matching;
    }

    private byte[] buffer(int length) {
        byte[] buffer = buffers.get();
        if (buffer.length < length) {
            buffer = new byte[length];
            buffers.set(buffer);
        }
        return buffer;
    }
}
