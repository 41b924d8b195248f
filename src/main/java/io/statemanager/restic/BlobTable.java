package io.statemanager.restic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Blobs and where they lie, 48 bytes an entry in blocks of plain arrays, and a hash table of entry numbers beside them. Entries are only added, and keep
 * their numbers. A blob may have several entries; equal ones are kept once. Safe for use by many threads.
 */
final class BlobTable {

    private static final int BLOCK_BITS = 12;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int IN_BLOCK = BLOCK - 1;
    private static final int LONGS = 4;
    private static final int INTS = 4;
    private static final int TREE = 1 << 31;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock reading = lock.readLock();
    private final Lock writing = lock.writeLock();
    private final List<long[]> ids = new ArrayList<>();
    /** For each entry: pack number with the type in the top bit, offset, length, raw length. */
    private final List<int[]> places = new ArrayList<>();

    private final List<Id> packs = new ArrayList<>();
    private final Map<Id, Integer> packNumbers = new HashMap<>();
    /** Entry number + 1, or 0. */
    private int[] slots = new int[1024];

    private int size;

    /** Adds an entry; false where the same is there already. */
    boolean add(PackedBlob blob) {
        writing.lock();
        try {
            return insert(blob);
        } finally {
            writing.unlock();
        }
    }

    void addAll(Iterable<PackedBlob> blobs) {
        writing.lock();
        try {
            blobs.forEach(this::insert);
        } finally {
            writing.unlock();
        }
    }

    /** The number of the blob's first entry, or -1. */
    int find(BlobHandle blob) {
        reading.lock();
        try {
            return next(blob, home(blob.id()));
        } finally {
            reading.unlock();
        }
    }

    /** All entries of a blob. */
    List<PackedBlob> all(BlobHandle blob) {
        reading.lock();
        try {
            List<PackedBlob> found = new ArrayList<>(1);
            for (int slot = home(blob.id()); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
                if (is(slots[slot] - 1, blob)) {
                    found.add(entry(slots[slot] - 1));
                }
            }
            return found;
        } finally {
            reading.unlock();
        }
    }

    /** The entry with this number. */
    PackedBlob get(int number) {
        reading.lock();
        try {
            return entry(number);
        } finally {
            reading.unlock();
        }
    }

    int size() {
        reading.lock();
        try {
            return size;
        } finally {
            reading.unlock();
        }
    }

    List<Id> packs() {
        reading.lock();
        try {
            return List.copyOf(packs);
        } finally {
            reading.unlock();
        }
    }

    private boolean insert(PackedBlob blob) {
        int slot = home(blob.handle().id());
        for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if (is(slots[slot] - 1, blob.handle()) && entry(slots[slot] - 1).equals(blob)) {
                return false;
            }
        }
        append(blob);
        slots[slot] = size;
        if (size > slots.length - (slots.length >> 2)) {
            grow();
        }
        return true;
    }

    private void append(PackedBlob blob) {
        int at = size & IN_BLOCK;
        if (at == 0) {
            ids.add(new long[LONGS * BLOCK]);
            places.add(new int[INTS * BLOCK]);
        }
        long[] id = ids.get(size >> BLOCK_BITS);
        id[LONGS * at] = blob.handle().id().a();
        id[LONGS * at + 1] = blob.handle().id().b();
        id[LONGS * at + 2] = blob.handle().id().c();
        id[LONGS * at + 3] = blob.handle().id().d();
        int[] place = places.get(size >> BLOCK_BITS);
        place[INTS * at] = packNumber(blob.pack()) | (blob.handle().type() == BlobType.TREE ? TREE : 0);
        place[INTS * at + 1] = (int) blob.offset();
        place[INTS * at + 2] = blob.length();
        place[INTS * at + 3] = blob.rawLength();
        size++;
    }

    private int packNumber(Id pack) {
        Integer number = packNumbers.putIfAbsent(pack, packs.size());
        if (number == null) {
            packs.add(pack);
            return packs.size() - 1;
        }
        return number;
    }

    private PackedBlob entry(int number) {
        int[] place = places.get(number >> BLOCK_BITS);
        int at = INTS * (number & IN_BLOCK);
        BlobType type = place[at] < 0 ? BlobType.TREE : BlobType.DATA;
        BlobHandle handle = new BlobHandle(type, id(number));
        return new PackedBlob(
                packs.get(place[at] & ~TREE), handle, place[at + 1] & 0xffffffffL, place[at + 2], place[at + 3]);
    }

    private Id id(int number) {
        long[] id = ids.get(number >> BLOCK_BITS);
        int at = LONGS * (number & IN_BLOCK);
        return new Id(id[at], id[at + 1], id[at + 2], id[at + 3]);
    }

    private int next(BlobHandle blob, int from) {
        for (int slot = from; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if (is(slots[slot] - 1, blob)) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    private boolean is(int number, BlobHandle blob) {
        long[] id = ids.get(number >> BLOCK_BITS);
        int at = LONGS * (number & IN_BLOCK);
        if (id[at] != blob.id().a()
                || id[at + 1] != blob.id().b()
                || id[at + 2] != blob.id().c()
                || id[at + 3] != blob.id().d()) {
            return false;
        }
        boolean tree = places.get(number >> BLOCK_BITS)[INTS * (number & IN_BLOCK)] < 0;
        return tree == (blob.type() == BlobType.TREE);
    }

    private int home(Id id) {
        return home(id.a());
    }

    /** The id is a hash, so any of its bits spread evenly. */
    private int home(long firstWord) {
        return (int) firstWord & slots.length - 1;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        for (int number = 0; number < size; number++) {
            int slot = home(ids.get(number >> BLOCK_BITS)[LONGS * (number & IN_BLOCK)]);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = number + 1;
        }
    }
}
