package io.statemanager.ltx;

import java.io.IOException;

/**
 * A complete LTX file that is read at positions: a file of this machine, bytes in memory, an object of a store by ranged GETs.
 *
 * <p>Reads come one at a time, nearly always forward, each as large as the reader's memory allows; an implementation whose reads are
 * slow may fetch ahead. A failure of whatever is behind it may leave as any exception and ends the reader's work.
 */
public interface LtxSource {
    /** Size of the file; it does not change. */
    long size() throws IOException;

    /**
     * Reads at least one byte and up to {@code length} bytes from a position within the file, which all lie within it; what is missing is
     * asked for again. A negative number or 0 means that the file is shorter than it said.
     */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /** A file that is in memory. */
    static LtxSource of(byte[] file) {
        return new LtxSource() {
            @Override
            public long size() {
                return file.length;
            }

            @Override
            public int read(long position, byte[] target, int offset, int length) {
                System.arraycopy(file, Math.toIntExact(position), target, offset, length);
                return length;
            }
        };
    }
}
