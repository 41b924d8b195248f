package io.statemanager.lease;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.LeaseCommands.Document;
import io.statemanager.storage.Body;
import io.statemanager.storage.Condition;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.time.Instant;

/**
 * The lease object in the store. It is read whole and replaced by compare-and-swap; it is never deleted, and no condition rests on a delete.
 *
 * <p>The store given here is the one that the lease gate does not guard, since a closed gate is opened by a renewal.
 */
final class LeaseObject {
    private final ObjectStore store;
    private final String key;

    /** What is there: {@code document} and {@code etag} are null where there is no object. */
    record Version(Document document, String etag, Instant date) {
        boolean absent() {
            return document == null;
        }
    }

    LeaseObject(ObjectStore store, String environment) {
        this.store = store;
        this.key = environment + "/lease.json";
    }

    Future<Version> read() {
        return store.get(key, Range.all())
                .map(got -> new Version(
                        decode(got.body().getBytes()),
                        got.info().etag(),
                        got.info().date()))
                .recover(failure -> StoreException.is(failure, StoreError.NOT_FOUND)
                        ? Future.succeededFuture(new Version(null, null, null))
                        : Future.failedFuture(failure));
    }

    /** Puts {@code next} in the place of the version with this ETag (null: where nothing is). Fails as the store does. */
    Future<Version> swap(String etag, Document next) {
        Condition condition = etag == null ? Condition.createOnly() : Condition.ifMatch(etag);
        return store.put(key, Body.of(Json.document(next)), PutOptions.of(condition))
                .map(done -> new Version(next, done.etag(), done.date()));
    }

    private Document decode(byte[] bytes) {
        try {
            Document document = Json.bind(
                    Json.parse(bytes, FailureCode.WRONG_ENVIRONMENT), Document.class, FailureCode.WRONG_ENVIRONMENT);
            if (document.format() != Document.FORMAT) {
                throw CommandException.of(
                        FailureCode.WRONG_ENVIRONMENT,
                        key + " has format " + document.format() + ", this program knows " + Document.FORMAT);
            }
            return document;
        } catch (CommandException e) {
            throw CommandException.of(
                            FailureCode.WRONG_ENVIRONMENT, "the lease " + key + " cannot be read: " + e.detail(), e)
                    .withHint("another program wrote to this key, or a newer version of this one");
        }
    }
}
