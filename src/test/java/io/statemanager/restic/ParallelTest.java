package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelTest {

    private final ExecutorService executor = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void each_item_is_done_once() throws IOException {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());

        Parallel.forEach(executor, 4, IntStream.range(0, 1000).iterator(), done::add);

        assertThat(done).hasSize(1000).doesNotHaveDuplicates();
    }

    /** A stream's iterator takes an item when it is asked whether there is one: two threads that ask at once lose one. */
    @Test
    void the_iterator_is_one_threads_at_a_time() throws IOException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Iterator<Integer> items = IntStream.range(0, 300).iterator();
        Iterator<Integer> watched = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return alone(items::hasNext);
            }

            @Override
            public Integer next() {
                return alone(items::next);
            }

            private <T> T alone(Supplier<T> look) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                // Long enough for the others to come in, if they may.
                IntStream.range(0, 5000).forEach(i -> Thread.onSpinWait());
                T seen = look.get();
                inside.decrementAndGet();
                return seen;
            }
        };

        Parallel.forEach(executor, 100, watched, item -> {});

        assertThat(most).hasValue(1);
    }

    @Test
    void so_many_run_at_once_as_allowed() throws IOException {
        CountDownLatch together = new CountDownLatch(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Parallel.forEach(executor, 3, IntStream.range(0, 50).iterator(), item -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            try {
                assertThat(together.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            running.decrementAndGet();
        });

        assertThat(most).hasValue(3);
    }

    @Test
    void it_goes_on_where_the_executor_has_no_thread() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        try {
            AtomicInteger done = new AtomicInteger();
            single.submit(() -> {
                        Parallel.forEach(single, 4, IntStream.range(0, 10).iterator(), item -> done.incrementAndGet());
                        return null;
                    })
                    .get(1, TimeUnit.MINUTES);
            assertThat(done).hasValue(10);
        } finally {
            single.shutdownNow();
        }
    }

    @Test
    void the_first_failure_ends_it_and_is_thrown() {
        AtomicInteger done = new AtomicInteger();

        assertThatThrownBy(() -> Parallel.forEach(
                        executor, 3, IntStream.range(0, 100_000).iterator(), item -> {
                            done.incrementAndGet();
                            throw new IOException("no " + Thread.currentThread().isDaemon());
                        }))
                .isInstanceOf(IOException.class);
        assertThat(done.get()).isLessThan(10);
        assertThatThrownBy(() -> Parallel.forEach(executor, 3, List.of(1).iterator(), item -> {
                    throw new IllegalStateException("odd");
                }))
                .isInstanceOf(IllegalStateException.class);
    }
}
