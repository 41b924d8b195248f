package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.Condition;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of conditional writes and of uploads in parts when an answer is lost. */
class S3LostAnswerTest extends S3FaultFixture {

    @Test
    void leavesALostConditionalWriteWithoutNonceToItsCaller() {
        proxy.failNext(Fault.RESET_AFTER);

        StoreException failure = failure(store.put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.ambiguous()).isTrue();
        assertThat(failure.error()).isEqualTo(StoreError.UNREACHABLE);
        assertThat(proxy.requests()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("onTheWay")
    void resolvesALostConditionalWriteByItsNonce(Fault fault) {
        hurryIfSilent(fault);
        proxy.failWhen(request -> request.isPut("/key"), fault, 2);
        PutResult created =
                await(store.put("key", body("one"), PutOptions.createOnly().withNonce("n1")));
        assertThat(await(store.head("key")).orElseThrow().etag()).isEqualTo(created.etag());

        proxy.failWhen(request -> request.isPut("/key"), fault, 1);
        PutResult swapped = await(
                store.put("key", body("two"), PutOptions.ifMatch(created.etag()).withNonce("n2")));
        assertThat(await(store.head("key")).orElseThrow().etag()).isEqualTo(swapped.etag());
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("two");
    }

    @Test
    void resolvesAlsoWhenTheLookItselfIsLost() {
        proxy.failWhen(request -> request.isPut("/key"), Fault.RESET_AFTER, 1);
        proxy.failWhen(request -> request.method().equals("HEAD"), Fault.ERROR_503, 2);

        await(store.put("key", body("one"), PutOptions.createOnly().withNonce("n1")));

        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("one");
    }

    @Test
    void doesNotTakeAnothersWriteForItsOwn() {
        await(store.put("key", body("theirs"), PutOptions.createOnly().withNonce("n2")));
        proxy.failWhen(request -> request.isPut("/key"), Fault.RESET_BEFORE, 1);

        StoreException failure =
                failure(store.put("key", body("theirs"), PutOptions.createOnly().withNonce("n1")));

        assertThat(failure.error()).isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(failure.ambiguous()).isFalse();
    }

    @Test
    void aWriteThatArrivesMuchLaterChangesNothing() {
        proxy.failWhen(request -> request.isPut("/key"), Fault.RESET_THEN_LATE_EFFECT, 1);
        PutResult first =
                await(store.put("key", body("one"), PutOptions.createOnly().withNonce("n1")));
        await(store.put("key", body("two"), PutOptions.ifMatch(first.etag()).withNonce("n2")));
        proxy.forget();

        assertThat(proxy.heldBack()).isEqualTo(1);
        proxy.releaseLate();

        Awaitility.await().until(() -> proxy.lateAnswers() == 1);
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("two");
    }

    @Test
    void resolvesALostConditionalCopy() {
        await(store.put("from", body("content"), PutOptions.createOnly().withNonce("n1")));
        proxy.failWhen(request -> request.isPut("/to"), Fault.RESET_AFTER, 1);

        await(store.copy("from", "to", Condition.createOnly()));

        assertThat(text(await(store.get("to", Range.all())))).isEqualTo("content");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ERROR_500", "ERROR_500_AFTER", "RESET_BEFORE", "RESET_AFTER"})
    void bringsUploadsInPartsToTheirEnd(Fault fault) throws Exception {
        Path file = Files.write(directory.resolve("large"), random(17 * MIB));
        Body large = Body.ofFile(file, 0, 17 * MIB);
        PutOptions mine = PutOptions.createOnly().withNonce("n1");

        proxy.failWhen(request -> request.query().contains("partNumber=2"), fault, 1);
        proxy.failWhen(FaultProxy.Request::isComplete, fault, 1);
        await(store.put("created", large, mine));
        proxy.failWhen(request -> request.query().contains("uploads"), fault, 1);
        proxy.failWhen(FaultProxy.Request::isComplete, fault, 1);
        await(store.put("overwritten", large, PutOptions.overwrite()));

        for (String key : List.of("created", "overwritten")) {
            Path back = directory.resolve("back");
            await(store.getToFile(key, Range.all(), back, 0));
            assertThat(Files.mismatch(file, back)).isEqualTo(-1);
        }
    }

    @Test
    void takesAnUploadBackThatCannotBeFinished() throws Exception {
        Path file = Files.write(directory.resolve("large"), random(17 * MIB));
        proxy.failWhen(request -> request.query().contains("partNumber=3"), Fault.ERROR_403, 1);

        StoreException failure = failure(store.put("key", Body.ofFile(file, 0, 17 * MIB), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.DENIED);
        assertThat(failure.ambiguous()).isFalse();
        assertThat(uploadsOf("key")).isZero();
        assertThat(await(store.head("key"))).isEmpty();
    }

    /** S3 may keep a part that is stored while its upload is taken back, until that is asked for again. */
    @Test
    void asksTwiceForAnUploadToBeTakenBack() throws Exception {
        Path file = Files.write(directory.resolve("large"), random(17 * MIB));
        proxy.failWhen(request -> request.query().contains("partNumber=3"), Fault.ERROR_403, 1);

        failure(store.put("key", Body.ofFile(file, 0, 17 * MIB), PutOptions.createOnly()));

        Awaitility.await().until(() -> takenBack() == 2);
    }

    private static long takenBack() {
        return proxy.requests().stream()
                .filter(request -> request.method().equals("DELETE")
                        && request.path().endsWith("/key")
                        && request.query().contains("uploadId="))
                .count();
    }
}
