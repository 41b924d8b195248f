package io.statemanager.storage.local;

import io.statemanager.storage.Keys;
import io.statemanager.storage.ListPage;
import io.statemanager.storage.ObjectInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One page of the keys in a directory, in the order that S3 has. Walks only where keys of the page can be: a folder's keys all begin
 * with its own, so whole folders lie before, inside or behind what is asked for. Holds the names of the folders on the way, never all.
 */
final class LocalListing {
    private final LocalCall call;
    private final String prefix;
    private final String startAfter;
    private final int max;
    private final List<ObjectInfo> found = new ArrayList<>();

    LocalListing(LocalCall call, String prefix, String startAfter, int max) {
        this.call = call;
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.max = max;
    }

    ListPage page(Path root) throws IOException {
        walk(root, List.of());
        boolean more = found.size() > max;
        List<ObjectInfo> objects = more ? found.subList(0, max) : found;
        return new ListPage(objects, more ? Optional.of(objects.get(max - 1).key()) : Optional.empty(), Instant.now());
    }

    /** One name in a folder, as part of a key. */
    private record Entry(String segment, Path path, boolean folder) {
        /** A folder sorts as its keys do, which go on with a slash. */
        String order() {
            return folder ? segment + "/" : segment;
        }
    }

    private void walk(Path folder, List<String> segments) throws IOException {
        call.checkTime();
        for (Entry entry : entries(folder, segments)) {
            if (found.size() > max) {
                return;
            }
            List<String> below = new ArrayList<>(segments);
            below.add(entry.segment);
            String key = String.join("/", below);
            if (entry.folder) {
                if (mayHold(key + "/")) {
                    walk(entry.path, below);
                }
            } else if (key.startsWith(prefix) && Keys.ORDER.compare(key, startAfter) > 0) {
                LocalVersion.of(entry.path).ifPresent(version -> found.add(withoutMetadata(key, version)));
            }
        }
    }

    private boolean mayHold(String folder) {
        boolean inside = folder.startsWith(prefix) || prefix.startsWith(folder);
        boolean over = !startAfter.startsWith(folder) && Keys.ORDER.compare(folder, startAfter) < 0;
        return inside && !over;
    }

    private static ObjectInfo withoutMetadata(String key, LocalVersion version) {
        return new ObjectInfo(key, version.size(), version.etag(), version.lastModified(), Map.of(), Instant.now());
    }

    private static List<Entry> entries(Path folder, List<String> segments) throws IOException {
        boolean database = KeyPaths.isDatabase(segments);
        boolean level = segments.size() >= 4
                && KeyPaths.isDatabase(segments.subList(0, segments.size() - 1))
                && folder.getParent().getFileName().toString().equals(KeyPaths.LTX);
        List<Entry> entries = new ArrayList<>();
        for (Path child : LocalDirectory.children(folder)) {
            String name = child.getFileName().toString();
            if (database && name.equals(KeyPaths.LTX)) {
                addLevels(child, entries);
            } else if (!level || KeyPaths.isLtxFile(name)) {
                KeyPaths.decode(name).ifPresent(segment -> entries.add(entry(segment, child)));
            }
        }
        entries.sort(Comparator.comparing(Entry::order, Keys.ORDER));
        return entries;
    }

    private static void addLevels(Path ltx, List<Entry> entries) throws IOException {
        for (Path child : LocalDirectory.children(ltx)) {
            KeyPaths.level(child.getFileName().toString())
                    .ifPresent(segment -> entries.add(new Entry(segment, child, true)));
        }
    }

    private static Entry entry(String segment, Path child) {
        return new Entry(segment, child, Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS));
    }
}
