package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.restore.Restored;
import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.StatCache;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import io.statemanager.restic.FileInfo;
import io.statemanager.restic.FileType;
import io.statemanager.restic.Id;
import io.statemanager.restic.Snapshot;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTest {
    @TempDir
    Path temp;

    Path tree;
    TestRepository ours;

    @BeforeEach
    void make() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        ours = TestRepository.create(temp.resolve("repository"));
    }

    @AfterEach
    void close() {
        ours.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverHappenedToATreeItIsBroughtBack(long seed) throws Exception {
        RandomTree random = new RandomTree(tree, seed);
        random.grow(200);
        Snapshot first = ours.save(tree);
        Map<String, String> before = Manifest.of(tree);
        random.change(150);
        Snapshot second = ours.save(tree);
        Map<String, String> after = Manifest.of(tree);
        random.change(50);

        restore(first.tree(), before);
        restore(second.tree(), after);
        // Nothing is known of the tree any more: every file of the right size is compared by its content.
        ours.records = Map.of();
        restore(first.tree(), before);
        Path empty = Files.createDirectory(temp.resolve("empty"));
        ours.restore(second.tree(), empty);

        assertThat(Manifest.differences(after, Manifest.of(empty))).isEmpty();
    }

    private void restore(Id target, Map<String, String> manifest) throws Exception {
        Restored restored = ours.restore(target, tree);
        assertThat(restored.warnings()).isEmpty();
        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
    }

    @Test
    void aTreeOfMoreFilesThanThereIsMemoryForIsRefusedBeforeAnythingIsStored() throws Exception {
        for (int i = 0; i < 10; i++) {
            Files.writeString(tree.resolve("f" + i), "content " + i);
        }
        ours.limit = new TreeLimit(10);
        ours.save(tree, (path, stat) -> !path.equals("left-out"));
        Files.writeString(tree.resolve("left-out"), "does not count");
        ours.save(tree, (path, stat) -> !path.equals("left-out"));
        Files.writeString(tree.resolve("f10"), "one more");
        List<FileInfo> packs = ours.backend.list(FileType.PACK);

        assertThatThrownBy(() -> ours.save(tree, (path, stat) -> !path.equals("left-out")))
                .isInstanceOfSatisfying(CommandException.class, e -> {
                    assertThat(e.code()).isEqualTo(FailureCode.MEMORY_TOO_SMALL);
                    assertThat(e.detail()).contains("10 files");
                    assertThat(e.hint()).contains("-Xmx").contains("files.exclude");
                });

        assertThat(ours.backend.list(FileType.PACK)).hasSameSizeAs(packs);
    }

    @Test
    void anEqualTreeIsNotTouched() throws Exception {
        AwkwardTree.make(tree);
        Snapshot snapshot = ours.save(tree);
        Map<String, FileStat> before = Stats.of(tree);

        Restored restored = ours.restore(snapshot.tree(), tree);

        assertThat(restored.changed()).isZero();
        assertThat(restored.deleted()).isZero();
        assertThat(Stats.of(tree)).isEqualTo(before);
    }

    @Test
    void onlyWhatDiffersIsTouched() throws Exception {
        AwkwardTree.make(tree);
        Snapshot snapshot = ours.save(tree);
        Map<String, FileStat> before = Stats.of(tree);
        Files.writeString(tree.resolve("dir/f0"), "changed");
        Files.setPosixFilePermissions(tree.resolve("plain"), java.util.Set.of());

        Restored restored = ours.restore(snapshot.tree(), tree);

        assertThat(restored.changed()).isEqualTo(2);
        Map<String, FileStat> after = Stats.of(tree);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.keySet().removeAll(java.util.Set.of("dir/f0", "plain", "dir"));
        assertThat(before).containsAllEntriesOf(after);
    }

    @Test
    void theNextCheckpointAfterARestoreReadsAndStoresNothing() throws Exception {
        new RandomTree(tree, 7).grow(300);
        Snapshot snapshot = ours.save(tree);
        Path machine = Files.createDirectory(temp.resolve("new-machine"));
        ours.records = Map.of();
        ours.restore(snapshot.tree(), machine);
        StatCache cache = new StatCache(temp.resolve("cache/files"));
        cache.save(ours.records);
        ours.records = cache.load();

        // What the restore wrote in the kernel's last tick is read again, until it lies back far enough.
        await().until(() -> {
            ours.save(machine);
            assertThat(ours.receipt.dataBlobs()).isZero();
            return ours.saved.read() == 0;
        });
        assertThat(ours.receipt.treeBlobs()).isZero();
    }

    @Test
    void holesComeBackAsHoles() throws Exception {
        try (Directory d = Directory.open(RawName.of(tree));
                OpenFile file = d.createFile("sparse")) {
            file.setSize(200 << 20);
            byte[] data = AwkwardTree.random(70_000, 1);
            file.writeAt(100 << 20, data, 0, data.length);
        }
        Snapshot snapshot = ours.save(tree);
        Path other = Files.createDirectory(temp.resolve("other"));

        ours.restore(snapshot.tree(), other);

        FileStat stat = Stats.of(other).get("sparse");
        assertThat(stat.size()).isEqualTo(200 << 20);
        assertThat(stat.blocks() * 512).isLessThan(1 << 20);
        assertThat(Manifest.differences(Manifest.of(tree), Manifest.of(other))).isEmpty();
    }

    @Test
    void aLargeFileThatDiffersInOnePlaceIsChangedInPlace() throws Exception {
        Path large = tree.resolve("large");
        Files.write(large, AwkwardTree.random(80 << 20, 1));
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        long inode = Stats.of(tree).get("large").inode();
        try (Directory d = Directory.open(RawName.of(tree));
                OpenFile file = d.openForWrite("large")) {
            file.writeAt(50 << 20, new byte[] {1, 2, 3}, 0, 3);
            file.setSize(90 << 20);
        }
        long reads = ours.backend.bytesRead.get();

        ours.restore(snapshot.tree(), tree);

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
        assertThat(Stats.of(tree).get("large").inode()).isEqualTo(inode);
        assertThat(ours.backend.bytesRead.get() - reads)
                .as("bytes fetched of 80 MiB")
                .isLessThan(20 << 20);
    }

    @Test
    void aSymlinkWhereADirectoryBelongsIsReplacedAndNeverFollowed() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("f"), "not ours");
        Files.writeString(Files.createDirectories(tree.resolve("a/b")).resolve("f"), "ours");
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        Files.delete(tree.resolve("a/b/f"));
        Files.delete(tree.resolve("a/b"));
        Files.createSymbolicLink(tree.resolve("a/b"), outside);

        ours.restore(snapshot.tree(), tree);

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
        assertThat(outside.resolve("f")).hasContent("not ours");
        assertThat(outside).isDirectoryContaining(path -> path.endsWith("f"));
    }

    @Test
    void filesAndDirectoriesThatChangedPlacesComeBack() throws Exception {
        Files.writeString(Files.createDirectories(tree.resolve("d/deep/deeper")).resolve("f"), "1");
        Files.writeString(tree.resolve("f"), "2");
        Files.createSymbolicLink(tree.resolve("l"), Path.of("f"));
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        Files.move(tree.resolve("d"), tree.resolve("x"));
        Files.move(tree.resolve("f"), tree.resolve("d"));
        Files.move(tree.resolve("x"), tree.resolve("f"));
        Files.delete(tree.resolve("l"));
        Files.createDirectories(tree.resolve("l/with/something"));

        ours.restore(snapshot.tree(), tree);

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
    }

    @Test
    void linksAreMadeAndBrokenAsTheTargetHasThem() throws Exception {
        Files.writeString(tree.resolve("a"), "same");
        Files.createLink(tree.resolve("b"), tree.resolve("a"));
        Files.writeString(tree.resolve("c"), "same");
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        Files.delete(tree.resolve("b"));
        Files.writeString(tree.resolve("b"), "same");
        Files.delete(tree.resolve("c"));
        Files.createLink(tree.resolve("c"), tree.resolve("a"));

        ours.restore(snapshot.tree(), tree);

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
    }

    @Test
    void whatAFileInheritsFromItsNewDirectoryIsTakenFromItAgain() throws Exception {
        Files.writeString(Files.createDirectory(tree.resolve("d")).resolve("f"), "f");
        Files.writeString(tree.resolve("g"), "g");
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        Path target = Files.createDirectory(temp.resolve("target"));
        try (Directory directory = Directory.open(RawName.of(target))) {
            directory.xattrs(".").set("system.posix_acl_default", aclForUser(12345));
        }

        Restored restored = ours.restore(snapshot.tree(), target);

        assertThat(restored.warnings()).isEmpty();
        assertThat(Manifest.differences(manifest, Manifest.of(target))).isEmpty();
        try (Directory directory = Directory.open(RawName.of(target))) {
            assertThat(directory.xattrs("g").names()).isEmpty();
            assertThat(directory.xattrs("d").names()).isEmpty();
            assertThat(directory.xattrs("d/f").names()).isEmpty();
        }
    }

    /** As in linux/posix_acl_xattr.h: version 2, then tag, permissions and id of each entry. */
    private static byte[] aclForUser(int user) {
        int[][] entries = {{0x01, 7, -1}, {0x02, 7, user}, {0x04, 5, -1}, {0x10, 7, -1}, {0x20, 5, -1}};
        ByteBuffer acl = ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN);
        acl.putInt(2);
        for (int[] entry : entries) {
            acl.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return acl.array();
    }

    @Test
    void aFileReplacesASocketThatHasItsName() throws Exception {
        Files.writeString(tree.resolve("name"), "a file");
        Snapshot snapshot = ours.save(tree);
        Map<String, String> manifest = Manifest.of(tree);
        Files.delete(tree.resolve("name"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(tree.resolve("name")));
        }

        ours.restore(snapshot.tree(), tree);

        assertThat(Manifest.differences(manifest, Manifest.of(tree))).isEmpty();
    }

    @Test
    void aRecordSurvivesItsFile() throws Exception {
        AwkwardTree.make(tree);
        ours.save(tree);
        StatCache cache = new StatCache(temp.resolve("cache/files"));

        cache.save(ours.records);
        Map<String, DirectoryRecord> loaded = cache.load();

        assertThat(loaded.keySet()).isEqualTo(ours.records.keySet());
        loaded.forEach((path, record) -> {
            assertThat(record.tree()).isEqualTo(ours.records.get(path).tree());
            assertThat(record.entries()).hasSameSizeAs(ours.records.get(path).entries());
        });
        byte[] whole = Files.readAllBytes(temp.resolve("cache/files"));
        whole[whole.length / 2] ^= 1;
        Files.write(temp.resolve("cache/files"), whole);
        assertThat(cache.load()).isEmpty();
        Files.write(temp.resolve("cache/files"), java.util.Arrays.copyOf(whole, 1000));
        assertThat(cache.load()).isEmpty();
    }
}
