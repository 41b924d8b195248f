package io.statemanager.restic;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A small backup and a small restore on top of the library, as its users write them. */
final class Archive {

    private Archive() {}

    /** Backs up a folder's content and saves a snapshot of it. */
    static SealedSnapshot backup(Repository repository, BlobWriter writer, Path folder) throws IOException {
        Id tree = saveFolder(writer, new ChunkReader(repository.config().polynomial()), folder);
        WriteReceipt receipt = writer.flush();
        SealedSnapshot sealed = repository.sealSnapshot(snapshot(tree, folder), receipt);
        repository.saveSnapshot(sealed);
        return sealed;
    }

    static Snapshot snapshot(Id tree, Path folder) {
        OffsetDateTime time = OffsetDateTime.parse("2026-02-03T04:05:06.789Z");
        return new Snapshot(
                time,
                null,
                tree,
                List.of(folder.toString()),
                "sm-test",
                "tester",
                0,
                0,
                List.of(),
                List.of("state-manager"),
                null,
                "test",
                null);
    }

    static Id saveFolder(BlobWriter writer, ChunkReader chunks, Path folder) throws IOException {
        Map<RawString, Path> entries = new TreeMap<>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder)) {
            listing.forEach(
                    entry -> entries.put(RawString.of(entry.getFileName().toString()), entry));
        }
        TreeBuilder tree = writer.newTree();
        for (Map.Entry<RawString, Path> entry : entries.entrySet()) {
            tree.add(node(writer, chunks, entry.getKey(), entry.getValue()));
        }
        return tree.save().id();
    }

    private static Node node(BlobWriter writer, ChunkReader chunks, RawString name, Path file) throws IOException {
        Map<String, Object> unix = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        NodeType type = FileMode.typeOf((int) unix.get("mode"));
        NodeBuilder node = Node.builder(name, type)
                .mode(FileMode.fromUnix((int) unix.get("mode")))
                .times(time(unix, "lastModifiedTime"), time(unix, "lastAccessTime"), time(unix, "ctime"))
                .owner((int) unix.get("uid"), (int) unix.get("gid"), "root", "root")
                .inode((long) unix.get("ino"))
                .links((int) unix.get("nlink"));
        switch (type) {
            case DIR -> node.subtree(saveFolder(writer, chunks, file));
            case SYMLINK ->
                node.linkTarget(RawString.of(Files.readSymbolicLink(file).toString()));
            case FILE -> node.content(saveFile(writer, chunks, file)).size((long) unix.get("size"));
            default -> node.device((long) unix.get("rdev"));
        }
        return node.build();
    }

    private static java.time.Instant time(Map<String, Object> unix, String name) {
        return ((FileTime) unix.get(name)).toInstant();
    }

    static List<Id> saveFile(BlobWriter writer, ChunkReader chunks, Path file) throws IOException {
        List<Id> content = new ArrayList<>();
        try (FileChannel in = FileChannel.open(file)) {
            chunks.begin(in);
            while (chunks.next()) {
                content.add(writer.save(BlobType.DATA, chunks.buffer(), chunks.offset(), chunks.length())
                        .id());
            }
        }
        return content;
    }

    /** Restores a tree's files, folders and links into a new folder. */
    static void restore(Repository repository, Id tree, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (TreeReader reader = repository.loadTree(tree)) {
            for (Node node = reader.next(); node != null; node = reader.next()) {
                Path target = folder.resolve(new String(node.name().bytes(), StandardCharsets.UTF_8));
                switch (node.type()) {
                    case DIR -> restore(repository, node.subtree(), target);
                    case SYMLINK ->
                        Files.createSymbolicLink(
                                target, Path.of(node.linkTarget().toString()));
                    case FILE -> {
                        Files.createFile(target);
                        for (Id id : node.content()) {
                            Files.write(
                                    target,
                                    repository.loadBlob(new BlobHandle(BlobType.DATA, id)),
                                    java.nio.file.StandardOpenOption.APPEND);
                        }
                    }
                    default -> {}
                }
            }
        }
    }
}
