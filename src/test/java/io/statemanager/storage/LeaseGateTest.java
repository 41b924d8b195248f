package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.bus.FailureCode;
import io.statemanager.storage.local.LocalObjectStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseGateTest {
    private final AtomicLong now = new AtomicLong(1000);
    private final LeaseGate gate = new LeaseGate(now::get);

    private void open(long generation, long deadline) {
        gate.open(generation, deadline, OwnershipProof.BY_ANSWER_ALONE);
    }

    private static void assertClosed(Runnable write, String reason) {
        assertThatThrownBy(write::run)
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.error()).isEqualTo(StoreError.GATE_CLOSED);
                    assertThat(e.explained().code()).isEqualTo(FailureCode.LEASE_LOST);
                })
                .hasMessageContaining(reason);
    }

    @Test
    void isClosedUntilTheLeaseOpensIt() {
        assertThat(gate.isOpen()).isFalse();
        assertClosed(() -> gate.enter("put", "key"), "has not been taken yet");

        open(1, 2000);

        assertThat(gate.isOpen()).isTrue();
        gate.enter("put", "key").check();
    }

    @Test
    void closesByItselfAtItsDeadline() {
        open(1, 2000);
        WriteGate.Ticket ticket = gate.enter("put", "key");
        now.set(1999);
        ticket.check();

        now.set(2000);

        assertThat(gate.isOpen()).isFalse();
        assertClosed(ticket::check, "not renewed in time");
        assertClosed(() -> gate.enter("put", "key"), "not renewed in time");
    }

    @Test
    void staysOpenWhenRenewed() {
        open(1, 2000);
        WriteGate.Ticket ticket = gate.enter("put", "key");

        open(1, 3000);
        now.set(2500);

        ticket.check();
    }

    @Test
    void aPermissionDoesNotOutliveItsGeneration() {
        open(1, 2000);
        WriteGate.Ticket ticket = gate.enter("put", "key");
        gate.close("lost");
        open(1, 2000);
        ticket.check();

        gate.close("lost again");
        open(2, 2000);

        assertClosed(ticket::check, "taken again");
        assertThat(failure(ticket.confirm(Instant.EPOCH)).ambiguous()).isTrue();
        gate.enter("put", "key").check();
    }

    @Test
    void tellsTheFirstReason() {
        open(1, 2000);
        gate.close("the first");
        gate.close("the second");

        assertClosed(() -> gate.enter("put", "key"), "the first");
    }

    @Test
    void stopsWhatIsOnItsWayAndWhatComesTooLate() {
        open(1, 2000);
        WriteGate.Ticket ticket = gate.enter("put", "key");
        AtomicInteger stopped = new AtomicInteger();
        ticket.onClose(stopped::incrementAndGet);
        Runnable takeBack = ticket.onClose(() -> stopped.addAndGet(100));
        takeBack.run();

        gate.close("lost");
        assertThat(stopped).hasValue(1);

        ticket.onClose(() -> stopped.addAndGet(10));
        assertThat(stopped).hasValue(11);
    }

    @Test
    void aWriteCountsOnlyOnceOwnershipIsProven(@TempDir Path directory) {
        Vertx vertx = Vertx.vertx();
        DirectStore store = await(LocalObjectStore.open(vertx, directory));
        Promise<Void> renewal = Promise.promise();
        AtomicReference<Instant> asked = new AtomicReference<>();
        gate.open(1, Long.MAX_VALUE, answered -> {
            asked.set(answered);
            return renewal.future();
        });
        ObjectStore gated = new GatedObjectStore(store, gate);

        Future<PutResult> put = gated.put("key", body("x"), PutOptions.createOnly());
        org.awaitility.Awaitility.await().until(() -> asked.get() != null);
        assertThat(put.isComplete()).isFalse();
        renewal.complete();

        assertThat(await(put).date()).isEqualTo(asked.get());
        await(vertx.close());
    }

    @Test
    void aWriteWhoseOwnershipStaysInDoubtFailsAsAmbiguous(@TempDir Path directory) {
        Vertx vertx = Vertx.vertx();
        DirectStore store = await(LocalObjectStore.open(vertx, directory));
        gate.open(1, Long.MAX_VALUE, answered -> Future.failedFuture("the renewal failed"));
        ObjectStore gated = new GatedObjectStore(store, gate);

        StoreException failure = failure(gated.put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure.ambiguous()).isTrue();
        assertThat(failure).hasMessageContaining("the renewal failed");
        assertThat(await(store.head("key"))).isPresent();
        await(vertx.close());
    }
}
