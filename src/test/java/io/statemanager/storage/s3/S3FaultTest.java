package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.Condition;
import io.statemanager.storage.DirectStore;
import io.statemanager.storage.GatedObjectStore;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of calls when the way to the store, or the store itself, fails. */
class S3FaultTest {
    private static final int MIB = 1024 * 1024;

    /** Short enough to wait for, long enough for a loaded machine. */
    private static final CallPolicy SHORT = new CallPolicy(Duration.ofSeconds(2), Duration.ofSeconds(30), false);

    private static Vertx vertx;
    private static S3Server server;
    private static FaultProxy proxy;
    private static S3ObjectStore bare;

    private DirectStore store;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        server = S3Server.start();
        proxy = FaultProxy.inFrontOf(server.endpoint());
        bare = await(S3ObjectStore.open(vertx, settings(proxy.endpoint())));
    }

    @AfterAll
    static void stop() {
        await(bare.close());
        proxy.close();
        server.close();
        await(vertx.close());
    }

    @BeforeEach
    void calm() {
        proxy.healthy();
        proxy.forget();
        server.empty();
        store = new ResolvingObjectStore(vertx, bare).with(SHORT);
    }

    private static S3Settings settings(URI endpoint) {
        return S3Settings.of(
                S3Server.BUCKET,
                Optional.of(endpoint),
                S3Settings.AUTO,
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()));
    }

    // ---- plain calls ----

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {
                "ERROR_500",
                "ERROR_503",
                "ERROR_500_AFTER",
                "RESET_BEFORE",
                "RESET_AFTER",
                "HANG_BEFORE",
                "HANG_AFTER"
            })
    void repeatsWhatMayBeRepeated(Fault fault) {
        long retries = bare.counters().retries(Kind.PUT);
        proxy.failWhen(request -> request.isPut("/key"), fault, 2);
        await(store.put("key", body("content"), PutOptions.overwrite()));
        proxy.failWhen(request -> request.isGet("/key"), fault, 1);
        proxy.failWhen(request -> request.method().equals("HEAD"), fault, 1);
        proxy.failWhen(request -> request.query().contains("list-type"), fault, 1);
        proxy.failWhen(request -> request.method().equals("DELETE"), fault, 1);

        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("content");
        assertThat(await(store.head("key"))).isPresent();
        assertThat(await(store.list("", "", 10)).objects()).hasSize(1);
        await(store.delete(List.of("key")));

        assertThat(await(store.head("key"))).isEmpty();
        assertThat(bare.counters().retries(Kind.PUT) - retries).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"TRUNCATE_BODY", "STALL_BODY"})
    void readsAgainWhatArrivedInPart(Fault fault) throws Exception {
        await(store.put("key", body("0123456789"), PutOptions.overwrite()));
        proxy.failWhen(request -> request.isGet("/key"), fault, 1);
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("0123456789");

        proxy.failWhen(request -> request.isGet("/key"), fault, 1);
        Path file = directory.resolve("file");
        await(store.getToFile("key", Range.of(2, 5), file, 0));
        assertThat(Files.readString(file)).isEqualTo("23456");
    }

    @Test
    void noticesContentThatWasChangedOnTheWay() {
        await(store.put("key", body("0123456789"), PutOptions.createOnly().withNonce("n")));
        proxy.failWhen(request -> request.isGet("/key"), Fault.CORRUPT_BODY, 1);

        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("0123456789");

        assertThat(bare.counters().failures(Kind.GET, StoreError.CORRUPT)).isPositive();
    }

    @Test
    void endsAtItsDeadlineWhateverHappens() {
        CallPolicy little = new CallPolicy(Duration.ofMillis(300), Duration.ofMillis(900), false);
        proxy.failWhen(request -> true, Fault.HANG_BEFORE, Integer.MAX_VALUE);

        StoreException get = failure(store.with(little).get("key", Range.all()));
        StoreException put = failure(store.with(little).put("key", body("x"), PutOptions.overwrite()));
        StoreException once = failure(store.with(little).put("key", body("x"), PutOptions.createOnly()));

        assertThat(get.error()).isEqualTo(StoreError.TIMEOUT);
        assertThat(get.ambiguous()).isFalse();
        assertThat(put.error()).isEqualTo(StoreError.TIMEOUT);
        assertThat(put.ambiguous()).isTrue();
        assertThat(once.error()).isEqualTo(StoreError.TIMEOUT);
        assertThat(once.ambiguous()).isTrue();
    }

    @Test
    void doesNotRepeatWhatIsDenied() {
        proxy.failWhen(request -> true, Fault.ERROR_403, 1);

        StoreException failure = failure(store.put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.DENIED);
        assertThat(failure.ambiguous()).isFalse();
        assertThat(proxy.requests()).hasSize(1);
    }

    // ---- conditional writes whose answer is lost ----

    @Test
    void leavesALostConditionalWriteWithoutNonceToItsCaller() {
        proxy.failNext(Fault.RESET_AFTER);

        StoreException failure = failure(store.put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.ambiguous()).isTrue();
        assertThat(failure.error()).isEqualTo(StoreError.UNREACHABLE);
        assertThat(proxy.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {
                "ERROR_500",
                "ERROR_503",
                "ERROR_500_AFTER",
                "RESET_BEFORE",
                "RESET_AFTER",
                "HANG_BEFORE",
                "HANG_AFTER"
            })
    void resolvesALostConditionalWriteByItsNonce(Fault fault) {
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

    // ---- uploads in parts ----

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

    // ---- the gate ----

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
        Awaitility.await()
                .until(() -> proxy.requests().stream()
                        .anyMatch(request -> request.method().equals("DELETE")
                                && request.query().contains("uploadId=")));
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

    // ---- the place ----

    @Test
    void saysThatNothingListensThere() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        S3ObjectStore nowhere = await(S3ObjectStore.open(vertx, settings(URI.create("http://127.0.0.1:" + port))));

        StoreException failure = failure(
                nowhere.with(CallPolicy.urgent(Duration.ofSeconds(3))).put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.UNREACHABLE);
        assertThat(failure.ambiguous()).isFalse();
        assertThat(failure).hasMessageContaining("127.0.0.1:" + port).hasMessageContaining("accepts no connection");
        assertThat(failure.hint()).isNotEmpty();
        await(nowhere.close());
    }

    @Test
    void saysThatCredentialsAreWrongWithoutShowingThem() {
        S3Settings wrong = S3Settings.of(
                S3Server.BUCKET,
                Optional.of(proxy.endpoint()),
                S3Settings.AUTO,
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, "not-the-secret", Optional.empty()));
        S3ObjectStore denied = await(S3ObjectStore.open(vertx, wrong));

        StoreException failure = failure(denied.get("key", Range.all()));
        assertThat(failure.error()).isEqualTo(StoreError.DENIED);
        assertThat(failure.hint()).contains("secret key");
        assertThat(failure.getMessage() + failure.hint() + wrong).doesNotContain("not-the-secret");

        await(denied.changeCredentials(
                new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty())));
        assertThat(failure(denied.get("key", Range.all())).error()).isEqualTo(StoreError.NOT_FOUND);
        await(denied.close());
    }

    @Test
    void saysThatTheBucketIsMissing() {
        S3ObjectStore absent = await(S3ObjectStore.open(
                vertx,
                S3Settings.of(
                        "no-such-bucket",
                        Optional.of(server.endpoint()),
                        S3Settings.AUTO,
                        new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()))));

        StoreException failure = failure(absent.put("key", body("x"), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.NO_BUCKET);
        assertThat(failure).hasMessageContaining("no-such-bucket");
        await(absent.close());
    }

    // ---- the queue ----

    @Test
    void urgentCallsDoNotWaitBehindOthers() {
        S3ObjectStore narrow =
                await(S3ObjectStore.open(vertx, settings(proxy.endpoint()).withConcurrency(1)));
        await(narrow.put("key", body("x"), PutOptions.overwrite()));
        proxy.failWhen(request -> request.isGet("/hangs"), Fault.HANG_BEFORE, Integer.MAX_VALUE);
        Future<?> hangs = narrow.with(SHORT).get("hangs", Range.all());
        Awaitility.await().until(() -> proxy.requests().stream().anyMatch(r -> r.isGet("/hangs")));
        CallPolicy little = new CallPolicy(Duration.ofMillis(500), Duration.ofMillis(500), false);

        StoreException waited = failure(narrow.with(little).get("key", Range.all()));
        assertThat(text(await(
                        narrow.with(CallPolicy.urgent(Duration.ofSeconds(20))).get("key", Range.all()))))
                .isEqualTo("x");

        assertThat(waited.error()).isEqualTo(StoreError.TIMEOUT);
        await(narrow.close());
        assertThat(failure(hangs).error()).isEqualTo(StoreError.CLOSED);
        assertThat(failure(narrow.head("key")).error()).isEqualTo(StoreError.CLOSED);
    }

    private static long uploadsOf(String key) {
        return server.blobs().listMultipartUploads(S3Server.BUCKET).stream()
                .filter(upload -> upload.key().equals(key))
                .count();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
