package io.statemanager.storage;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * Objects under keys in one bucket or directory: everything that leaves this machine goes through here.
 *
 * <p>Promises that hold for every implementation:
 *
 * <ul>
 *   <li>An object is there whole or not at all, with the metadata of the same write; a reader never sees a mixture of two.
 *   <li>A write that has succeeded is durable, and is seen by every read, list and condition that begins afterwards.
 *   <li>Conditions are compare-and-swap between all clients of the store, not only those of this process.
 *   <li>Every call ends within the total deadline of its {@link CallPolicy}: with its result, or with a {@link StoreException} and
 *       nothing else.
 *   <li>A failed write says in {@link StoreException#ambiguous()} whether it may have happened all the same.
 *   <li>Transient failures are repeated within the deadline by the store itself. A conditional write that may have happened is sent
 *       again only where it carries a nonce ({@link PutOptions#withNonce}): then a 412 is looked into, and nonce and content hash
 *       tell whether the object there is this very write, which is success. Without a nonce such a failure is passed on.
 * </ul>
 *
 * <p>Keys are as {@link Keys} allows them. Methods may be called on any thread and never block; the result is delivered on the
 * caller's Vert.x context (a new event-loop context where it has none).
 */
public interface ObjectStore {

    /** The most bytes that {@link #get} returns and a {@link Body.Bytes} holds; what may be larger goes through a file. */
    int MAX_BUFFER = 16 * 1024 * 1024;

    /**
     * Writes an object, replacing what is there as far as the condition allows.
     *
     * <p>Idempotent without a condition, or with condition and nonce. Errors besides the general ones: {@link StoreError#PRECONDITION_FAILED} (also where {@code ifMatch} meets no
     * object), {@link StoreError#DISK_FULL}, {@link StoreError#GATE_CLOSED}.
     *
     * @param body read as often as there are attempts; a {@link Body.Stream} is read once, so its failure is the caller's to look into
     * @return ETag of what was written, and the store's time when it answered
     */
    Future<PutResult> put(String key, Body body, PutOptions options);

    /**
     * Reads an object, or a range of it, into memory; at most {@link #MAX_BUFFER} bytes.
     *
     * <p>Errors: {@link StoreError#NOT_FOUND}, {@link StoreError#INVALID_RANGE} where the range begins at or behind the end, {@link
     * StoreError#TOO_LARGE} before anything is transferred. A range that reaches past the end gives what is there.
     */
    Future<GetResult> get(String key, Range range);

    /**
     * Reads an object, or a range of it, into a file that is created if missing and otherwise overwritten in place from {@code
     * offset} on, never truncated. Several ranges may go into one file at a time.
     *
     * <p>Nothing is synced. After a failure the region holds anything. Errors as for {@link #get}, without {@code TOO_LARGE}.
     */
    Future<FileResult> getToFile(String key, Range range, Path file, long offset);

    /** Tells what is known of an object without reading it, with its metadata; empty where there is none. */
    Future<Optional<ObjectInfo>> head(String key);

    /**
     * One page of the keys that begin with a prefix (any text, not only whole folders), in the order of their UTF-8 bytes.
     *
     * @param prefix empty for all
     * @param startAfter only keys strictly behind this one, which need not exist; empty to begin at the first
     * @param max of objects in the page, 1 to 1000; a page may hold fewer although more follow
     * @return objects without metadata, and where to go on; {@link Listing} walks all pages
     */
    Future<ListPage> list(String prefix, String startAfter, int max);

    /**
     * Copies an object with its metadata inside the store, without a transfer through this machine where the store can.
     *
     * <p>The condition is about the target, as for {@link #put}, and its ambiguity is the same. {@link StoreError#NOT_FOUND}: no
     * source. The source must not be overwritten meanwhile.
     */
    Future<PutResult> copy(String from, String to, Condition condition);

    /**
     * Removes objects, in as few requests as the store allows. Missing ones count as removed, so this is idempotent.
     *
     * <p>After a failure any of them may be gone; the error names one that is not.
     */
    Future<Void> delete(Collection<String> keys);

    /** The same store with other deadlines; all else is shared. */
    ObjectStore with(CallPolicy policy);
}
