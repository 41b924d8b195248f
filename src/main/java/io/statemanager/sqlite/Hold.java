package io.statemanager.sqlite;

import io.statemanager.wal.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A database that may be connected to, with the descriptors through which its file and its index are read. Taken before the first
 * connection, closed after the last. Any thread.
 */
public final class Hold implements AutoCloseable {
    private final FileRegistry registry;
    private final Path database;
    private final HeldFile file;
    /** Usually one; another one where the index was replaced before our connection opened it. */
    private final List<HeldFile> indexes = new ArrayList<>();

    private boolean closed;

    Hold(FileRegistry registry, Path database, HeldFile file) {
        this.registry = registry;
        this.database = database;
        this.file = file;
    }

    public Path database() {
        return database;
    }

    /** The file that was taken, whatever its path leads to now. */
    public FileId id() {
        return file.id();
    }

    /** Whether the path still leads to the file that was taken. */
    public boolean isInPlace() throws IOException {
        return FileId.ifExists(database).filter(id()::equals).isPresent();
    }

    /** The database file. */
    public ByteSource file() {
        return source(file);
    }

    /** The shared-memory index; {@link #takeIndex} came before. */
    public synchronized ByteSource index() {
        if (indexes.isEmpty()) {
            throw new IllegalStateException(database + ": its index was not taken");
        }
        return source(indexes.get(indexes.size() - 1));
    }

    /** Takes the index, right after the first connection has made or opened it. */
    public synchronized void takeIndex() throws IOException {
        HeldFile taken = registry.take(Companions.index(database));
        boolean known = indexes.stream().anyMatch(index -> index.id().equals(taken.id()));
        if (known) {
            registry.release(taken);
        } else {
            indexes.add(taken);
        }
    }

    void takeIndexIfExists() throws IOException {
        if (Files.isRegularFile(Companions.index(database))) {
            try {
                takeIndex();
            } catch (NoSuchFileException e) {
                // Its last user has just removed it: the connection will make a new one.
                return;
            }
        }
    }

    /** The log. Its descriptors carry no locks, so everybody opens and closes it at will. */
    public Path log() {
        return Companions.log(database);
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        for (HeldFile index : indexes) {
            registry.release(index);
        }
        registry.release(file);
    }

    private static ByteSource source(HeldFile held) {
        return new ByteSource() {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                return held.channel().read(target, position);
            }

            @Override
            public long size() throws IOException {
                return held.channel().size();
            }
        };
    }
}
