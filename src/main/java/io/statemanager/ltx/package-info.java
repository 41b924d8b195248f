/**
 * LTX, the file format of Litestream v0.5 replicas (file version 3): names, header, page frames in both encodings, page index,
 * trailer, the order in which a chain of files is applied, the plan that picks a chain from a listing, and the merge of a run of files
 * into one.
 *
 * <p>Pure and synchronous: bytes in, bytes out, no thread, no log, nothing of ours. Everything that is read may be hostile; it ends
 * in the right content or in an {@link io.statemanager.ltx.LtxException}, in memory bounded by the page size and 12 bytes a page.
 * Source of the format: superfly/ltx v0.5.2 and its stricter successors; {@code docs/formats-databases.md} tells it byte by byte.
 */
package io.statemanager.ltx;
