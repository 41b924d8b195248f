package io.statemanager.restic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Proves that a tree can be restored: every directory below it is read, every blob that a file names is in the index and its pack in the store and long
 * enough; on request every blob is read and verified too. Directories are read level by level, so that a store far away costs few round trips. Of use once.
 */
public final class SnapshotCheck {

    /**
     * What was found.
     *
     * @param trees distinct directories read
     * @param files entries that are files
     * @param dataBlobs distinct blobs looked at
     * @param bytes of files, each counted as often as it is named
     * @param problems one sentence each, at most {@link #MAX_PROBLEMS}; empty where all is well
     */
    public record Report(long trees, long files, long dataBlobs, long bytes, List<String> problems) {

        public Report {
            problems = List.copyOf(problems);
        }

        public boolean ok() {
            return problems.isEmpty();
        }
    }

    public static final int MAX_PROBLEMS = 100;

    private static final int PORTION = 20_000;

    private final BlobTable table;
    private final Backend backend;
    private final BlobReader reader;
    private final Set<Id> seenTrees = new HashSet<>();
    /** By entry number in the table: a bit for each blob instead of an object. */
    private final BitSet data = new BitSet();

    private final List<String> problems = new ArrayList<>();
    private long files;
    private long bytes;

    public SnapshotCheck(Repository repository, Executor executor) {
        table = repository.index().table();
        backend = repository.backend();
        reader = repository.newReader(ReaderOptions.DEFAULT, executor);
    }

    /** Problems become lines of the report; only a failing store is an exception. */
    public Report check(Id tree, boolean readData) throws IOException {
        Map<Id, String> level = Map.of(tree, "/");
        seenTrees.add(tree);
        while (!level.isEmpty()) {
            level = descend(level);
        }
        checkPacks();
        if (readData) {
            readData();
        }
        return report();
    }

    private synchronized Report report() {
        return new Report(seenTrees.size(), files, data.cardinality(), bytes, problems);
    }

    /** Reads one level's directories, and returns the next. */
    private Map<Id, String> descend(Map<Id, String> level) throws IOException {
        Map<Id, String> next = new HashMap<>();
        reader.readTrees(level.keySet(), new BlobReader.TreeConsumer() {
            @Override
            public void accept(Id tree, TreeReader entries) throws IOException {
                readTree(level.get(tree), entries, next);
            }

            @Override
            public void failed(Id tree, RepositoryException failure) {
                problem("directory " + level.get(tree) + ": " + failure.getMessage());
            }
        });
        return next;
    }

    private void readTree(String path, TreeReader entries, Map<Id, String> next) throws IOException {
        try {
            for (Node node = entries.next(); node != null; node = entries.next()) {
                look(path, node, next);
            }
        } catch (CorruptObject e) {
            problem("directory " + path + ": " + e.getMessage());
        }
    }

    private synchronized void look(String path, Node node, Map<Id, String> next) {
        if (node.type() == NodeType.DIR && seenTrees.add(node.subtree())) {
            next.put(node.subtree(), path + node.name() + '/');
        }
        if (node.type() == NodeType.FILE) {
            files++;
            bytes += node.size();
            lookAtContent(path, node);
        }
    }

    private synchronized void lookAtContent(String path, Node node) {
        long length = 0;
        for (Id id : node.content()) {
            int entry = table.find(new BlobHandle(BlobType.DATA, id));
            if (entry < 0) {
                problem("file " + path + node.name() + ": data blob " + id + " is in no index");
                return;
            }
            data.set(entry);
            length += table.get(entry).plainLength();
        }
        if (length != node.size()) {
            problem("file " + path + node.name() + ": its blobs have " + length + " bytes, its size is " + node.size());
        }
    }

    private void checkPacks() throws IOException {
        Map<Id, Long> sizes = new HashMap<>();
        for (FileInfo info : backend.list(FileType.PACK)) {
            sizes.put(Id.parse(info.name()), info.size());
        }
        Set<Id> reported = new HashSet<>();
        seenTrees.forEach(tree -> checkPlaces(new BlobHandle(BlobType.TREE, tree), sizes, reported));
        data.stream().forEach(entry -> checkPlaces(table.get(entry).handle(), sizes, reported));
    }

    /** One whole copy is enough. */
    private void checkPlaces(BlobHandle blob, Map<Id, Long> sizes, Set<Id> reported) {
        List<PackedBlob> places = table.all(blob);
        if (places.stream()
                .anyMatch(place -> sizes.getOrDefault(place.pack(), 0L) >= place.offset() + place.length())) {
            return;
        }
        for (PackedBlob place : places) {
            if (reported.add(place.pack())) {
                problem("pack " + place.pack()
                        + (sizes.containsKey(place.pack()) ? " is too short" : " is not in the store"));
            }
        }
    }

    private void readData() throws IOException {
        List<BlobHandle> portion = new ArrayList<>();
        for (int entry = data.nextSetBit(0); entry >= 0; entry = data.nextSetBit(entry + 1)) {
            portion.add(table.get(entry).handle());
            if (portion.size() == PORTION) {
                reader.read(portion, new Verifying());
                portion.clear();
            }
        }
        reader.read(portion, new Verifying());
    }

    private synchronized void problem(String sentence) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(sentence);
        }
    }

    /** The reader has verified what it hands out. */
    private final class Verifying implements BlobReader.Consumer {
        @Override
        public void accept(BlobHandle blob, byte[] buffer, int offset, int length) {}

        @Override
        public void failed(BlobHandle blob, RepositoryException failure) {
            problem(failure.getMessage());
        }
    }
}
