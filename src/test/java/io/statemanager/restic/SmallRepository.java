package io.statemanager.restic;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * A repository with one of everything, for tests that spoil it: 24 files in four nested folders.
 *
 * @param stored data blobs and their plaintext
 */
record SmallRepository(Map<BlobHandle, byte[]> stored, SealedSnapshot snapshot, Id lock) {

    static SmallRepository fill(Backend backend, Executor executor) throws IOException {
        RepositoryConfig config = new RepositoryConfig(2, "00".repeat(32), new Polynomial(0x3DA3358B4DC173L));
        NewRepository.create("x", "h", "u", Instant.EPOCH, TestRepository.KEY, config)
                .saveTo(backend);
        Map<BlobHandle, byte[]> stored = new HashMap<>();
        try (Repository repository = Repository.open(backend, TestRepository.KEY);
                BlobWriter writer = repository.newWriter(new WriterOptions(64 * 1024, 1, 2, true), executor)) {
            Id tree = directory(writer, stored, 0);
            SealedSnapshot snapshot = repository.sealSnapshot(Archive.snapshot(tree, Path.of("/x")), writer.flush());
            repository.saveSnapshot(snapshot);
            Id lock = repository.locks().create(new Lock(OffsetDateTime.now(ZoneOffset.UTC), false, "h", "u", 1, 0, 0));
            return new SmallRepository(stored, snapshot, lock);
        }
    }

    private static Id directory(BlobWriter writer, Map<BlobHandle, byte[]> stored, int depth) throws IOException {
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
                    .subtree(directory(writer, stored, depth + 1))
                    .build());
        }
        return tree.save().id();
    }
}
