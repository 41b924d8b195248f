package io.statemanager.checkpoint;

import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the kernel says of every entry, inode and time of change included: equal only where nothing was touched. */
final class Stats {
    private Stats() {}

    static Map<String, FileStat> of(Path top) throws IOException {
        Map<String, FileStat> stats = new TreeMap<>();
        try (Directory d = Directory.open(RawName.of(top))) {
            add(d, "", stats);
        }
        return stats;
    }

    private static void add(Directory d, String path, Map<String, FileStat> stats) throws IOException {
        for (String name : d.names()) {
            FileStat stat = d.stat(name);
            stats.put(RawName.join(path, name), stat);
            if (stat.isDirectory()) {
                try (Directory child = d.openChild(name)) {
                    add(child, RawName.join(path, name), stats);
                }
            }
        }
    }
}
