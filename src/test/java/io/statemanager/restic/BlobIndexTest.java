package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobIndexTest {

    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final MemoryBackend backend = new MemoryBackend();
    private Repository repository;
    private CodecPool codecs;
    private Documents documents;

    @BeforeEach
    void create() throws IOException {
        repository = TestRepository.create(backend, 2);
        codecs = new CodecPool(TestRepository.KEY);
        documents = new Documents(backend, codecs);
    }

    @AfterEach
    void close() {
        repository.close();
        codecs.close();
        executor.shutdownNow();
    }

    private static Id id(int number) {
        byte[] bytes = new byte[4];
        Bytes.putIntLittle(bytes, 0, number);
        return Id.hashOf(bytes);
    }

    private static PackedBlob blob(int pack, int blob) {
        return new PackedBlob(id(-pack - 1), new BlobHandle(BlobType.DATA, id(blob)), 100L * blob, 90, 200);
    }

    private Id saveIndex(String json) throws IOException {
        return documents.save(FileType.INDEX, json.getBytes(StandardCharsets.UTF_8), true);
    }

    private Id saveIndex(List<Id> supersedes, PackedBlob... blobs) throws IOException {
        String json = new String(IndexFile.toJson(List.of(blobs)), StandardCharsets.UTF_8);
        JsonWriter ids = new JsonWriter(100).ids(supersedes);
        return saveIndex(
                "{\"supersedes\":" + new String(ids.toBytes(), StandardCharsets.UTF_8) + "," + json.substring(1));
    }

    @Test
    void a_table_finds_what_was_added_and_nothing_else() {
        BlobTable table = new BlobTable();
        SplittableRandom random = new SplittableRandom(1);
        List<PackedBlob> added = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            BlobType type = random.nextBoolean() ? BlobType.DATA : BlobType.TREE;
            long offset = random.nextLong(0x1_0000_0000L);
            added.add(new PackedBlob(
                    id(-random.nextInt(1, 500)),
                    new BlobHandle(type, id(i)),
                    offset,
                    random.nextInt(32, 1 << 24),
                    random.nextInt(1 << 24)));
        }
        table.addAll(added);

        for (PackedBlob blob : added) {
            BlobHandle other = new BlobHandle(
                    blob.handle().type() == BlobType.DATA ? BlobType.TREE : BlobType.DATA,
                    blob.handle().id());
            assertThat(table.get(table.find(blob.handle()))).isEqualTo(blob);
            assertThat(table.all(blob.handle())).containsExactly(blob);
            assertThat(table.find(other)).isNegative();
            assertThat(table.add(blob)).as("the same again").isFalse();
        }
        assertThat(table.find(new BlobHandle(BlobType.DATA, id(-1)))).isNegative();
        assertThat(table.size()).isEqualTo(30_000);
    }

    @Test
    void copies_of_a_blob_are_all_kept() {
        BlobTable table = new BlobTable();
        for (int pack = 0; pack < 5; pack++) {
            for (int i = 0; i < 3000; i++) {
                table.add(blob(pack, i));
            }
        }

        assertThat(table.all(blob(0, 7).handle()))
                .containsExactlyInAnyOrder(blob(0, 7), blob(1, 7), blob(2, 7), blob(3, 7), blob(4, 7));
        assertThat(table.size()).isEqualTo(15_000);
    }

    @Test
    void ids_that_begin_alike_are_told_apart() {
        BlobTable table = new BlobTable();
        List<PackedBlob> added = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            added.add(new PackedBlob(id(-1), new BlobHandle(BlobType.DATA, new Id(7, i % 10, i / 10, 5)), i, 50, 0));
        }
        table.addAll(added);

        for (PackedBlob blob : added) {
            assertThat(table.all(blob.handle())).containsExactly(blob);
        }
    }

    @Test
    void files_are_read_once_and_new_ones_added() throws IOException {
        saveIndex(List.of(), blob(1, 1), blob(1, 2));
        repository.loadIndex(executor);
        assertThat(repository.index().size()).isEqualTo(2);

        saveIndex(List.of(), blob(2, 3), blob(1, 1));
        int reads = backend.reads.get();
        repository.loadIndex(executor);

        assertThat(repository.index().size()).isEqualTo(3);
        assertThat(repository.index().packs())
                .containsExactlyInAnyOrder(blob(1, 0).pack(), blob(2, 0).pack());
        assertThat(backend.reads.get() - reads).isEqualTo(1);
    }

    @Test
    void what_vanished_files_said_is_forgotten() throws IOException {
        Id first = saveIndex(List.of(), blob(1, 1));
        Id second = saveIndex(List.of(), blob(2, 2));
        repository.loadIndex(executor);
        backend.remove(FileType.INDEX, first.toString());

        repository.loadIndex(executor);

        assertThat(repository.index().contains(blob(1, 1).handle())).isFalse();
        assertThat(repository.index().contains(blob(2, 2).handle())).isTrue();
        assertThat(repository.index().files()).containsExactly(second);
    }

    @Test
    void superseded_files_are_left_out_whenever_they_are_met() throws IOException {
        Id old = saveIndex(List.of(), blob(1, 1), blob(1, 5));
        Id older = saveIndex(List.of(), blob(1, 4));
        saveIndex(List.of(old), blob(2, 1));
        repository.loadIndex(executor);
        assertThat(repository.index().findAll(blob(1, 1).handle())).containsExactly(blob(2, 1));
        assertThat(repository.index().contains(blob(1, 5).handle())).isFalse();
        assertThat(repository.index().contains(blob(1, 4).handle())).isTrue();

        saveIndex(List.of(older), blob(3, 9));
        repository.loadIndex(executor);

        assertThat(repository.index().contains(blob(1, 4).handle())).isFalse();
        assertThat(repository.index().contains(blob(1, 5).handle())).isFalse();
        assertThat(repository.index().size()).isEqualTo(2);
    }

    @Test
    void what_a_writer_saves_while_the_index_is_replaced_is_kept() throws IOException {
        Id gone = saveIndex(List.of(), blob(1, 1));
        repository.loadIndex(executor);
        backend.remove(FileType.INDEX, gone.toString());
        BlobIndex index = repository.index();
        index.beginReplacing();
        index.add(id(100), List.of(blob(5, 5)));
        index.replace(java.util.Set.of(id(200)), new BlobTable());

        assertThat(index.contains(blob(5, 5).handle())).isTrue();
        assertThat(index.contains(blob(1, 1).handle())).isFalse();
        assertThat(index.files()).containsExactlyInAnyOrder(id(100), id(200));
    }

    @Test
    void packs_of_mixed_blobs_and_blobs_without_a_raw_length_are_read() throws IOException {
        saveIndex(
                "{\"packs\":[{\"id\":\"" + id(1) + "\",\"blobs\":[{\"id\":\"" + id(2)
                        + "\",\"type\":\"data\",\"offset\":4294967295,\"length\":32},{\"id\":\"" + id(3)
                        + "\",\"type\":\"tree\",\"offset\":32,\"length\":50,\"uncompressed_length\":77,\"new\":[]}],\"x\":{}}],\"y\":1}");
        repository.loadIndex(executor);

        PackedBlob data =
                repository.index().find(new BlobHandle(BlobType.DATA, id(2))).orElseThrow();
        assertThat(data.offset()).isEqualTo(4294967295L);
        assertThat(data.plainLength()).isZero();
        assertThat(repository
                        .index()
                        .find(new BlobHandle(BlobType.TREE, id(3)))
                        .orElseThrow()
                        .plainLength())
                .isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "null",
                "{\"packs\":[{\"blobs\":[]}]}",
                "{\"packs\":[{\"id\":\"12\"}]}",
                "{\"packs\":{}}",
                "{\"packs\":[]}{}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":31}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"other\",\"length\":50}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":50,\"offset\":-1}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":4294967296}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":67108865}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":50,\"uncompressed_length\":900000000}]}]}",
                "{\"packs\":[{\"id\":\"ID\",\"blobs\":[{\"id\":\"ID\",\"type\":\"data\",\"length\":1e3}]}]}"
            })
    void what_is_no_index_is_an_error_that_names_it(String json) throws IOException {
        Id file = saveIndex(json.replace("ID", id(1).toString()));

        assertThatThrownBy(() -> repository.loadIndex(executor))
                .isInstanceOf(CorruptObject.class)
                .hasMessageContaining("index " + file);
    }
}
