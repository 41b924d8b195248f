package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.save.NodeMaker;
import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.FileType;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobHandle;
import io.statemanager.restic.BlobReader;
import io.statemanager.restic.BlobType;
import io.statemanager.restic.CorruptObject;
import io.statemanager.restic.ExtendedAttribute;
import io.statemanager.restic.FileMode;
import io.statemanager.restic.Id;
import io.statemanager.restic.MissingObject;
import io.statemanager.restic.Node;
import io.statemanager.restic.PackedBlob;
import io.statemanager.restic.ReaderOptions;
import io.statemanager.restic.Repository;
import io.statemanager.restic.TreeReader;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Reads all trees of a snapshot, many with few requests, and proves on the way that each file can be had: every blob is in the index, and
 * its lengths add up to the file's. A tree is input from outside: names that are no plain names, and more depth than any
 * real tree has, are refused here, as are more entries than there is memory for, so that what follows may rely on it.
 */
final class TargetReader {
    private static final int MAX_DEPTH = 10_000;

    /** Trees asked for at once: bounds what the reader remembers of them. */
    private static final int PORTION = 4096;

    private final TreeLimit limit = TreeLimit.ofMemory();
    private final Repository repository;
    private final Selection selection;
    private final Map<String, DirectoryRecord> directories = new ConcurrentHashMap<>();
    private final Map<LinkKey, Group> groups = new ConcurrentHashMap<>();
    private final Set<Id> packs = Collections.synchronizedSet(new HashSet<>());
    private final AtomicLong groupNumbers = new AtomicLong();
    private final AtomicLong entriesRead = new AtomicLong();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** {@code selection}: what it leaves out is no part of the target, though the snapshot may hold it from a time when it was taken. */
    TargetReader(Repository repository, Selection selection) {
        this.repository = repository;
        this.selection = selection;
    }

    private record LinkKey(long device, long inode) {}

    private record Group(long number, List<String> paths) {}

    /** A tree's entry; {@code key} where it shares its file with others, {@code subtree} where it is a directory. */
    private record Parsed(FileEntry entry, LinkKey key, Id subtree) {}

    /** Everything below {@code tree}, level by level. Errors: {@link MissingObject}, {@link CorruptObject}, {@code memory_too_small}. */
    Target read(Id tree, Executor executor) throws IOException {
        return read(tree, LocalTree.NONE, executor);
    }

    /** The same; what the local tree has already is not read. */
    Target read(Id tree, LocalTree local, Executor executor) throws IOException {
        BlobReader reader = repository.newReader(ReaderOptions.DEFAULT, executor);
        Map<Id, List<String>> level = local.has("", tree) ? Map.of() : Map.of(tree, List.of(""));
        Set<String> same = level.isEmpty() ? Set.of("") : ConcurrentHashMap.newKeySet();
        for (int depth = 0; !level.isEmpty(); depth++) {
            level = readLevel(reader, level, depth, local, same);
        }
        Target target = new Target(directories, same, new TreeMap<>(), files.get(), bytes.get());
        local.eachLink((path, entry) -> {
            if (target.isSame(Scan.parentOf(path))) {
                group(new LinkKey(NodeMaker.DEVICE, entry.stat().inode()))
                        .paths()
                        .add(path);
            }
        });
        for (Group group : groups.values()) {
            // One that is left alone leads, so that the others become links to it.
            group.paths()
                    .sort(Comparator.comparing((String path) -> !target.isSame(Scan.parentOf(path)))
                            .thenComparing(path -> path));
            target.links().put(group.number(), group.paths());
        }
        return target;
    }

    /** The packs that hold its data, for the proof that they are in the store. */
    Set<Id> packs() {
        return packs;
    }

    private Map<Id, List<String>> readLevel(
            BlobReader reader, Map<Id, List<String>> level, int depth, LocalTree local, Set<String> same)
            throws IOException {
        Map<Id, List<String>> next = new ConcurrentHashMap<>();
        List<Id> wanted = new ArrayList<>(level.keySet());
        for (int from = 0; from < wanted.size(); from += PORTION) {
            List<Id> portion = wanted.subList(from, Math.min(wanted.size(), from + PORTION));
            reader.readTrees(portion, (tree, in) -> {
                List<Parsed> entries = parse(tree, in);
                List<String> paths = level.get(tree);
                requireRoom(tree, entriesRead.addAndGet((long) entries.size() * paths.size()), depth);
                for (String path : paths) {
                    place(tree, path, entries, (below, subtree) -> {
                        if (local.has(below, subtree)) {
                            same.add(below);
                        } else {
                            next.computeIfAbsent(subtree, t -> Collections.synchronizedList(new ArrayList<>()))
                                    .add(below);
                        }
                    });
                }
            });
        }
        return next;
    }

    /** Directories that name one another multiply, so what is placed is counted before. */
    private void requireRoom(Id tree, long entries, int depth) throws CorruptObject {
        if (depth > MAX_DEPTH) {
            throw damaged(tree, "what is below it is deeper than " + MAX_DEPTH + " levels");
        }
        limit.require(entries);
    }

    private List<Parsed> parse(Id tree, TreeReader in) throws IOException {
        List<Parsed> entries = new ArrayList<>();
        for (Node node = in.next(); node != null; node = in.next()) {
            Parsed entry = parse(tree, node);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private void place(Id tree, String path, List<Parsed> parsed, BiConsumer<String, Id> descend) {
        List<FileEntry> entries = new ArrayList<>(parsed.size());
        for (Parsed one : parsed) {
            String whole = RawName.join(path, one.entry().name());
            if (!selection.takes(whole, one.entry().stat())) {
                continue;
            }
            entries.add(one.key() == null ? one.entry() : inGroup(one.entry(), one.key(), whole));
            if (one.subtree() != null) {
                descend.accept(whole, one.subtree());
            } else {
                files.incrementAndGet();
                bytes.addAndGet(one.entry().stat().size());
            }
        }
        boolean whole = entries.size() == parsed.size();
        directories.put(path, DirectoryRecord.of(entries).storedAs(whole ? tree : null));
    }

    private FileEntry inGroup(FileEntry entry, LinkKey key, String path) {
        Group group = group(key);
        group.paths().add(path);
        return entry.withInode(group.number());
    }

    private Group group(LinkKey key) {
        return groups.computeIfAbsent(
                key, k -> new Group(groupNumbers.incrementAndGet(), Collections.synchronizedList(new ArrayList<>())));
    }

    /** Null for what is not restored: sockets, and what restic itself could not classify. */
    private Parsed parse(Id tree, Node node) throws IOException {
        String name = RawName.of(node.name().bytes());
        if (!RawName.isPlain(name)) {
            throw damaged(tree, "it has an entry named '" + RawName.display(name) + "'");
        }
        FileType type = type(node);
        if (type == null) {
            return null;
        }
        if (type == FileType.DIRECTORY && node.subtree() == null) {
            throw damaged(tree, "the directory '" + RawName.display(name) + "' has no tree");
        }
        if (type == FileType.FILE) {
            checkContent(tree, node, name);
        }
        FileEntry entry = new FileEntry(
                name,
                stat(node, type),
                type == FileType.FILE ? node.content() : null,
                true,
                type == FileType.SYMLINK ? RawName.of(node.linkTarget().bytes()) : "",
                attributes(node));
        boolean linked = node.links() > 1 && type != FileType.DIRECTORY;
        LinkKey key = linked ? new LinkKey(node.deviceId(), node.inode()) : null;
        return new Parsed(entry, key, type == FileType.DIRECTORY ? node.subtree() : null);
    }

    private void checkContent(Id tree, Node node, String name) throws IOException {
        if (node.content() == null) {
            throw damaged(tree, "the file '" + RawName.display(name) + "' has no content");
        }
        long size = 0;
        for (Id id : node.content()) {
            BlobHandle blob = new BlobHandle(BlobType.DATA, id);
            PackedBlob packed = repository
                    .index()
                    .find(blob)
                    .orElseThrow(() -> new MissingObject(blob + " of the file '" + RawName.display(name) + "'"));
            packs.add(packed.pack());
            size += packed.plainLength();
        }
        if (size != node.size()) {
            throw damaged(
                    tree, "the blobs of '" + RawName.display(name) + "' hold " + size + " bytes, not " + node.size());
        }
    }

    private static FileStat stat(Node node, FileType type) {
        Instant modified = node.mtime();
        return new FileStat(
                type.bits() | FileMode.permissions(node.mode()),
                (int) node.uid(),
                (int) node.gid(),
                (int) Math.min(Integer.MAX_VALUE, Math.max(1, node.links())),
                0,
                0,
                type == FileType.CHAR_DEVICE || type == FileType.BLOCK_DEVICE ? node.device() : 0,
                type == FileType.FILE ? node.size() : 0,
                0,
                modified.getEpochSecond(),
                modified.getNano(),
                0,
                0);
    }

    private static FileType type(Node node) {
        return switch (node.type()) {
            case FILE -> FileType.FILE;
            case DIR -> FileType.DIRECTORY;
            case SYMLINK -> FileType.SYMLINK;
            case DEV -> FileType.BLOCK_DEVICE;
            case CHARDEV -> FileType.CHAR_DEVICE;
            case FIFO -> FileType.FIFO;
            default -> null;
        };
    }

    private static Map<String, byte[]> attributes(Node node) {
        if (node.extendedAttributes().isEmpty()) {
            return Map.of();
        }
        Map<String, byte[]> attributes = new TreeMap<>();
        for (ExtendedAttribute attribute : node.extendedAttributes()) {
            attributes.put(
                    RawName.ofText(attribute.name()), attribute.value() == null ? new byte[0] : attribute.value());
        }
        return attributes;
    }

    private static CorruptObject damaged(Id tree, String failure) {
        return new CorruptObject("tree blob " + tree, failure);
    }
}
