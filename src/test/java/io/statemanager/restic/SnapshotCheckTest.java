package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots: sealed, saved, put back, and proved restorable. */
class SnapshotCheckTest {

    private static final byte[] CONTENT = Samples.random(1, 5000);

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final MemoryBackend backend = new MemoryBackend();
    private Repository repository;
    private SealedSnapshot sealed;
    private WriteReceipt receipt;
    private Id content;
    private Id subtree;

    @BeforeEach
    void fill() throws IOException {
        repository = TestRepository.create(backend, 2);
        try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            content = writer.save(BlobType.DATA, CONTENT).id();
            TreeBuilder inner = writer.newTree();
            inner.add(Node.builder(RawString.of("file"), NodeType.FILE)
                    .size(5000)
                    .content(List.of(content))
                    .build());
            subtree = inner.save().id();
            TreeBuilder root = writer.newTree();
            root.add(Node.builder(RawString.of("folder"), NodeType.DIR)
                    .subtree(subtree)
                    .build());
            Id tree = root.save().id();
            receipt = writer.flush();
            sealed = repository.sealSnapshot(Archive.snapshot(tree, Path.of("/env")), receipt);
        }
    }

    @AfterEach
    void close() {
        repository.close();
        executor.shutdownNow();
    }

    private SnapshotCheck.Report check(boolean readData) throws IOException {
        return new SnapshotCheck(repository, executor).check(sealed.snapshot().tree(), readData);
    }

    private String pack(BlobHandle blob) {
        return FileType.PACK.path(
                repository.index().find(blob).orElseThrow().pack().toString());
    }

    @Test
    void a_whole_snapshot_has_no_problems() throws IOException {
        assertThat(check(true)).isEqualTo(new SnapshotCheck.Report(2, 1, 1, 5000, List.of()));
        assertThat(check(false).ok()).isTrue();
    }

    @Test
    void a_pack_that_is_gone_or_short_is_found_without_reading_data() throws IOException {
        String pack = pack(new BlobHandle(BlobType.DATA, content));
        byte[] whole = backend.objects.get(pack);
        backend.objects.put(pack, Arrays.copyOf(whole, 4000));
        assertThat(check(false).problems()).singleElement().asString().contains("too short");

        backend.objects.remove(pack);
        assertThat(check(false).problems()).singleElement().asString().contains("not in the store");
    }

    @Test
    void damaged_data_is_found_by_reading_it() throws IOException {
        backend.objects.get(pack(new BlobHandle(BlobType.DATA, content)))[100] ^= 1;

        assertThat(check(false).ok()).isTrue();
        assertThat(check(true).problems()).singleElement().asString().contains("data blob " + content, "MAC");
    }

    @Test
    void a_damaged_directory_is_named_by_its_path() throws IOException {
        BlobHandle tree = new BlobHandle(BlobType.TREE, subtree);
        PackedBlob place = repository.index().find(tree).orElseThrow();
        backend.objects.get(pack(tree))[(int) place.offset() + 20] ^= 1;

        assertThat(check(false).problems()).singleElement().asString().contains("directory /folder/", tree.toString());
    }

    @Test
    void files_whose_blobs_are_in_no_index_or_do_not_make_their_size_are_found() throws IOException {
        Id unknown = Id.hashOf(new byte[] {9});
        try (BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            TreeBuilder root = writer.newTree();
            root.add(Node.builder(RawString.of("a"), NodeType.FILE)
                    .size(5)
                    .content(List.of(unknown))
                    .build());
            root.add(Node.builder(RawString.of("b"), NodeType.FILE)
                    .size(5001)
                    .content(List.of(content))
                    .build());
            root.add(Node.builder(RawString.of("c"), NodeType.DIR)
                    .subtree(unknown)
                    .build());
            Id tree = root.save().id();
            writer.flush();

            assertThat(new SnapshotCheck(repository, executor).check(tree, true).problems())
                    .hasSize(3)
                    .anySatisfy(line -> assertThat(line).contains("file /a", unknown.toString()))
                    .anySatisfy(line -> assertThat(line).contains("file /b", "5000", "5001"))
                    .anySatisfy(line -> assertThat(line).contains("directory /c/", unknown.toString()));
        }
    }

    @Test
    void a_snapshot_can_be_committed_elsewhere_and_put_back() throws IOException {
        byte[] committed = sealed.bytes();
        assertThat(repository.listSnapshots()).isEmpty();

        try (Repository later = Repository.open(backend, TestRepository.KEY)) {
            assertThatThrownBy(() -> later.unsealSnapshot(committed))
                    .as("the index is not loaded")
                    .isInstanceOf(MissingObject.class);
            later.loadIndex(executor);
            SealedSnapshot again = later.unsealSnapshot(committed);
            assertThat(again).isEqualTo(sealed);
            assertThat(again.snapshot()).isEqualTo(sealed.snapshot());
            later.saveSnapshot(again);
            later.saveSnapshot(again);
            assertThat(later.listSnapshots()).containsExactly(sealed.id());
            assertThat(later.loadSnapshot(sealed.id())).isEqualTo(sealed.snapshot());
            later.removeSnapshot(sealed.id());
            assertThat(later.listSnapshots()).isEmpty();
        }
        committed[40] ^= 1;
        assertThatThrownBy(() -> repository.unsealSnapshot(committed)).isInstanceOf(CorruptObject.class);
    }

    @Test
    void a_snapshot_whose_tree_is_not_stored_cannot_be_sealed() {
        Snapshot hollow = Archive.snapshot(Id.hashOf(new byte[] {1, 2}), Path.of("/env"));

        assertThatThrownBy(() -> repository.sealSnapshot(hollow, receipt)).isInstanceOf(MissingObject.class);
        assertThatThrownBy(() -> repository.sealSnapshot(sealed.snapshot(), null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void every_member_of_a_snapshot_comes_back() throws IOException {
        OffsetDateTime time = OffsetDateTime.parse("2026-02-03T04:05:06.000000007-03:00");
        SnapshotSummary summary = new SnapshotSummary(time, time.plusSeconds(1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        Snapshot full = new Snapshot(
                time,
                content,
                sealed.snapshot().tree(),
                List.of("/a", "/b \"<&>"),
                "h",
                "u",
                1,
                4294967295L,
                List.of("*.x"),
                List.of("t,1", "t2"),
                subtree,
                "p",
                summary);

        SealedSnapshot stored = repository.sealSnapshot(full, receipt);
        repository.saveSnapshot(stored);

        assertThat(repository.loadSnapshot(stored.id())).isEqualTo(full);
    }
}
