package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.GatedObjectStore;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the gate stops, and when. */
class S3GateTest extends S3FaultFixture {

    @Test
    void stopsAWriteOnItsWayWhenTheGateCloses() {
        LeaseGate gate = new LeaseGate();
        gate.openWithoutLease(1);
        ObjectStore gated = new GatedObjectStore(store, gate);
        proxy.failNext(Fault.HANG_AFTER);
        Future<PutResult> put =
                gated.put("key", body("x"), PutOptions.createOnly().withNonce("n"));
        Awaitility.await().until(() -> proxy.requests().size() == 1);

        gate.close("for the test");

        StoreException failure = failure(put);
        assertThat(failure.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure.ambiguous()).isTrue();
        assertThat(proxy.requests()).hasSize(1);
    }

    @Test
    void everyAttemptPassesTheGate() {
        LeaseGate gate = new LeaseGate();
        gate.openWithoutLease(1);
        proxy.failWhen(
                request -> {
                    gate.close("for the test");
                    return true;
                },
                Fault.ERROR_503,
                Integer.MAX_VALUE);

        StoreException failure =
                failure(new GatedObjectStore(store, gate).put("key", body("x"), PutOptions.overwrite()));

        assertThat(failure.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(proxy.requests()).hasSize(1);
    }

    @Test
    void anUploadInPartsIsNeverFinishedBehindAClosedGate() throws Exception {
        Path file = Files.write(directory.resolve("large"), random(17 * MIB));
        LeaseGate gate = new LeaseGate();
        gate.openWithoutLease(1);
        proxy.failWhen(
                request -> {
                    if (request.query().contains("partNumber=3")) {
                        gate.close("for the test");
                    }
                    return false;
                },
                Fault.NONE,
                1);

        StoreException failure = failure(
                new GatedObjectStore(store, gate).put("key", Body.ofFile(file, 0, 17 * MIB), PutOptions.overwrite()));

        assertThat(failure.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(proxy.requests()).noneMatch(FaultProxy.Request::isComplete);
        Awaitility.await().until(() -> uploadsOf("key") == 0);
    }

    @Test
    void aWriteBegunUnderOneGenerationDoesNotGoOnUnderTheNext() {
        LeaseGate gate = new LeaseGate();
        gate.openWithoutLease(1);
        proxy.failWhen(
                request -> {
                    gate.close("lost");
                    gate.openWithoutLease(2);
                    return true;
                },
                Fault.ERROR_503,
                1);

        StoreException failure =
                failure(new GatedObjectStore(store, gate).put("key", body("x"), PutOptions.overwrite()));

        assertThat(failure.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(proxy.requests()).hasSize(1);
    }
}
