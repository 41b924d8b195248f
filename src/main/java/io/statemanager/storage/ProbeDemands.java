package io.statemanager.storage;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** What {@link StoreProbe} demands of a store, and how it says that a demand is not met. */
final class ProbeDemands {
    private ProbeDemands() {}

    static Future<Void> require(boolean holds, String otherwise) {
        return holds ? Future.succeededFuture() : Future.failedFuture(cannotFence(otherwise));
    }

    /** A write that should be refused; asked again where the answer is lost, since only a bad store lets it succeed. */
    static Future<Void> mustFail(Supplier<Future<PutResult>> write, String otherwise) {
        return refused(write, otherwise, 3);
    }

    static Future<Void> refused(Supplier<Future<PutResult>> write, String otherwise, int attempts) {
        return write.get().transform(result -> {
            if (result.succeeded()) {
                return Future.failedFuture(cannotFence(otherwise));
            }
            if (StoreException.is(result.cause(), StoreError.PRECONDITION_FAILED)) {
                return Future.succeededFuture();
            }
            boolean lost = result.cause() instanceof StoreException e && e.ambiguous();
            return lost && attempts > 1 ? refused(write, otherwise, attempts - 1) : Future.failedFuture(result.cause());
        });
    }

    static StoreException cannotFence(String why) {
        return new StoreException(
                StoreError.CANNOT_FENCE,
                "probe",
                "",
                why + ", so two machines could own the environment at once",
                "use a store with conditional writes; docs/storage.md names some",
                false,
                null);
    }
}
