package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.storage.Body;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads and writes the bases of an environment's generations, {@code <name>/generations/<generation>.json}. */
final class Bases {
    private static final int ATTEMPTS = 5;

    private final ObjectStore store;
    private final String prefix;

    Bases(ObjectStore store, String environment) {
        this.store = store;
        this.prefix = environment + "/generations/";
    }

    /** The highest generation that has a base; null for none. */
    Future<Base> highest() {
        List<Long> generations = new ArrayList<>();
        return Listing.each(store, prefix, object -> generation(object.key(), generations))
                .compose(done -> generations.stream()
                        .max(Comparator.naturalOrder())
                        .map(this::read)
                        .orElseGet(() -> Future.succeededFuture(null)));
    }

    private void generation(String key, List<Long> into) {
        String name = key.substring(prefix.length());
        if (name.matches("[0-9]{1,18}\\.json")) {
            into.add(Long.parseLong(name.substring(0, name.length() - ".json".length())));
        }
    }

    private Future<Base> read(long generation) {
        return store.get(key(generation), Range.all()).map(got -> {
            Base base = Json.bind(
                    Json.parse(got.body().getBytes(), FailureCode.WRONG_ENVIRONMENT),
                    Base.class,
                    FailureCode.WRONG_ENVIRONMENT);
            if (base.format() != Base.FORMAT) {
                throw CommandException.of(
                        FailureCode.WRONG_ENVIRONMENT,
                        key(generation) + " has format " + base.format() + ", this program knows " + Base.FORMAT);
            }
            return base;
        });
    }

    /** Writes our own, create-only; the same bytes again while the outcome is unclear. */
    Future<Void> write(Base base) {
        return write(base, ATTEMPTS);
    }

    private Future<Void> write(Base base, int attempts) {
        return store.put(
                        key(base.generation()),
                        Body.of(Json.document(base)),
                        PutOptions.createOnly().withNonce(base.nonce()))
                .<Void>mapEmpty()
                .recover(failure -> {
                    if (StoreException.is(failure, StoreError.PRECONDITION_FAILED)) {
                        return ours(base);
                    }
                    boolean again = failure instanceof StoreException store
                            && (store.ambiguous() || store.retryable())
                            && attempts > 1;
                    return again ? write(base, attempts - 1) : Future.failedFuture(failure);
                });
    }

    private Future<Void> ours(Base base) {
        return read(base.generation())
                .compose(there -> there.nonce().equals(base.nonce())
                        ? Future.succeededFuture()
                        : Future.failedFuture(CommandException.of(
                                FailureCode.LEASE_LOST, "another owner began generation " + base.generation())));
    }

    private String key(long generation) {
        return prefix + generation + ".json";
    }
}
