package io.statemanager.restic;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What one thread needs to turn plaintext into stored bytes and back: ciphers, zstd contexts, a digest and two buffers, all reused. Borrowed from a {@link
 * CodecPool} and closed to give it back.
 */
final class Codec implements AutoCloseable {

    private static final int ROUND = 64 * 1024;
    private static final int KEEP = 256 * 1024;
    private static final byte[] EMPTY = {};

    /** zstd's ZSTD_CONTENTSIZE_UNKNOWN; what is no frame at all has another negative number. */
    private static final long UNKNOWN_SIZE = -1;

    private final CodecPool pool;
    private final Sealer sealer;
    private final ZstdCompressCtx zip = new ZstdCompressCtx();
    private final ZstdDecompressCtx unzip = new ZstdDecompressCtx();
    private final MessageDigest sha = Sha256.digest();
    private final byte[] hash = new byte[Id.LENGTH];
    private int level;
    private byte[] sealed = EMPTY;
    private byte[] plain = EMPTY;
    private byte[] opened = EMPTY;

    Codec(CodecPool pool, MasterKey key) {
        this.pool = pool;
        this.sealer = new Sealer(key);
        zip.setContentSize(true);
        zip.setChecksum(false); // The MAC and the id say more.
    }

    Sealer sealer() {
        return sealer;
    }

    Id hash(byte[] bytes, int offset, int length) {
        sha.update(bytes, offset, length);
        try {
            sha.digest(hash, 0, Id.LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("the buffer is as long as the hash", e);
        }
        return Id.of(hash, 0);
    }

    /** Where {@link #seal} leaves its result, from index 0. */
    byte[] sealed() {
        return sealed;
    }

    /** Where {@link #unzip} leaves a compressed blob's plaintext, from index 0. */
    byte[] plain() {
        return plain;
    }

    /**
     * Compresses and encrypts into {@link #sealed}.
     *
     * @param prefix bytes that go before the compressed ones, such as the encoding version of an object
     * @param compressionLevel 0 leaves it uncompressed
     * @return number of sealed bytes
     */
    int seal(byte[] prefix, byte[] source, int offset, int length, int compressionLevel) {
        int start = Sealer.IV + prefix.length;
        int bound = compressionLevel == 0 ? length : Math.toIntExact(Zstd.compressBound(length));
        sealed = atLeast(sealed, start + bound + Sealer.MAC);
        System.arraycopy(prefix, 0, sealed, Sealer.IV, prefix.length);
        int stored = length;
        if (compressionLevel == 0) {
            System.arraycopy(source, offset, sealed, start, length);
        } else {
            setLevel(compressionLevel);
            stored = zip.compressByteArray(sealed, start, bound, source, offset, length);
        }
        return sealer.seal(sealed, 0, prefix.length + stored);
    }

    /**
     * Decompresses to {@link #plain} what must become exactly so many bytes.
     *
     * @return false where it does not
     */
    boolean unzip(byte[] source, int offset, int length, int rawLength) {
        long told = Zstd.getFrameContentSize(source, offset, length, false);
        if (told == UNKNOWN_SIZE) {
            return unzipStream(source, offset, length, rawLength);
        }
        if (told != rawLength) {
            return false;
        }
        plain = atLeast(plain, rawLength);
        try {
            return unzip.decompressByteArray(plain, 0, rawLength, source, offset, length) == rawLength;
        } catch (ZstdException e) {
            return false;
        }
    }

    /** For frames that do not tell their size: memory follows what really comes out, not what somebody claims. */
    private boolean unzipStream(byte[] source, int offset, int length, int rawLength) {
        int filled = 0;
        try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(source, offset, length))) {
            while (true) {
                if (filled == plain.length) {
                    plain = Arrays.copyOf(plain, atLeast(plain, Math.min(rawLength, 2 * filled) + 1).length);
                }
                int read = in.read(plain, filled, plain.length - filled);
                if (read < 0) {
                    return filled == rawLength;
                }
                filled += read;
                if (filled > rawLength) {
                    return false;
                }
            }
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether sealed bytes (which stay as they are) open to the blob: what a reader will do, done before they are stored. Large ones are unpacked as a
     * stream.
     */
    boolean reads(byte[] bytes, int length, int rawLength, Id id) throws IOException {
        if (!sealer.verify(bytes, 0, length)) {
            return false;
        }
        if (Math.max(length, rawLength) > Plain.STREAM_FROM) {
            InputStream stream = sealer.decrypting(bytes, 0, length);
            return Plain.hashOf(rawLength == 0 ? stream : new ZstdInputStreamNoFinalizer(stream))
                    .equals(id);
        }
        opened = atLeast(opened, length);
        sealer.decrypt(bytes, 0, length, opened, 0);
        if (rawLength == 0) {
            return hash(opened, 0, length - Sealer.OVERHEAD).equals(id);
        }
        return unzip(opened, 0, length - Sealer.OVERHEAD, rawLength)
                && hash(plain, 0, rawLength).equals(id);
    }

    /** Drops buffers that only large chunks need. */
    void trim() {
        sealed = sealed.length > KEEP ? EMPTY : sealed;
        plain = plain.length > KEEP ? EMPTY : plain;
        opened = opened.length > KEEP ? EMPTY : opened;
    }

    private void setLevel(int wanted) {
        if (level != wanted) {
            zip.setLevel(wanted);
            level = wanted;
        }
    }

    private static byte[] atLeast(byte[] array, int length) {
        return array.length >= length ? array : new byte[Math.addExact(length, ROUND - 1) & -ROUND];
    }

    @Override
    public void close() {
        pool.giveBack(this);
    }

    /** Frees what the garbage collector does not see. */
    void destroy() {
        zip.close();
        unzip.close();
    }
}
