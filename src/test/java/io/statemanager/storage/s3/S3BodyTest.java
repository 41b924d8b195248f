package io.statemanager.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.support.S3Server;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** How much of a body is in memory a second time, and until when it is read. */
class S3BodyTest {
    private static final int MIB = 1024 * 1024;

    /** What a connection asks for ahead of what it has written. */
    private static final int AHEAD = 16;

    @TempDir
    Path directory;

    /** Keeps what it gets. */
    private static final class Reader implements Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream got = new ByteArrayOutputStream();
        private Subscription subscription;
        private Throwable failure;
        private int completions;

        @Override
        public void onSubscribe(Subscription to) {
            subscription = to;
        }

        @Override
        public void onNext(ByteBuffer piece) {
            while (piece.hasRemaining()) {
                got.write(piece.get());
            }
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
        }

        @Override
        public void onComplete() {
            completions++;
        }

        Reader of(S3Body body) {
            body.subscribe(this);
            return this;
        }
    }

    @Test
    void copiesNoMoreThanIsAskedFor() {
        byte[] bytes = S3FaultFixture.random(MIB + 7);
        Reader reader = new Reader().of(new S3Body(Body.of(bytes)));

        assertThat(reader.got.size()).isZero();
        reader.subscription.request(3);
        assertThat(reader.got.size()).isEqualTo(3 * SentBytes.PIECE);
        assertThat(reader.completions).isZero();
        reader.subscription.request(Long.MAX_VALUE);
        reader.subscription.request(Long.MAX_VALUE);

        assertThat(reader.got.toByteArray()).isEqualTo(bytes);
        assertThat(reader.completions).isOne();
    }

    @Test
    void anEmptyBodyEndsWithoutBeingAsked() {
        assertThat(new Reader().of(new S3Body(Body.of(new byte[0]))).completions)
                .isOne();
    }

    @Test
    void whatHasEndedIsNotReadAnyMoreAndWasNeverSomethingElse() {
        byte[] bytes = S3FaultFixture.random(4 * SentBytes.PIECE);
        byte[] asTheyWere = bytes.clone();
        S3Body body = new S3Body(Body.of(Buffers.wrap(ByteBuffer.wrap(bytes))));
        S3Body again = new S3Body(Body.of(asTheyWere));
        Reader reader = new Reader().of(body);
        reader.subscription.request(2);

        body.close();
        Arrays.fill(bytes, (byte) 0);
        reader.subscription.request(2);

        assertThat(reader.failure).isInstanceOf(IOException.class);
        assertThat(reader.completions).isZero();
        assertThat(reader.got.toByteArray()).isEqualTo(Arrays.copyOf(asTheyWere, 2 * SentBytes.PIECE));
        Reader another = new Reader().of(again);
        another.subscription.request(4);
        assertThat(another.got.toByteArray()).isEqualTo(asTheyWere);
    }

    @Test
    void whoeverLearnsOfAnEndFindsTheBodyReleased() {
        for (boolean cancelled : new boolean[] {true, false}) {
            S3Body body = new S3Body(Body.of(new byte[4 * SentBytes.PIECE]));
            Reader reader = new Reader().of(body);
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<String> sending = S3Sending.of(body, sent -> answer);
            CompletableFuture<Throwable> seen = new CompletableFuture<>();
            CompletableFuture<?> told = sending.whenComplete((value, failure) -> {
                reader.subscription.request(1);
                seen.complete(reader.failure);
            });

            if (cancelled) {
                sending.cancel(true);
                assertThat(answer).isCancelled();
            } else {
                answer.complete("stored");
                assertThat(sending).isCompletedWithValue("stored");
            }

            assertThat(told).isDone();
            assertThat(seen).isCompletedWithValueMatching(failure -> failure instanceof IOException);
        }
    }

    /** Counts what is asked of it and not delivered yet, and who reads it. */
    private static final class Counted extends S3Body {
        private final AtomicInteger subscribers = new AtomicInteger();
        private final AtomicLong most = new AtomicLong();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        Counted(Body body) {
            super(body);
        }

        @Override
        InputStream content() {
            opened.incrementAndGet();
            return new FilterInputStream(super.content()) {
                @Override
                public void close() throws IOException {
                    closed.incrementAndGet();
                    super.close();
                }
            };
        }

        @Override
        public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
            subscribers.incrementAndGet();
            AtomicLong ahead = new AtomicLong();
            super.subscribe(new Subscriber<>() {
                @Override
                public void onSubscribe(Subscription to) {
                    subscriber.onSubscribe(new Subscription() {
                        @Override
                        public void request(long more) {
                            most.accumulateAndGet(ahead.addAndGet(more), Math::max);
                            to.request(more);
                        }

                        @Override
                        public void cancel() {
                            to.cancel();
                        }
                    });
                }

                @Override
                public void onNext(ByteBuffer piece) {
                    ahead.decrementAndGet();
                    subscriber.onNext(piece);
                }

                @Override
                public void onError(Throwable why) {
                    subscriber.onError(why);
                }

                @Override
                public void onComplete() {
                    subscriber.onComplete();
                }
            });
        }
    }

    @Test
    void onlyTheConnectionReadsABodyAndLittleAhead() throws Exception {
        byte[] bytes = S3FaultFixture.random(16 * MIB);
        Path file = Files.write(directory.resolve("file"), bytes);
        try (S3Server server = S3Server.start()) {
            S3Connection connection = S3Connection.open(S3FaultFixture.settings(server.endpoint()));
            try {
                for (Body body : new Body[] {Body.of(bytes), Body.ofFile(file, 0, bytes.length)}) {
                    Counted counted = new Counted(body);

                    byte[] stored = roundTrip(connection.client(), counted);

                    assertThat(Arrays.equals(stored, bytes)).isTrue();
                    assertThat(counted.subscribers.get()).isOne();
                    assertThat(counted.most.get()).isBetween(1L, (long) AHEAD);
                    assertThat(counted.opened.get()).as("read for its hash").isOne();
                    assertThat(counted.closed.get()).isOne();
                }
            } finally {
                connection.close();
            }
        }
    }

    private static byte[] roundTrip(S3AsyncClient client, S3Body body) throws Exception {
        client.putObject(
                        put -> put.bucket(S3Server.BUCKET)
                                .key("key")
                                .contentLength(body.contentLength().orElseThrow()),
                        body)
                .get(60, TimeUnit.SECONDS);
        return client.getObject(get -> get.bucket(S3Server.BUCKET).key("key"), AsyncResponseTransformer.toBytes())
                .get(60, TimeUnit.SECONDS)
                .asByteArrayUnsafe();
    }

    @Test
    void readsAFilesRangeAtOnceAndNoMore() throws Exception {
        byte[] bytes = S3FaultFixture.random(3 * SentBytes.PIECE);
        Path file = Files.write(directory.resolve("range"), bytes);

        byte[] got =
                new S3Body(Body.ofFile(file, 5, bytes.length - 9)).content().readAllBytes();

        assertThat(got).isEqualTo(Arrays.copyOfRange(bytes, 5, bytes.length - 4));
    }
}
