package io.statemanager.checkpoint.repository;

import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.restic.Backend;
import io.statemanager.restic.CorruptObject;
import io.statemanager.restic.FileInfo;
import io.statemanager.restic.FileType;
import io.statemanager.restic.MissingObject;
import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * restic's objects in the object store, below {@code files/}. What makes a repository, its configuration and keys, is only ever
 * created and never replaced; everything else is named by its content. Safe for several threads, which it blocks.
 */
public final class StoreBackend implements Backend {
    public static final String PREFIX = "files/";

    private final ObjectStore store;

    /** {@code store}: gated, so that what is saved counts as ours. */
    public StoreBackend(ObjectStore store) {
        this.store = store;
    }

    private static String key(FileType type, String name) {
        return PREFIX + type.path(name);
    }

    @Override
    public void save(FileType type, String name, ByteBuffer data) throws IOException {
        Body body = Body.of(Buffers.wrap(data.duplicate()));
        boolean once = type == FileType.CONFIG || type == FileType.KEY;
        PutOptions options = once ? PutOptions.createOnly() : PutOptions.overwrite();
        try {
            Blocking.await(store.put(key(type, name), body, options));
        } catch (StoreException e) {
            if (!once || e.error() != StoreError.PRECONDITION_FAILED) {
                throw new StoreFailure(e);
            }
        }
    }

    @Override
    public byte[] load(FileType type, String name) throws IOException {
        GetResult first = get(type, name, 0, ObjectStore.MAX_BUFFER);
        byte[] bytes = Buffers.bytes(first.body());
        long size = first.info().size();
        if (size == bytes.length) {
            return bytes;
        }
        if (size > Integer.MAX_VALUE - 64) {
            throw new CorruptObject(type, name, "it has " + size + " bytes");
        }
        byte[] whole = Arrays.copyOf(bytes, (int) size);
        for (int at = bytes.length; at < whole.length; ) {
            byte[] part = load(type, name, at, Math.min(ObjectStore.MAX_BUFFER, whole.length - at));
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    @Override
    public byte[] load(FileType type, String name, long offset, int length) throws IOException {
        if (length <= ObjectStore.MAX_BUFFER) {
            return Buffers.bytes(part(type, name, offset, length));
        }
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            int want = Math.min(ObjectStore.MAX_BUFFER, length - at);
            part(type, name, offset + at, want).getBytes(0, want, bytes, at);
            at += want;
        }
        return bytes;
    }

    private Buffer part(FileType type, String name, long offset, int length) throws IOException {
        Buffer part = get(type, name, offset, length).body();
        if (part.length() != length) {
            throw new CorruptObject(type, name, "it ends at " + (offset + part.length()));
        }
        return part;
    }

    private GetResult get(FileType type, String name, long offset, int length) throws IOException {
        try {
            return Blocking.await(store.get(key(type, name), Range.of(offset, length)));
        } catch (StoreException e) {
            if (e.error() == StoreError.NOT_FOUND) {
                throw new MissingObject(type, name);
            }
            if (e.error() == StoreError.INVALID_RANGE) {
                throw new CorruptObject(type, name, "it ends before " + offset);
            }
            throw new StoreFailure(e);
        }
    }

    @Override
    public List<FileInfo> list(FileType type) throws IOException {
        List<FileInfo> found = new ArrayList<>();
        call(Listing.each(store, PREFIX + type.prefix(), object -> add(type, object, found)));
        return found;
    }

    private static void add(FileType type, ObjectInfo object, List<FileInfo> found) {
        type.nameAt(object.key().substring(PREFIX.length()))
                .ifPresent(name -> found.add(new FileInfo(name, object.size(), object.lastModified())));
    }

    /** What the store knows of one object, with its own time. */
    Optional<ObjectInfo> head(FileType type, String name) throws IOException {
        return call(ask(type, name));
    }

    /** The same, to be waited for by {@link #call} later. */
    Future<Optional<ObjectInfo>> ask(FileType type, String name) {
        return store.head(key(type, name));
    }

    @Override
    public void remove(FileType type, String name) throws IOException {
        call(store.delete(List.of(key(type, name))));
    }

    static <T> T call(Future<T> future) throws IOException {
        try {
            return Blocking.await(future);
        } catch (StoreException e) {
            throw new StoreFailure(e);
        }
    }
}
