package io.statemanager.checkpoint.restore;

import io.statemanager.linux.Directory;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directories that files are made in. Each thread keeps the one that it used last open, since files come in the order in which they were stored, one
 * directory after the other. Safe for several threads; closed when none of them works any more.
 */
final class Destinations implements AutoCloseable {
    private final Directory top;
    private final Map<Thread, Destination> last = new ConcurrentHashMap<>();

    Destinations(Directory top) {
        this.top = top;
    }

    /**
     * @param bequeaths whether a new file gets access rights from the directory (a POSIX default ACL)
     */
    record Destination(String path, Directory directory, boolean bequeaths) {}

    /** The directory at a path; the calling thread's until it asks for another one. */
    Destination at(String path) throws IOException {
        Destination recent = last.get(Thread.currentThread());
        if (recent != null && recent.path().equals(path)) {
            return recent;
        }
        if (recent != null) {
            last.remove(Thread.currentThread());
            recent.directory().close();
        }
        Directory directory = top.openBelow(path);
        try {
            boolean bequeaths = directory.xattrs().names().contains("system.posix_acl_default");
            Destination destination = new Destination(path, directory, bequeaths);
            last.put(Thread.currentThread(), destination);
            return destination;
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    @Override
    public void close() {
        last.values().forEach(destination -> destination.directory().close());
        last.clear();
    }
}
