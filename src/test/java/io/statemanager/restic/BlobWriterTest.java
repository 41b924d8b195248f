package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobWriterTest {

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

    private BlobHandle data(Id id) {
        return new BlobHandle(BlobType.DATA, id);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void blobs_of_any_size_come_back_in_both_versions(int version) throws IOException {
        MemoryBackend own = new MemoryBackend();
        try (Repository versioned = TestRepository.create(own, version);
                BlobWriter writer = versioned.newWriter(SMALL_PACKS, executor)) {
            List<byte[]> blobs = new ArrayList<>();
            for (int length : new int[] {0, 1, 100, 65_536, 1_000_000, 1_200_000, Chunker.MAX_SIZE}) {
                blobs.add(Samples.text(length, length));
                blobs.add(Samples.random(length, length));
            }
            for (byte[] blob : blobs) {
                writer.save(BlobType.DATA, blob);
                writer.save(BlobType.TREE, blob);
            }
            writer.flush();

            try (Repository reopened = Repository.open(own, TestRepository.KEY)) {
                reopened.loadIndex(executor);
                for (byte[] blob : blobs) {
                    assertThat(reopened.loadBlob(data(Id.hashOf(blob)))).isEqualTo(blob);
                    assertThat(reopened.loadBlob(new BlobHandle(BlobType.TREE, Id.hashOf(blob))))
                            .isEqualTo(blob);
                }
                assertThat(reopened.index().size())
                        .as("the two empty blobs are one")
                        .isEqualTo(2 * blobs.size() - 2);
            }
        }
    }

    @Test
    void a_pack_never_exceeds_sixteen_mebibytes_and_lists_itself() throws IOException {
        WriterOptions largest = new WriterOptions(WriterOptions.MAX_PACK, 1, 2, false);
        try (BlobWriter writer = repository.newWriter(largest, executor)) {
            for (int i = 0; i < 12; i++) {
                writer.save(BlobType.DATA, Samples.random(i, 5_000_000 + i));
            }
            WriteReceipt receipt = writer.flush();

            assertThat(receipt.packs()).hasSizeBetween(4, 5);
            try (CodecPool pool = new CodecPool(TestRepository.KEY);
                    Codec codec = pool.take()) {
                for (FileInfo pack : backend.list(FileType.PACK)) {
                    assertThat(pack.size()).isLessThanOrEqualTo(WriterOptions.MAX_PACK);
                    byte[] bytes = backend.load(FileType.PACK, pack.name());
                    assertThat(Id.hashOf(bytes)).hasToString(pack.name());
                    for (PackedBlob blob : PackHeader.read(codec, Id.parse(pack.name()), bytes, bytes.length)) {
                        assertThat(repository.index().find(blob.handle())).contains(blob);
                    }
                }
            }
        }
    }

    @Test
    void only_a_blob_alone_makes_a_pack_much_larger_than_usual() throws IOException {
        try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            for (int i = 0; i < 8; i++) {
                writer.save(BlobType.DATA, Samples.random(i, 5_000_000));
            }
            writer.flush();

            assertThat(backend.list(FileType.PACK)).hasSize(8).allMatch(pack -> pack.size() < 5_100_000);
        }
    }

    @Test
    void trees_and_data_lie_in_packs_of_their_own_and_the_index_comes_last() throws IOException {
        int before = backend.savedCount();
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, executor)) {
            for (int i = 0; i < 50; i++) {
                writer.save(i % 2 == 0 ? BlobType.DATA : BlobType.TREE, Samples.random(i, 60_000));
            }
            assertThat(repository.index().size())
                    .as("nothing is known before it is indexed")
                    .isZero();
            writer.flush();
        }

        List<FileType> order = backend.savedSince(before);
        assertThat(order.get(order.size() - 1)).isEqualTo(FileType.INDEX);
        assertThat(order.subList(0, order.size() - 1))
                .containsOnly(FileType.PACK)
                .hasSizeGreaterThan(8);
        Set<Id> dataPacks = new HashSet<>();
        Set<Id> treePacks = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            BlobType type = i % 2 == 0 ? BlobType.DATA : BlobType.TREE;
            Id pack = repository
                    .index()
                    .find(new BlobHandle(type, Id.hashOf(Samples.random(i, 60_000))))
                    .orElseThrow()
                    .pack();
            (type == BlobType.DATA ? dataPacks : treePacks).add(pack);
        }
        assertThat(dataPacks).doesNotContainAnyElementsOf(treePacks);
    }

    @Test
    void many_threads_store_each_blob_once() throws Exception {
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, executor)) {
            AtomicInteger fresh = new AtomicInteger();
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                tasks.add(() -> {
                    for (int i = 0; i < 400; i++) {
                        fresh.addAndGet(
                                writer.save(BlobType.DATA, Samples.random(i, 3000))
                                                .isNew()
                                        ? 1
                                        : 0);
                    }
                    return null;
                });
            }
            ExecutorService callers = Executors.newFixedThreadPool(3);
            try {
                for (Future<Void> done : callers.invokeAll(tasks)) {
                    done.get(1, TimeUnit.MINUTES);
                }
            } finally {
                callers.shutdownNow();
            }
            WriteReceipt receipt = writer.flush();

            assertThat(fresh).hasValue(400);
            assertThat(receipt.dataBlobs()).isEqualTo(400);
            assertThat(receipt.rawBytes()).isEqualTo(400 * 3000);
            assertThat(repository.index().size()).isEqualTo(400);
            assertThat(writer.packsReliedOn()).isEmpty();
        }
    }

    @Test
    void a_second_writer_builds_on_what_is_indexed_and_says_on_which_packs() throws IOException {
        Id known;
        try (BlobWriter first = repository.newWriter(SMALL_PACKS, executor)) {
            known = first.save(BlobType.DATA, Samples.random(1, 1000)).id();
            assertThat(repository.newWriter(SMALL_PACKS, executor).reuse(data(known)))
                    .as("on its way")
                    .isFalse();
            first.flush();
            assertThat(first.reuse(data(known))).isTrue();
        }
        try (BlobWriter second = repository.newWriter(SMALL_PACKS, executor)) {
            assertThat(second.reuse(data(known))).isTrue();
            assertThat(second.reuse(new BlobHandle(BlobType.TREE, known))).isFalse();
            assertThat(second.save(BlobType.DATA, Samples.random(1, 1000)).isNew())
                    .isFalse();
            assertThat(second.packsReliedOn())
                    .containsExactly(
                            repository.index().find(data(known)).orElseThrow().pack());
            assertThat(second.flush().packs()).isEmpty();
        }
    }

    @Test
    void packs_to_avoid_are_not_built_on_but_still_read() throws IOException {
        Id known;
        try (BlobWriter first = repository.newWriter(SMALL_PACKS, executor)) {
            known = first.save(BlobType.DATA, Samples.random(1, 1000)).id();
            first.flush();
        }
        repository.index().avoid(repository.index().packs());

        assertThat(repository.loadBlob(data(known))).isEqualTo(Samples.random(1, 1000));
        try (BlobWriter second = repository.newWriter(SMALL_PACKS, executor)) {
            assertThat(second.reuse(data(known))).isFalse();
            assertThat(second.save(BlobType.DATA, Samples.random(1, 1000)).isNew())
                    .isTrue();
            second.flush();
        }
        assertThat(repository.index().findAll(data(known))).hasSize(2);
        try (BlobWriter third = repository.newWriter(SMALL_PACKS, executor)) {
            assertThat(third.reuse(data(known)))
                    .as("the new copy may be built on")
                    .isTrue();
        }
    }

    @Test
    void index_files_are_split_and_packs_listed_whole() throws IOException {
        try (BlobWriter writer = repository.newWriter(new WriterOptions(8 << 20, 1, 2, false), executor)) {
            byte[] blob = new byte[8];
            for (int i = 0; i < 120_000; i++) {
                Bytes.putLong(blob, 0, i);
                writer.save(BlobType.DATA, blob);
            }
            WriteReceipt receipt = writer.flush();

            assertThat(receipt.indexes()).hasSize(3);
            for (FileInfo index : backend.list(FileType.INDEX)) {
                assertThat(index.size()).isLessThan(8 << 20);
            }
        }
        try (Repository reopened = Repository.open(backend, TestRepository.KEY)) {
            reopened.loadIndex(executor);
            assertThat(reopened.index().size()).isEqualTo(120_000);
            assertThat(reopened.index().packs()).hasSize(12);
        }
    }

    @Test
    void a_large_directory_is_the_same_tree_in_pieces_as_at_once() throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            nodes.add(Node.builder(RawString.of(String.format("file%08d", i)), NodeType.FILE)
                    .content(List.of(Id.hashOf(new byte[] {(byte) i})))
                    .size(1)
                    .build());
        }
        JsonWriter whole = new JsonWriter(1000);
        whole.raw("{\"nodes\":[");
        try (BlobWriter writer = repository.newWriter(SMALL_PACKS, executor)) {
            TreeBuilder tree = writer.newTree();
            for (Node node : nodes) {
                tree.add(node);
                NodeJson.write(whole.raw(node.equals(nodes.get(0)) ? "" : ","), node);
            }
            SavedBlob saved = tree.save();
            whole.raw("]}\n");

            assertThat(saved.isNew()).isTrue();
            assertThat(saved.id()).isEqualTo(Id.hashOf(whole.array(), 0, whole.length()));
            assertThat(writer.save(BlobType.TREE, whole.array(), 0, whole.length())
                            .isNew())
                    .isFalse();
            writer.flush();
            assertThat(repository
                            .index()
                            .find(new BlobHandle(BlobType.TREE, saved.id()))
                            .orElseThrow()
                            .rawLength())
                    .isGreaterThan(Plain.STREAM_FROM);
            try (TreeReader reader = repository.loadTree(saved.id())) {
                for (Node node : nodes) {
                    assertThat(reader.next()).isEqualTo(node);
                }
                assertThat(reader.next()).isNull();
            }
        }
    }
}
