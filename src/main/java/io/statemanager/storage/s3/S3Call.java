package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.WriteGate;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * One call of the store's user: what it is about, its permission and its time, which all requests that it takes share. Results of
 * requests arrive on the caller's context.
 */
final class S3Call {

    /** What may be done about a request that failed. */
    enum Effect {
        /** Changes nothing, or the same however often it is done. */
        REPEATABLE,
        /** Not to be sent again once it may have happened. */
        ONCE,
        /** Sent spoilt, to see whether that is noticed; not to be sent again once it is. */
        SPOILT;

        boolean allowsAnother(StoreError failure, boolean mayHaveHappened) {
            return switch (this) {
                case REPEATABLE -> true;
                case ONCE -> !mayHaveHappened;
                case SPOILT -> failure != StoreError.CORRUPT;
            };
        }
    }

    /** Begins a request. */
    interface Sender<A> {
        /**
         * @param size to be told how many bytes the answer has, where that is known only when it begins
         * @return the SDK's own future, which is cancelled where it takes too long
         */
        CompletableFuture<A> send(S3AsyncClient client, LongConsumer size);
    }

    private final S3Engine engine;
    private final ContextInternal context;
    private final S3View view;
    private final String operation;
    private final String key;
    private final WriteGate.Ticket ticket;
    private volatile long deadline;

    /** @param bytes that the whole call carries, for its deadline */
    S3Call(S3Engine engine, S3View view, String operation, String key, WriteGate.Ticket ticket, long bytes) {
        this.engine = engine;
        this.context = (ContextInternal) engine.vertx().getOrCreateContext();
        this.view = view;
        this.operation = operation;
        this.key = key;
        this.ticket = ticket;
        willTransfer(bytes);
    }

    /**
     * Sends one request until it succeeds or repeating it makes no sense any more.
     *
     * @param bytes that it carries
     * @param read turns the answer into the result; what it throws counts as the request's failure
     */
    <A, T> Future<T> request(
            Kind kind,
            Effect effect,
            long bytes,
            Function<S3AsyncClient, CompletableFuture<A>> send,
            Function<A, T> read) {
        return new S3Attempts<A, T>(this, kind, effect, bytes, (client, size) -> send.apply(client), read).next(0);
    }

    /** The same for one that carries a body, which is sent anew at every attempt. */
    <A, T> Future<T> upload(
            Kind kind,
            Effect effect,
            Body body,
            BiFunction<S3AsyncClient, AsyncRequestBody, CompletableFuture<A>> send,
            Function<A, T> read) {
        return request(
                kind,
                effect,
                body.length(),
                client -> S3Sending.of(new S3Body(body), sent -> send.apply(client, sent)),
                read);
    }

    /** The same for an answer whose size is known only when it begins: it gets the time for that then. */
    <A, T> Future<T> download(Sender<A> send, Function<A, T> read) {
        return new S3Attempts<>(this, Kind.GET, Effect.REPEATABLE, 0, send, read).next(0);
    }

    /** A call that undoes what this one leaves behind: with a short time of its own, past queue and gate. */
    S3Call cleanup() {
        S3View urgent = view.with(CallPolicy.urgent(Duration.ofSeconds(10)));
        return new S3Call(engine, urgent, operation, key, WriteGate.Ticket.FREE, 0);
    }

    void sent(long bytes) {
        engine.counters().sent(bytes);
    }

    void received(long bytes) {
        engine.counters().received(bytes);
    }

    /** Counts the call's time anew, for so many bytes. */
    void willTransfer(long bytes) {
        deadline = System.nanoTime() + view.policy().totalFor(bytes).toNanos();
    }

    long nanosLeft() {
        return deadline - System.nanoTime();
    }

    long attemptNanos(long bytes) {
        return view.policy().attemptFor(bytes).toNanos();
    }

    boolean isUrgent() {
        return view.policy().urgent();
    }

    S3Engine engine() {
        return engine;
    }

    ContextInternal context() {
        return context;
    }

    WriteGate.Ticket ticket() {
        return ticket;
    }

    StoreException failure(StoreError error, String reason) {
        return new StoreException(error, operation, key, reason);
    }

    /** What a failed request means for this call. */
    StoreException failure(Throwable cause, StoreError stopped, Kind kind) {
        return S3Faults.of(cause, stopped, operation, key, kind, engine.settings());
    }
}
