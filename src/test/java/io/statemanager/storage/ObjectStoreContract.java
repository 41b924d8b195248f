package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.StoreCounters.Kind;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store must do, run against each of them; the parts are in the classes above. */
public abstract class ObjectStoreContract extends ListingContract {

    @Test
    void writesOnlyThroughAnOpenGate() {
        LeaseGate gate = new LeaseGate();
        ObjectStore gated = new GatedObjectStore(store, gate);
        StoreException closed = failure(gated.put("key", body("x"), PutOptions.createOnly()));

        gate.openWithoutLease(1);
        await(gated.put("key", body("x"), PutOptions.createOnly()));
        gate.close("for the test");

        assertThat(closed.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(closed.ambiguous()).isFalse();
        assertThat(failure(gated.put("key", body("y"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure(gated.delete(List.of("key"))).error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure(gated.copy("key", "to", Condition.none())).error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(text(await(gated.get("key", Range.all())))).isEqualTo("x");
    }

    @Test
    void answersOnTheCallersContext() {
        Context context = vertx.getOrCreateContext();
        Promise<Boolean> same = Promise.promise();

        context.runOnContext(v -> store.put(
                        "key", body("x"), PutOptions.createOnly().withNonce("n"))
                .compose(put -> store.get("key", Range.all()))
                .compose(got -> store.head("nothing"))
                .onComplete(done -> same.complete(done.succeeded() && Vertx.currentContext() == context)));

        assertThat(await(same.future())).isTrue();
    }

    @Test
    void countsWhatIsAsked() {
        StoreCounters counters = store.counters();
        long puts = counters.requests(Kind.PUT);
        long sent = counters.bytesSent();
        long failed = counters.failures(Kind.PUT, StoreError.PRECONDITION_FAILED);

        await(store.put("key", body("12345"), PutOptions.createOnly()));
        failure(store.put("key", body("12345"), PutOptions.createOnly()));

        assertThat(counters.requests(Kind.PUT) - puts).isEqualTo(2);
        assertThat(counters.bytesSent() - sent).isEqualTo(5);
        assertThat(counters.failures(Kind.PUT, StoreError.PRECONDITION_FAILED) - failed)
                .isEqualTo(1);
        assertThat(counters.inFlight()).isZero();
    }
}
