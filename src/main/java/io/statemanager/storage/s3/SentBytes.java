package io.statemanager.storage.s3;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Bytes in memory as one attempt sends them: in pieces that are copied when the connection asks for them, so that of a large body little
 * is there twice. After {@link #end} the bytes are not looked at any more, whoever still asks: their owner may change them then, and what
 * an attempt that was given up has sent is a part of the body, never something else. Safe for any thread; every subscriber gets all.
 */
final class SentBytes implements Publisher<ByteBuffer> {
    /** A connection asks for up to 16 of these ahead of what it has written. */
    static final int PIECE = 64 * 1024;

    private Buffer bytes;
    private final int length;

    SentBytes(Buffer bytes) {
        this.bytes = bytes;
        this.length = bytes.length();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        Pieces pieces = new Pieces(subscriber);
        subscriber.onSubscribe(pieces);
        pieces.deliver();
    }

    /** The attempt has ended. When this returns, the bytes are not being read and will not be. */
    synchronized void end() {
        bytes = null;
    }

    private synchronized ByteBuffer piece(int from) throws IOException {
        if (bytes == null) {
            throw new IOException("the attempt that sends this body has ended");
        }
        return ByteBuffer.wrap(bytes.getBytes(from, Math.min(length, from + PIECE)));
    }

    /** One reading of all. Whoever asks first delivers for those who ask meanwhile, so what is delivered is one thread's at a time. */
    private final class Pieces implements Subscription {
        private final Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong asked = new AtomicLong();
        private final AtomicInteger deliveries = new AtomicInteger();
        private volatile boolean refused;
        private volatile boolean over;
        private final AtomicInteger at = new AtomicInteger();

        Pieces(Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long more) {
            if (more <= 0) {
                refused = true;
            } else {
                asked.accumulateAndGet(more, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            }
            deliver();
        }

        @Override
        public void cancel() {
            over = true;
        }

        void deliver() {
            if (deliveries.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                while (!over && (refused || at.get() == length || asked.get() > 0)) {
                    next();
                }
                seen = deliveries.addAndGet(-seen);
            } while (seen != 0);
        }

        private void next() {
            if (refused) {
                fail(new IllegalArgumentException("a subscriber asks for at least one piece"));
            } else if (at.get() == length) {
                over = true;
                subscriber.onComplete();
            } else {
                try {
                    ByteBuffer piece = piece(at.get());
                    at.addAndGet(piece.remaining());
                    asked.decrementAndGet();
                    subscriber.onNext(piece);
                } catch (IOException ended) {
                    fail(ended);
                }
            }
        }

        private void fail(Exception why) {
            over = true;
            subscriber.onError(why);
        }
    }
}
