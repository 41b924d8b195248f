package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody who has the key could write, or a faulty program: authentic nonsense gives errors or sense, and never a crash or wrong bytes. */
class NonsenseTest {

    private static final int ROUNDS = 150;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final MemoryBackend backend = new MemoryBackend();
    private Map<BlobHandle, byte[]> stored;
    private SealedSnapshot snapshot;

    @BeforeEach
    void fill() throws IOException {
        SmallRepository filled = SmallRepository.fill(backend, executor);
        stored = filled.stored();
        snapshot = filled.snapshot();
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void nonsense_in_documents_gives_errors_or_sense() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        try (CodecPool codecs = new CodecPool(TestRepository.KEY)) {
            Documents documents = new Documents(backend, codecs);
            for (FileType type : List.of(FileType.INDEX, FileType.SNAPSHOT, FileType.LOCK, FileType.CONFIG)) {
                String name =
                        type == FileType.CONFIG ? "" : backend.list(type).get(0).name();
                byte[] json = plain(codecs, type, name);
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] changed = Damage.apply(json, random);
                    if (changed != null) {
                        readNonsense(documents, type, name, changed);
                    }
                }
            }
        }
    }

    private void readNonsense(Documents documents, FileType type, String name, byte[] json) throws IOException {
        byte[] sealed = documents.seal(json, type != FileType.CONFIG);
        Id id = Id.hashOf(sealed);
        Map<String, byte[]> before = new TreeMap<>(backend.objects);
        backend.objects.remove(type.path(name));
        backend.objects.put(type.path(id.toString()), sealed);
        try (Repository repository = Repository.open(backend, TestRepository.KEY)) {
            repository.loadIndex(executor);
            repository.locks().list();
            for (Id each : repository.listSnapshots()) {
                new SnapshotCheck(repository, executor)
                        .check(repository.loadSnapshot(each).tree(), true);
            }
            for (Map.Entry<BlobHandle, byte[]> blob : stored.entrySet()) {
                assertThat(repository.loadBlob(blob.getKey())).isEqualTo(blob.getValue());
            }
        } catch (RepositoryException e) {
            assertThat(e.getMessage()).isNotBlank();
        } finally {
            backend.objects.clear();
            backend.objects.putAll(before);
        }
    }

    private byte[] plain(CodecPool codecs, FileType type, String name) throws IOException {
        byte[] sealed = backend.load(type, name);
        try (Codec codec = codecs.take()) {
            int length = codec.sealer().open(sealed, 0, sealed.length);
            byte[] opened = Arrays.copyOfRange(sealed, 16, 16 + length);
            return type == FileType.CONFIG
                    ? opened
                    : com.github.luben.zstd.Zstd.decompress(Arrays.copyOfRange(opened, 1, length), 10_000_000);
        }
    }

    @Test
    void nonsense_in_trees_gives_errors_or_sense() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        byte[] json;
        try (Repository repository = Repository.open(backend, TestRepository.KEY)) {
            repository.loadIndex(executor);
            json = repository.loadBlob(
                    new BlobHandle(BlobType.TREE, snapshot.snapshot().tree()));
        }
        for (int round = 0; round < 20 * ROUNDS; round++) {
            byte[] changed = Damage.apply(json, random);
            if (changed == null) {
                continue;
            }
            try (TreeReader reader = new TreeReader(snapshot.id(), new ByteArrayInputStream(changed))) {
                for (Node node = reader.next(); node != null; node = reader.next()) {
                    assertThat(node.name().isEmpty()).isFalse();
                }
            } catch (CorruptObject e) {
                assertThat(e.object()).startsWith("tree blob");
            }
        }
    }

    @Test
    void nonsense_in_pack_headers_gives_errors() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        try (CodecPool codecs = new CodecPool(TestRepository.KEY);
                Codec codec = codecs.take()) {
            List<PackedBlob> blobs = new ArrayList<>();
            long offset = 0;
            for (int i = 0; i < 20; i++) {
                BlobHandle handle =
                        new BlobHandle(i % 3 == 0 ? BlobType.TREE : BlobType.DATA, Id.hashOf(new byte[] {(byte) i}));
                blobs.add(new PackedBlob(snapshot.id(), handle, offset, 100 + i, i % 2 * 1000));
                offset += 100 + i;
            }
            byte[] header = PackHeader.encode(blobs);
            for (int round = 0; round < 5 * ROUNDS; round++) {
                byte[] changed = Damage.apply(header, random);
                if (changed == null) {
                    continue;
                }
                byte[] pack = pack(codec, (int) offset, changed);
                try {
                    assertThat(PackHeader.read(codec, snapshot.id(), pack, pack.length)
                                    .size())
                            .isLessThan(1000);
                } catch (CorruptObject e) {
                    assertThat(e.object()).isEqualTo("pack " + snapshot.id());
                }
            }
            byte[] whole = pack(codec, (int) offset, header);
            assertThat(PackHeader.read(codec, snapshot.id(), whole, whole.length))
                    .isEqualTo(blobs);
        }
    }

    private static byte[] pack(Codec codec, int body, byte[] header) {
        byte[] pack = new byte[body + header.length + Sealer.OVERHEAD + 4];
        System.arraycopy(header, 0, pack, body + Sealer.IV, header.length);
        int sealed = codec.sealer().seal(pack, body, header.length);
        Bytes.putIntLittle(pack, pack.length - 4, sealed);
        return pack;
    }
}
