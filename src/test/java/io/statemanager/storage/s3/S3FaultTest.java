package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.ListPage;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What becomes of calls when the way to the store, or the store itself, fails. */
class S3FaultTest extends S3FaultFixture {

    @ParameterizedTest
    @MethodSource("onTheWay")
    void repeatsWhatMayBeRepeated(Fault fault) {
        hurryIfSilent(fault);
        long retries = bare.counters().retries(Kind.PUT);
        proxy.failWhen(request -> request.isPut("/key"), fault, 2);
        await(store.put("key", body("content"), PutOptions.overwrite()));
        proxy.failWhen(request -> request.isGet("/key"), fault, 1);
        proxy.failWhen(request -> request.method().equals("HEAD"), fault, 1);
        proxy.failWhen(request -> request.query().contains("list-type"), fault, 1);
        proxy.failWhen(request -> request.method().equals("DELETE"), fault, 1);

        Future<GetResult> got = store.get("key", Range.all());
        Future<Optional<ObjectInfo>> found = store.head("key");
        Future<ListPage> listed = store.list("", "", 10);

        assertThat(text(await(got))).isEqualTo("content");
        assertThat(await(found)).isPresent();
        assertThat(await(listed).objects()).hasSize(1);
        await(store.delete(List.of("key")));
        assertThat(await(store.head("key"))).isEmpty();
        assertThat(bare.counters().retries(Kind.PUT) - retries).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"TRUNCATE_BODY", "STALL_BODY"})
    void readsAgainWhatArrivedInPart(Fault fault) throws Exception {
        hurryIfSilent(fault);
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

    @Test
    void saysThatNothingListensThere() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        S3ObjectStore nowhere = await(S3ObjectStore.open(vertx, settings(URI.create("http://127.0.0.1:" + port))));

        // Where the deadline falls into an attempt, that one had no answer in time; so it is asked until it falls
        // between two.
        StoreException failure = null;
        for (int ask = 0; ask < 20 && (failure == null || failure.error() == StoreError.TIMEOUT); ask++) {
            failure = failure(nowhere.with(CallPolicy.urgent(Duration.ofMillis(1500 + 37L * ask)))
                    .put("key", body("x"), PutOptions.createOnly()));
        }

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

    static Stream<Arguments> withoutAnAnswer() {
        return Stream.of(
                arguments(new UnknownHostException("storage.invalid"), "the name of", "names (DNS)"),
                arguments(
                        new ConnectException("Connection refused: /10.0.0.1:9000"), "(refused)", "that the store runs"),
                arguments(
                        new ConnectException("connection timed out: /10.0.0.1:9000"),
                        "no connection in time",
                        "firewall"),
                arguments(new NoRouteToHostException("No route to host"), "no way leads to", "network connection"),
                arguments(
                        new SSLHandshakeException("PKIX path building failed: sun.security.provider.certpath"
                                + ".SunCertPathBuilderException: unable to find valid certification path"),
                        "signed by nobody whom this machine trusts",
                        "trust store"),
                arguments(
                        new SSLHandshakeException("No subject alternative names matching IP address 10.0.0.1 found"),
                        "its certificate is another host's",
                        "storage.endpoint"),
                arguments(
                        new SSLException("not an SSL/TLS record: 485454502f312e31"),
                        "it does not speak TLS",
                        "http://"),
                arguments(
                        new SSLHandshakeException("Received fatal alert: bad_certificate"),
                        "bad_certificate",
                        "scheme"),
                arguments(new TimeoutException(), "fell silent", ""),
                arguments(new EOFException("the body ended"), "was lost", ""),
                arguments(new IllegalStateException(new ArithmeticException("/ by zero")), "failed: ", ""));
    }

    @ParameterizedTest
    @MethodSource("withoutAnAnswer")
    void saysInWordsWhyNoAnswerCame(Throwable cause, String reason, String hint) {
        Throwable wrapped = new CompletionException(
                SdkClientException.create("Unable to execute HTTP request: " + cause, new RuntimeException(cause)));

        StoreException failure =
                S3Faults.of(wrapped, null, "list", "default/lease.json", Kind.LIST, settings(proxy.endpoint()));

        assertThat(failure).hasMessageStartingWith("list default/lease.json: ").hasMessageContaining(reason);
        assertThat(failure.hint()).contains(hint);
        assertThat(failure.getMessage() + failure.hint())
                .doesNotContain("Exception")
                .doesNotContain("null");
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

    @Test
    void closesAlsoAfterItsVertxHasBeenClosed() {
        Vertx own = Vertx.vertx();
        S3ObjectStore left = await(S3ObjectStore.open(own, settings(proxy.endpoint())));
        await(own.close());

        await(left.close());
    }

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
}
