package io.statemanager.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * A Vert.x instance for one test, which fails when an event loop was blocked: register it with {@code @RegisterExtension}. The limit is two
 * seconds, far above what two shared cores may take from an innocent loop, far below what a forgotten blocking call costs.
 */
public final class VertxFixture implements BeforeEachCallback, AfterEachCallback {
    private static final String CHECKER = "io.vertx.core.impl.BlockedThreadChecker";
    private static final long LIMIT_SECONDS = 60;

    private Vertx vertx;
    private ListAppender<ILoggingEvent> warnings;

    @Override
    public void beforeEach(ExtensionContext context) {
        warnings = new ListAppender<>();
        warnings.start();
        checker().addAppender(warnings);
        vertx = Vertx.vertx(new VertxOptions()
                .setBlockedThreadCheckInterval(200)
                .setMaxEventLoopExecuteTime(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        await(vertx.close());
        checker().detachAppender(warnings);
        if (!warnings.list.isEmpty()) {
            throw new AssertionError(
                    "an event loop was blocked: " + warnings.list.get(0).getFormattedMessage());
        }
    }

    /** The instance of the running test. */
    public Vertx vertx() {
        return vertx;
    }

    /** Waits on the test's own thread, with a limit. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static Logger checker() {
        return (Logger) LoggerFactory.getLogger(CHECKER);
    }
}
