package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A writer whose store fails, is slow or gone. */
class BlobWriterFailureTest {

    private static final WriterOptions SMALL_PACKS = new WriterOptions(256 * 1024, 1, 2, true);

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final MemoryBackend backend = new MemoryBackend();
    private Repository repository;

    @BeforeEach
    void create() throws IOException {
        repository = TestRepository.create(backend, 2);
    }

    @AfterEach
    void close() {
        repository.close();
        executor.shutdownNow();
    }

    @Test
    void a_failed_upload_breaks_the_writer_and_indexes_nothing() throws IOException {
        backend.gate = type -> {
            if (type == FileType.PACK) {
                throw new IOException("the store is full");
            }
        };
        BlobWriter writer = repository.newWriter(SMALL_PACKS, executor);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        writer.save(BlobType.DATA, Samples.random(i, 50_000));
                    }
                    writer.flush();
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the store is full");
        backend.gate = type -> {};
        assertThatThrownBy(() -> writer.save(BlobType.DATA, new byte[1])).hasMessageContaining("the store is full");
        assertThatThrownBy(writer::flush).hasMessageContaining("the store is full");
        writer.close();

        assertThat(repository.index().size()).isZero();
        assertThat(backend.list(FileType.INDEX)).isEmpty();
        try (BlobWriter another = repository.newWriter(SMALL_PACKS, executor)) {
            another.save(BlobType.DATA, Samples.random(0, 50_000));
            assertThat(another.flush().dataBlobs()).isEqualTo(1);
        }
    }

    @Test
    void a_failed_index_breaks_the_writer() throws IOException {
        backend.gate = type -> {
            if (type == FileType.INDEX) {
                throw new IOException("lost");
            }
        };
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, executor)) {
            writer.save(BlobType.DATA, Samples.random(0, 50_000));

            assertThatThrownBy(writer::flush).hasMessageContaining("lost");
            assertThat(repository.index().size()).isZero();
            backend.gate = type -> {};
            assertThatThrownBy(writer::flush).hasMessageContaining("lost");
        }
    }

    @Test
    void writers_wait_where_too_many_packs_are_on_their_way() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        backend.gate = type -> {
            most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            try {
                open.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                waiting.decrementAndGet();
            }
        };
        AtomicInteger brought = new AtomicInteger();
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, executor)) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    try {
                        writer.save(BlobType.DATA, Samples.random(i, 100_000));
                    } catch (IOException e) {
                        return;
                    }
                    brought.incrementAndGet();
                }
            });
            caller.start();
            org.awaitility.Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);

            // Two packs of three blobs are on their way, a third one waits to be.
            assertThat(brought.get()).isBetween(6, 9);
            open.countDown();
            caller.join();
            assertThat(brought).hasValue(100);
            writer.flush();
            assertThat(most.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void one_upload_at_a_time_is_enough_even_where_a_blob_fills_two_packs() throws IOException {
        WriterOptions single = new WriterOptions(WriterOptions.MAX_PACK, 1, 1, false);
        try (BlobWriter writer = repository.newWriter(single, executor)) {
            writer.save(BlobType.DATA, Samples.random(1, 1000));
            writer.save(BlobType.DATA, Samples.random(2, 20_000_000));
            writer.save(BlobType.DATA, Samples.random(3, 20_000_000));

            assertThat(writer.flush().packs()).hasSize(3);
        }
    }

    @Test
    void an_executor_that_refuses_is_a_failure_and_no_hang() {
        ExecutorService shut = Executors.newSingleThreadExecutor();
        shut.shutdown();
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, shut)) {
            assertThatThrownBy(() -> {
                        writer.save(BlobType.DATA, new byte[10]);
                        writer.flush();
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_closed_writer_takes_nothing() throws IOException {
        BlobWriter writer = repository.newWriter(SMALL_PACKS, executor);
        writer.save(BlobType.DATA, new byte[10]);
        writer.close();

        assertThatThrownBy(() -> writer.save(BlobType.DATA, new byte[11])).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::flush).isInstanceOf(IOException.class);
        assertThat(backend.list(FileType.PACK)).isEmpty();
    }
}
