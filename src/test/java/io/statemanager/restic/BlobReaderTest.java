package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobReaderTest {

    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final MemoryBackend backend = new MemoryBackend();
    private final List<BlobHandle> blobs = new ArrayList<>();
    private Repository repository;

    @BeforeEach
    void fill() throws IOException {
        repository = TestRepository.create(backend, 2);
        try (BlobWriter writer = repository.newWriter(new WriterOptions(1 << 20, 1, 2, false), executor)) {
            for (int i = 0; i < 500; i++) {
                blobs.add(new BlobHandle(
                        BlobType.DATA, writer.save(BlobType.DATA, content(i)).id()));
            }
            writer.flush();
        }
    }

    @AfterEach
    void close() {
        repository.close();
        executor.shutdownNow();
    }

    private static byte[] content(int i) {
        return i % 2 == 0 ? Samples.random(i, 10_000 + i) : Samples.text(i, 20_000 + i);
    }

    private Map<BlobHandle, byte[]> read(ReaderOptions options, List<BlobHandle> wanted) throws IOException {
        Map<BlobHandle, byte[]> read = new ConcurrentHashMap<>();
        repository.newReader(options, executor).read(wanted, (blob, buffer, offset, length) -> {
            assertThat(read.put(blob, Arrays.copyOfRange(buffer, offset, offset + length)))
                    .isNull();
        });
        return read;
    }

    @Test
    void everything_wanted_comes_once_and_in_few_requests() throws IOException {
        List<BlobHandle> shuffled = new ArrayList<>(blobs);
        Collections.shuffle(shuffled, new Random(1));
        int before = backend.reads.get();

        Map<BlobHandle, byte[]> read = read(ReaderOptions.DEFAULT, shuffled);

        assertThat(read).hasSize(500);
        for (int i = 0; i < 500; i++) {
            assertThat(read.get(blobs.get(i))).isEqualTo(content(i));
        }
        assertThat(backend.reads.get() - before)
                .isEqualTo(repository.index().packs().size());
    }

    @Test
    void gaps_and_ranges_have_limits() throws IOException {
        List<BlobHandle> some = new ArrayList<>();
        for (int i = 0; i < 500; i += 10) {
            some.add(blobs.get(i));
        }
        int before = backend.reads.get();
        assertThat(read(new ReaderOptions(2, 8 << 20, 0), some)).hasSize(50);
        assertThat(backend.reads.get() - before).as("one request each").isEqualTo(50);

        before = backend.reads.get();
        assertThat(read(new ReaderOptions(2, 300_000, 1 << 20), some)).hasSize(50);
        assertThat(backend.reads.get() - before).isBetween(5, 49);
    }

    @Test
    void one_thread_is_enough() throws IOException {
        executor.shutdown();

        assertThat(read(ReaderOptions.DEFAULT, blobs)).hasSize(500);
        assertThat(read(ReaderOptions.DEFAULT, List.of())).isEmpty();
    }

    @Test
    void a_failing_consumer_ends_the_read() {
        assertThatThrownBy(() -> repository
                        .newReader(ReaderOptions.DEFAULT, executor)
                        .read(blobs, (blob, buffer, offset, length) -> {
                            throw new IOException("disk full");
                        }))
                .hasMessage("disk full");
    }

    @Test
    void an_unknown_blob_is_missing() {
        BlobHandle unknown = new BlobHandle(BlobType.DATA, Id.hashOf(new byte[] {5}));

        assertThatThrownBy(() -> read(ReaderOptions.DEFAULT, List.of(unknown)))
                .isInstanceOf(MissingObject.class)
                .hasMessageContaining(unknown.toString());
        assertThatThrownBy(() -> repository.loadBlob(unknown)).isInstanceOf(MissingObject.class);
    }

    @Test
    void a_damaged_copy_is_replaced_by_another_one() throws IOException {
        repository.index().avoid(repository.index().packs());
        try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            for (int i = 0; i < 250; i++) {
                writer.save(BlobType.DATA, content(i));
            }
            writer.flush();
        }
        // All that the first packs hold is damaged or gone; the second copies are whole.
        Id first = repository.index().find(blobs.get(0)).orElseThrow().pack();
        Id second = repository.index().find(blobs.get(100)).orElseThrow().pack();
        Arrays.fill(backend.objects.get(FileType.PACK.path(first.toString())), (byte) 0);
        backend.remove(FileType.PACK, second.toString());

        Map<BlobHandle, byte[]> read = read(ReaderOptions.DEFAULT, blobs.subList(0, 250));

        assertThat(read).hasSize(250);
        read.forEach((blob, bytes) -> assertThat(Id.hashOf(bytes)).isEqualTo(blob.id()));
        assertThat(repository.loadBlob(blobs.get(0))).isEqualTo(content(0));
    }

    @Test
    void trees_come_parsed_whatever_their_size() throws IOException {
        List<Id> trees = new ArrayList<>();
        try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            for (int size : new int[] {0, 1, 10, 7000}) {
                TreeBuilder tree = writer.newTree();
                for (int i = 0; i < size; i++) {
                    tree.add(Node.builder(RawString.of(String.format("%06d", i)), NodeType.FIFO)
                            .build());
                }
                trees.add(tree.save().id());
            }
            writer.flush();
        }
        Map<Id, Integer> counts = new ConcurrentHashMap<>();
        repository.newReader(ReaderOptions.DEFAULT, executor).readTrees(trees, (tree, reader) -> {
            int count = 0;
            while (reader.next() != null) {
                count++;
            }
            counts.put(tree, count);
        });

        assertThat(trees).extracting(counts::get).containsExactly(0, 1, 10, 7000);
    }
}
