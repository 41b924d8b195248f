package io.statemanager.replication;

import io.statemanager.ltx.LtxHeader;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The end of a replica: where the next file goes and what content it follows.
 *
 * @param newest the highest TXID of any level, claims included; 0 for an empty replica
 * @param newestData the highest TXID of a file that is not empty; the content is as of there
 * @param pageSize of the content, 0 for an empty replica
 * @param pages size of the content
 * @param metadata of the file at {@code newest}
 */
record ReplicaTip(long newest, long newestData, int pageSize, int pages, Map<String, String> metadata) {
    static final ReplicaTip EMPTY = new ReplicaTip(0, 0, 0, 0, Map.of());

    boolean isEmpty() {
        return newest == 0;
    }

    OptionalLong checksum() {
        return Metadata.checksum(metadata, Metadata.DATABASE_CHECKSUM);
    }

    /** After a file of ours with content. */
    ReplicaTip advanced(LtxHeader header, Map<String, String> written) {
        return new ReplicaTip(header.maxTxid(), header.maxTxid(), header.pageSize(), header.commit(), written);
    }

    /** Whether a table is of exactly this content. */
    boolean matches(PageTable.State table) {
        return table.txid() == newestData
                && table.pageSize() == pageSize
                && table.pages() == pages
                && (checksum().isEmpty() || checksum().getAsLong() == table.checksum());
    }
}
