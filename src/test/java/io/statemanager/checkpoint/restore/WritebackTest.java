package io.statemanager.checkpoint.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WritebackTest {
    @Test
    void whatCouldNotBeWrittenMeanwhileIsToldThoughTheLastSyncSucceeds() {
        AtomicInteger syncs = new AtomicInteger();
        try (Writeback writeback = new Writeback(
                () -> {
                    if (syncs.getAndIncrement() == 0) {
                        throw new IOException("the disk is broken");
                    }
                },
                Runnable::run)) {
            writeback.begin();

            assertThatThrownBy(writeback::finish).hasMessage("the disk is broken");
        }
        assertThat(syncs).hasValue(2);
    }

    @Test
    void theLastSyncComesAfterTheOneThatIsGoingOn() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Writeback writeback = new Writeback(
                () -> {
                    if (begun.getCount() > 0) {
                        begun.countDown();
                        wait(go);
                        order.add("first");
                    } else {
                        order.add("last");
                    }
                },
                other)) {
            writeback.begin();
            wait(begun);
            writeback.begin();
            Thread release = new Thread(go::countDown);
            release.start();

            writeback.finish();

            release.join();
        } finally {
            other.shutdown();
        }
        assertThat(order).containsExactly("first", "last");
    }

    @Test
    void nobodyWaitsForOneThatEndedInAnyOtherWay() {
        AtomicInteger syncs = new AtomicInteger();
        try (Writeback writeback = new Writeback(
                () -> {
                    if (syncs.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("none left");
                    }
                },
                Runnable::run)) {
            writeback.begin();

            assertThatThrownBy(writeback::finish).hasRootCauseMessage("none left");
        }
    }

    @Test
    void whereNoThreadIsFreeTheLastSyncDoesItAll() throws Exception {
        AtomicInteger syncs = new AtomicInteger();
        try (Writeback writeback = new Writeback(syncs::incrementAndGet, task -> {
            throw new RejectedExecutionException("full");
        })) {
            writeback.begin();

            writeback.finish();
        }
        assertThat(syncs).hasValue(1);
    }

    private static void wait(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(1, TimeUnit.MINUTES)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
