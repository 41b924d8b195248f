package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import io.statemanager.ltx.LtxWriter;
import io.statemanager.ltx.PageEncoding;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.ltx.WalSpan;
import io.statemanager.runtime.Failpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a replica over: lists it, reads the lease again, and puts an empty file at the next TXID, so that whatever a former owner still has
 * on its way meets 412 instead of forking the history. After a 412 all three again: the former owner's file was faster, and is a part of the
 * history now.
 *
 * <p>A replica without files cannot be claimed, since its first file is a snapshot by definition. What a former owner sends there late meets
 * our own first file, or the other way round; see {@link Replica}.
 */
final class Claim {
    private static final int ATTEMPTS = 100;

    /** Size of a file without pages, whoever wrote it. */
    static final int EMPTY_FILE = 131;

    private final ReplicaStore store;
    private final Ownership ownership;
    private final SpoolDirectory spool;
    private final long generation;

    Claim(ReplicaStore store, Ownership ownership, SpoolDirectory spool, long generation) {
        this.store = store;
        this.ownership = ownership;
        this.spool = spool;
        this.generation = generation;
    }

    /** Claims the next TXID; returns what the replica holds then. */
    ReplicaTip claim(String key) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<LtxFile> files = store.list(key);
            ownership.confirm();
            if (files.isEmpty()) {
                return ReplicaTip.EMPTY;
            }
            try {
                ReplicaTip tip = claimAfter(key, files);
                completeBase(key, files);
                return tip;
            } catch (ReplicaStore.TakenException faster) {
                // Listed anew: the other file is a part of the history.
            }
        }
        throw new IOException("replica " + key + " grows whenever it is to be claimed: somebody else writes to it");
    }

    private ReplicaTip claimAfter(String key, List<LtxFile> files) throws IOException {
        LtxFile last = files.stream()
                .max(Comparator.comparingLong(LtxFile::maxTxid).thenComparingInt(LtxFile::level))
                .orElseThrow();
        ReplicaStore.Part head = store.read(key, last, 0, LtxHeader.SIZE);
        LtxHeader before = LtxHeader.decode(head.bytes());
        long txid = RestorePlanner.newest(files) + 1;
        LtxHeader header =
                LtxHeader.of(before.pageSize(), before.commit(), txid, txid, System.currentTimeMillis(), WalSpan.START);
        byte[] bytes = empty(header);
        Map<String, String> metadata = new HashMap<>(Metadata.of(header, generation, Digest.sha256(bytes)));
        metadata.putAll(Metadata.inherited(head.metadata()));
        Path content = spool.upload(key);
        Files.write(content, bytes);
        try {
            store.create(key, new LtxFile(0, txid, txid, bytes.length), content, metadata);
        } finally {
            Files.deleteIfExists(content);
        }
        Failpoints.hit("database.claimed");
        return new ReplicaTip(txid, newestData(files), before.pageSize(), before.commit(), metadata);
    }

    /** A crash between a replica's first file and its copy at the snapshot level leaves the copy to us. */
    private void completeBase(String key, List<LtxFile> files) throws ReplicaStore.TakenException {
        boolean hasSnapshot = files.stream().anyMatch(file -> file.level() == LtxFile.SNAPSHOT_LEVEL);
        for (LtxFile file : files) {
            if (!hasSnapshot && file.level() == 0 && file.minTxid() == 1) {
                store.copy(key, file, new LtxFile(LtxFile.SNAPSHOT_LEVEL, 1, file.maxTxid(), file.size()));
            }
        }
    }

    static long newestData(List<LtxFile> files) {
        return files.stream()
                .filter(file -> file.size() != EMPTY_FILE)
                .mapToLong(LtxFile::maxTxid)
                .max()
                .orElse(0);
    }

    private static byte[] empty(LtxHeader header) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(EMPTY_FILE);
        new LtxWriter(out, header, header.commit(), PageEncoding.BLOCK).finish();
        return out.toByteArray();
    }
}
