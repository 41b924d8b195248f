package io.statemanager.restic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Codecs of one key, as many as threads ever used at once. Safe for use by many threads. */
final class CodecPool implements AutoCloseable {

    private final ConcurrentLinkedDeque<Codec> idle = new ConcurrentLinkedDeque<>();
    private final MasterKey key;
    private volatile boolean closed;

    CodecPool(MasterKey key) {
        this.key = key;
    }

    MasterKey key() {
        return key;
    }

    /** A codec for the calling thread, until it closes it. */
    Codec take() {
        Codec codec = idle.pollFirst();
        return codec == null ? new Codec(this, key) : codec;
    }

    void giveBack(Codec codec) {
        // The one used last has the warmest buffers.
        idle.addFirst(codec);
        if (closed) {
            drain();
        }
    }

    /** Drops large buffers of idle codecs, which a writer or reader that is done does not need any more. */
    void trim() {
        List<Codec> taken = new ArrayList<>();
        for (Codec codec = idle.pollFirst(); codec != null; codec = idle.pollFirst()) {
            codec.trim();
            taken.add(codec);
        }
        taken.forEach(this::giveBack);
    }

    /** Frees the codecs; those that are out are freed when they come back. */
    @Override
    public void close() {
        closed = true;
        drain();
    }

    private void drain() {
        for (Codec codec = idle.pollFirst(); codec != null; codec = idle.pollFirst()) {
            codec.destroy();
        }
    }
}
