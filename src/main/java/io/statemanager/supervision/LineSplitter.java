package io.statemanager.supervision;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into lines. A line longer than {@value #LONGEST} bytes comes in pieces of that size, so an endless one needs no more
 * memory than that. Confined to one thread.
 */
final class LineSplitter {
    static final int LONGEST = 16 * 1024;

    private final Consumer<byte[]> lines;
    private byte[] pending = new byte[256];
    private int length;

    LineSplitter(Consumer<byte[]> lines) {
        this.lines = lines;
    }

    void accept(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                emit();
            } else {
                append(next);
            }
        }
    }

    /** Gives out what has no end yet, if there is anything. */
    void flush() {
        if (length > 0) {
            emit();
        }
    }

    private void append(byte next) {
        if (length == LONGEST) {
            emit();
        }
        if (length == pending.length) {
            pending = Arrays.copyOf(pending, Math.min(LONGEST, length * 2));
        }
        pending[length++] = next;
    }

    private void emit() {
        lines.accept(Arrays.copyOf(pending, length));
        length = 0;
    }
}
