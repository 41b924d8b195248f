package io.statemanager.restic;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends with an error after so many bytes, so that nothing can unpack to more than memory holds. */
final class BoundedInput extends FilterInputStream {

    private long left;

    BoundedInput(InputStream in, long limit) {
        super(in);
        left = limit;
    }

    @Override
    public int read() throws IOException {
        return count(super.read(), 1);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        return count(read, read);
    }

    private int count(int result, int bytes) throws IOException {
        if (result >= 0) {
            left -= bytes;
            if (left < 0) {
                throw new IOException("it unpacks to more than is plausible");
            }
        }
        return result;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
