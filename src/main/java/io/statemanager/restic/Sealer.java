package io.statemanager.restic;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates: {@code IV || AES-256-CTR || Poly1305-AES}, in place. Confined to one thread; costly to make and meant to be reused.
 */
final class Sealer {

    static final int IV = 16;
    static final int MAC = 16;
    static final int OVERHEAD = IV + MAC;

    /** The JDK's AES and our MAC are compiled well after few short calls, and late where the calls are long. A multiple of 16. */
    private static final int SLICE = 8192;

    private final MasterKey key;
    private final SecretKeySpec encryptKey;
    private final Cipher stream;
    private final Cipher block;
    private final Poly1305 poly = new Poly1305();
    private final byte[] iv = new byte[IV];
    private final byte[] pad = new byte[IV];
    private final byte[] mac = new byte[MAC];
    private final byte[] nonces = new byte[4096];
    private int nonceAt = nonces.length;

    Sealer(MasterKey key) {
        this.key = key;
        try {
            encryptKey = new SecretKeySpec(key.encrypt(), "AES");
            stream = Cipher.getInstance("AES/CTR/NoPadding");
            block = Cipher.getInstance("AES/ECB/NoPadding");
            block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.macKey(), "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }

    /**
     * Encrypts in place.
     *
     * @param buffer holds the plaintext at {@code offset + 16}, with 16 bytes free before and after it
     * @return the length of the sealed bytes, which begin at {@code offset}
     */
    int seal(byte[] buffer, int offset, int length) {
        nextNonce();
        System.arraycopy(iv, 0, buffer, offset, IV);
        crypt(buffer, offset + IV, length, buffer, offset + IV);
        authenticate(buffer, offset + IV, length);
        System.arraycopy(mac, 0, buffer, offset + IV + length, MAC);
        return length + OVERHEAD;
    }

    /**
     * Checks the MAC and decrypts in place, to {@code offset + 16}.
     *
     * @return the plaintext's length, or -1 where the MAC does not match: then the buffer is unchanged
     */
    int open(byte[] buffer, int offset, int length) {
        if (!verify(buffer, offset, length)) {
            return -1;
        }
        crypt(buffer, offset + IV, length - OVERHEAD, buffer, offset + IV);
        return length - OVERHEAD;
    }

    /** Whether the MAC matches; afterwards {@link #decrypt} may be called for these bytes. */
    boolean verify(byte[] buffer, int offset, int length) {
        if (length < OVERHEAD) {
            return false;
        }
        System.arraycopy(buffer, offset, iv, 0, IV);
        authenticate(buffer, offset + IV, length - OVERHEAD);
        int difference = 0;
        for (int i = 0; i < MAC; i++) {
            difference |= mac[i] ^ buffer[offset + length - MAC + i];
        }
        return difference == 0;
    }

    /** Decrypts sealed bytes into another array; the MAC is not looked at. */
    void decrypt(byte[] sealed, int offset, int length, byte[] target, int targetOffset) {
        System.arraycopy(sealed, offset, iv, 0, IV);
        crypt(sealed, offset + IV, length - OVERHEAD, target, targetOffset);
    }

    /** As {@link #decrypt}, bit by bit. Until the stream is read to its end the sealer serves nothing else. */
    InputStream decrypting(byte[] sealed, int offset, int length) {
        System.arraycopy(sealed, offset, iv, 0, IV);
        try {
            stream.init(Cipher.ENCRYPT_MODE, encryptKey, new IvParameterSpec(iv));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CTR takes any nonce", e);
        }
        return new Decrypting(stream, new ByteArrayInputStream(sealed, offset + IV, length - OVERHEAD));
    }

    private void crypt(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        try {
            stream.init(Cipher.ENCRYPT_MODE, encryptKey, new IvParameterSpec(iv));
            int done = 0;
            for (; length - done > SLICE; done += SLICE) {
                stream.update(source, offset + done, SLICE, target, targetOffset + done);
            }
            stream.doFinal(source, offset + done, length - done, target, targetOffset + done);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CTR takes any length", e);
        }
    }

    private void authenticate(byte[] buffer, int offset, int length) {
        try {
            block.update(iv, 0, IV, pad, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES takes one block", e);
        }
        poly.begin(key.macR(), pad);
        int whole = length & -Poly1305.BLOCK;
        for (int done = 0; done < whole; done += SLICE) {
            poly.blocks(buffer, offset + done, Math.min(SLICE, whole - done));
        }
        poly.finish(buffer, offset + whole, length - whole, mac, 0);
    }

    private void nextNonce() {
        do {
            if (nonceAt == nonces.length) {
                Randomness.fill(nonces);
                nonceAt = 0;
            }
            System.arraycopy(nonces, nonceAt, iv, 0, IV);
            nonceAt += IV;
            // restic refuses a nonce of zeros; it will never come.
        } while (MessageDigest.isEqual(iv, new byte[IV]));
    }
}
