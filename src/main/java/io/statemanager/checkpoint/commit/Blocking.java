package io.statemanager.checkpoint.commit;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits on a worker thread for what happens elsewhere. The store ends every call by its own deadline; the limit here only catches one
 * that breaks that promise. Failures are thrown as they are where they are unchecked, as all of ours and the store's are.
 */
public final class Blocking {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private Blocking() {}

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.of(FailureCode.UNAVAILABLE, "interrupted while waiting for the store", e);
        } catch (TimeoutException e) {
            throw CommandException.of(FailureCode.TIMEOUT, "the store did not answer", e);
        }
    }
}
