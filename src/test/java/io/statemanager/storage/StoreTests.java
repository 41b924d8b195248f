package io.statemanager.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What tests of stores have in common. */
public final class StoreTests {
    private static final long LIMIT_SECONDS = 120;

    private StoreTests() {}

    /** The result, waited for on the test's thread. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The failure, which must be a store's. */
    public static StoreException failure(Future<?> future) {
        try {
            Object result = await(future);
            throw new AssertionError("succeeded with " + result);
        } catch (StoreException e) {
            return e;
        }
    }

    /** A call made on a Vert.x context of its own. */
    public static <T> Future<T> onContext(Vertx vertx, Supplier<Future<T>> call) {
        Promise<T> result = Promise.promise();
        vertx.getOrCreateContext().runOnContext(v -> call.get().onComplete(result));
        return result.future();
    }

    public static Body body(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String text(GetResult result) {
        return result.body().toString(StandardCharsets.UTF_8);
    }

    /** A stream of these bytes that gives only what is asked for; it fails the test where more is taken than was asked. */
    public static ReadStream<Buffer> stream(Vertx vertx, byte[] bytes, int step) {
        return new BytesStream(vertx, bytes, step);
    }

    private static final class BytesStream implements ReadStream<Buffer> {
        private final Vertx vertx;
        private final byte[] bytes;
        private final int step;
        private Handler<Buffer> handler = b -> {};
        private Handler<Void> endHandler = v -> {};
        private long demand = Long.MAX_VALUE;
        private int position;
        private boolean ended;
        private boolean scheduled;

        BytesStream(Vertx vertx, byte[] bytes, int step) {
            this.vertx = vertx;
            this.bytes = bytes;
            this.step = step;
        }

        private void schedule() {
            if (!scheduled && !ended && demand > 0) {
                scheduled = true;
                vertx.runOnContext(v -> {
                    scheduled = false;
                    give();
                });
            }
        }

        private void give() {
            if (demand == 0 || ended) {
                return;
            }
            if (position == bytes.length) {
                ended = true;
                endHandler.handle(null);
                return;
            }
            int length = Math.min(step, bytes.length - position);
            Buffer part = Buffer.buffer().appendBytes(bytes, position, length);
            position += length;
            demand--;
            assertThat(demand).isNotNegative();
            handler.handle(part);
            schedule();
        }

        @Override
        public ReadStream<Buffer> handler(Handler<Buffer> h) {
            handler = h == null ? b -> {} : h;
            schedule();
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            demand = 0;
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            return fetch(Long.MAX_VALUE);
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
            schedule();
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(Handler<Void> h) {
            endHandler = h;
            return this;
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(Handler<Throwable> h) {
            return this;
        }
    }
}
