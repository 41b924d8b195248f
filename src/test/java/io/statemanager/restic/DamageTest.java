package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects damaged in every way that a seed thinks of: what comes out is right, or an error that says what is wrong. */
class DamageTest {

    private static final int ROUNDS = 150;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final MemoryBackend backend = new MemoryBackend();
    private final Map<BlobHandle, byte[]> stored = new ConcurrentHashMap<>();
    private SealedSnapshot snapshot;
    private Id lock;

    @BeforeEach
    void fill() throws IOException {
        NewRepository created = NewRepository.create(
                "x",
                "h",
                "u",
                java.time.Instant.EPOCH,
                TestRepository.KEY,
                new RepositoryConfig(2, "00".repeat(32), new Polynomial(0x3DA3358B4DC173L)));
        created.saveTo(backend);
        try (Repository repository = Repository.open(backend, TestRepository.KEY);
                BlobWriter writer = repository.newWriter(new WriterOptions(64 * 1024, 1, 2, true), executor)) {
            Id tree = directory(writer, 0);
            snapshot = repository.sealSnapshot(Archive.snapshot(tree, java.nio.file.Path.of("/x")), writer.flush());
            repository.saveSnapshot(snapshot);
            lock = repository.locks().create(new Lock(OffsetDateTime.now(), false, "h", "u", 1, 0, 0));
        }
    }

    private Id directory(BlobWriter writer, int depth) throws IOException {
        TreeBuilder tree = writer.newTree();
        for (int i = 0; i < 6; i++) {
            byte[] content = i % 2 == 0 ? Samples.text(10L * depth + i, 9000) : Samples.random(10L * depth + i, 15_000);
            Id id = writer.save(BlobType.DATA, content).id();
            stored.put(new BlobHandle(BlobType.DATA, id), content);
            tree.add(Node.builder(RawString.of("file" + i), NodeType.FILE)
                    .size(content.length)
                    .content(List.of(id))
                    .build());
        }
        if (depth < 3) {
            tree.add(Node.builder(RawString.of("folder"), NodeType.DIR)
                    .subtree(directory(writer, depth + 1))
                    .build());
        }
        return tree.save().id();
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Reads everything in every way; what is handed out must be what was stored. */
    private void readAll() throws IOException {
        try (Repository repository = Repository.open(backend, TestRepository.KEY)) {
            repository.loadIndex(executor);
            for (StoredLock found : repository.locks().list()) {
                assertThat(found.lock() == null || found.id().equals(lock)).isTrue();
            }
            Snapshot read = repository.loadSnapshot(snapshot.id());
            assertThat(read).isEqualTo(snapshot.snapshot());
            SnapshotCheck.Report report = new SnapshotCheck(repository, executor).check(read.tree(), true);
            Map<BlobHandle, byte[]> seen = new ConcurrentHashMap<>();
            List<String> failures = new ArrayList<>();
            repository
                    .newReader(new ReaderOptions(2, 40_000, 10_000), executor)
                    .read(stored.keySet(), new BlobReader.Consumer() {
                        @Override
                        public void accept(BlobHandle blob, byte[] buffer, int offset, int length) {
                            byte[] before = seen.put(blob, Arrays.copyOfRange(buffer, offset, offset + length));
                            assertThat(before).as("handed over once").isNull();
                        }

                        @Override
                        public synchronized void failed(BlobHandle blob, RepositoryException failure) {
                            failures.add(failure.getMessage());
                        }
                    });
            seen.forEach((blob, bytes) -> assertThat(bytes).isEqualTo(stored.get(blob)));
            assertThat(seen.size() + failures.size()).isEqualTo(stored.size());
            if (report.ok()) {
                assertThat(failures).isEmpty();
                assertThat(report.trees()).isEqualTo(4);
                assertThat(report.dataBlobs()).isEqualTo(24);
            } else {
                throw new CorruptObject("snapshot", String.join("; ", report.problems()));
            }
        }
    }

    @Test
    void a_whole_repository_reads_without_an_error() throws IOException {
        readAll();
    }

    @ParameterizedTest
    @EnumSource(
            value = FileType.class,
            names = {"KEY"},
            mode = EnumSource.Mode.EXCLUDE)
    void damaged_objects_give_errors_and_never_wrong_bytes(FileType type) throws IOException {
        SplittableRandom random = new SplittableRandom(type.ordinal());
        List<String> paths =
                backend.list(type).stream().map(info -> type.path(info.name())).toList();
        List<String> targets = type == FileType.CONFIG ? List.of("config") : paths;
        int errors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String path = targets.get(random.nextInt(targets.size()));
            byte[] whole = backend.objects.get(path);
            byte[] damaged = damage(whole, random);
            if (damaged == null) {
                backend.objects.remove(path);
            } else {
                backend.objects.put(path, damaged);
            }
            try {
                readAll();
            } catch (RepositoryException e) {
                errors++;
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException e) {
                fail("round " + round + " on " + path, e);
            }
            backend.objects.put(path, whole);
        }
        if (type != FileType.LOCK) {
            assertThat(errors).as("errors that were told").isGreaterThan(ROUNDS / 2);
        }
    }

    @Test
    void damaged_keys_give_errors_and_never_another_key() throws IOException {
        SplittableRandom random = new SplittableRandom(99);
        String path = FileType.KEY.path(backend.list(FileType.KEY).get(0).name());
        byte[] whole = backend.objects.get(path);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(whole, random);
            if (damaged == null || Arrays.equals(damaged, whole)) {
                continue;
            }
            try {
                MasterKey opened = KeyFile.fromJson(damaged, "key").open(round % 10 == 0 ? "x" : "y", "key");
                assertThat(opened == null || Arrays.equals(opened.toJson(), TestRepository.KEY.toJson()))
                        .isTrue();
            } catch (RepositoryException e) {
                assertThat(e.getMessage()).startsWith("key");
            }
        }
    }

    /** What somebody who has the key could write, or a faulty program: authentic nonsense must not be a crash either. */
    @Test
    void authentic_nonsense_in_documents_gives_errors_or_sense() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        try (CodecPool codecs = new CodecPool(TestRepository.KEY)) {
            Documents documents = new Documents(backend, codecs);
            for (FileType type : List.of(FileType.INDEX, FileType.SNAPSHOT, FileType.LOCK, FileType.CONFIG)) {
                String name =
                        type == FileType.CONFIG ? "" : backend.list(type).get(0).name();
                byte[] json = plain(codecs, type, name);
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] changed = damage(json, random);
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
            byte[] changed = damage(json, random);
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
                byte[] changed = damage(header, random);
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

    /** One damage; null: the object is gone. */
    private static byte[] damage(byte[] whole, SplittableRandom random) {
        List<UnaryOperator<byte[]>> kinds = List.of(
                bytes -> {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    return bytes;
                },
                bytes -> {
                    bytes[random.nextInt(bytes.length)] = (byte) "0129-\"{}[],:\\abtnul.e ".charAt(random.nextInt(22));
                    return bytes;
                },
                bytes -> Arrays.copyOf(bytes, random.nextInt(bytes.length)),
                bytes -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100)),
                bytes -> {
                    int at = random.nextInt(bytes.length);
                    Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 600)), (byte) 0);
                    return bytes;
                },
                bytes -> {
                    int from = random.nextInt(bytes.length);
                    int to = random.nextInt(bytes.length);
                    System.arraycopy(
                            whole,
                            from,
                            bytes,
                            to,
                            Math.min(random.nextInt(1, 300), bytes.length - Math.max(from, to)));
                    return bytes;
                },
                bytes -> insert(
                        bytes,
                        random.nextInt(bytes.length),
                        "9".repeat(1 + random.nextInt(12)).getBytes(StandardCharsets.US_ASCII)),
                bytes -> null);
        return kinds.get(random.nextInt(kinds.size())).apply(whole.clone());
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        System.arraycopy(more, 0, longer, at, more.length);
        return longer;
    }
}
