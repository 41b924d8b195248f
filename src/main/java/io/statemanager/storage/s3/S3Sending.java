package io.statemanager.storage.s3;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * One attempt that carries a body. However it ends, nobody reads the body any more before anybody learns of the end: the SDK completes a
 * cancelled request at once, while its connection may still be taking from the body.
 */
final class S3Sending<A> extends CompletableFuture<A> {
    private final S3Body body;
    private final CompletableFuture<A> answer;

    private S3Sending(S3Body body, CompletableFuture<A> answer) {
        this.body = body;
        this.answer = answer;
    }

    /** Begins; where that fails, nothing reads the body either. What follows the answer cannot fail unseen: {@code end} tells the result. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static <A> CompletableFuture<A> of(S3Body body, Function<AsyncRequestBody, CompletableFuture<A>> send) {
        S3Sending<A> sending;
        try {
            sending = new S3Sending<>(body, send.apply(body));
        } catch (RuntimeException refused) {
            body.close();
            throw refused;
        }
        sending.answer.whenComplete(sending::end);
        return sending;
    }

    private void end(A value, Throwable failure) {
        body.close();
        if (failure == null) {
            complete(value);
        } else {
            completeExceptionally(failure);
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        body.close();
        answer.cancel(mayInterrupt);
        return super.cancel(mayInterrupt);
    }
}
