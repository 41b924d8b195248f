package io.statemanager.restic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lock objects of a repository. Safe for use by many threads; holds no timer: refreshing each five minutes is the caller's. */
public final class Locks {

    private final Backend backend;
    private final Documents documents;
    private final boolean compress;

    Locks(Backend backend, Documents documents, boolean compress) {
        this.backend = backend;
        this.documents = documents;
        this.compress = compress;
    }

    /** Saves a lock object. To take a lock as restic does: look for others, create, wait 200 ms, look again, and remove it if there is one. */
    public Id create(Lock lock) throws IOException {
        return documents.save(FileType.LOCK, LockJson.write(lock), compress);
    }

    /** Replaces a lock by a newer one: the new object first, then the old one's removal, so that there is always one. */
    public Id refresh(Id old, Lock lock) throws IOException {
        Id id = create(lock);
        remove(old);
        return id;
    }

    /** Removes a lock object; one that is gone counts as removed. */
    public void remove(Id id) throws IOException {
        backend.remove(FileType.LOCK, id.toString());
    }

    /** A lock's line in the listing, to compare its age by the store's clock; empty where somebody removed it. */
    public Optional<FileInfo> find(Id id) throws IOException {
        return backend.list(FileType.LOCK).stream()
                .filter(info -> info.name().equals(id.toString()))
                .findAny();
    }

    /** All lock objects. Empty ones (an interrupted upload) and those that vanish while being read are left out, as restic does. */
    public List<StoredLock> list() throws IOException {
        return list(List.of());
    }

    /** The same; those that are {@code known} from an earlier listing are not read again, since a lock object never changes. */
    public List<StoredLock> list(Collection<StoredLock> known) throws IOException {
        Map<String, Lock> read = new HashMap<>();
        known.forEach(lock -> read.put(lock.info().name(), lock.lock()));
        List<StoredLock> locks = new ArrayList<>();
        for (FileInfo info : backend.list(FileType.LOCK)) {
            Lock lock = read.get(info.name());
            if (lock != null) {
                locks.add(new StoredLock(info, lock));
            } else if (info.size() > 0) {
                read(info).ifPresent(locks::add);
            }
        }
        return locks;
    }

    private Optional<StoredLock> read(FileInfo info) throws IOException {
        try {
            return Optional.of(new StoredLock(
                    info, LockJson.read(documents.load(FileType.LOCK, Id.parse(info.name())), info.name())));
        } catch (MissingObject e) {
            return Optional.empty();
        } catch (CorruptObject e) {
            return Optional.of(new StoredLock(info, null));
        }
    }
}
