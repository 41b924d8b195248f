package io.statemanager.restic;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** AES-CTR over a stream, in slices: the JDK's own filter allocates for each read. */
final class Decrypting extends FilterInputStream {

    private final Cipher cipher;
    private final byte[] slice = new byte[8192];

    Decrypting(Cipher cipher, InputStream in) {
        super(in);
        this.cipher = cipher;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(slice, 0, Math.min(slice.length, length));
        if (read <= 0) {
            return read;
        }
        try {
            return cipher.update(slice, 0, read, target, offset);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("CTR gives as much as it takes", e);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
