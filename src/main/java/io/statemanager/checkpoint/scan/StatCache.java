package io.statemanager.checkpoint.scan;

import io.statemanager.restic.Id;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * The records of the last scan in a file, so that a new process reads only what has changed. It may be missing, old, torn or of
 * another tree: whatever is not whole is no cache, and what is in it counts only where a file's own inode and times say so and the
 * repository holds the blobs.
 *
 * <p>Format: a line that names it, then for each directory its raw path, its tree and its entries, each with its length; a length
 * of -1 and the SHA-256 of everything before. Thread: one at a time.
 */
public final class StatCache {
    private static final byte[] MAGIC = "state-manager stat cache 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LENGTH = 1 << 30;

    private final Path file;

    public StatCache(Path file) {
        this.file = file;
    }

    /** The records, or none. */
    public Map<String, DirectoryRecord> load() {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(in);
        } catch (NoSuchFileException none) {
            return Map.of();
        } catch (IOException | RuntimeException damaged) {
            return Map.of();
        }
    }

    private static Map<String, DirectoryRecord> read(InputStream raw) throws IOException {
        MessageDigest digest = sha256();
        DataInputStream in = new DataInputStream(new DigestInputStream(raw, digest));
        if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
            return Map.of();
        }
        Map<String, DirectoryRecord> records = new HashMap<>();
        for (int length = in.readInt(); length >= 0; length = in.readInt()) {
            String path = new String(read(in, length), StandardCharsets.ISO_8859_1);
            byte[] tree = read(in, in.readUnsignedByte());
            byte[] entries = read(in, in.readInt());
            records.put(path, new DirectoryRecord(tree.length == 0 ? null : Id.of(tree, 0), entries));
        }
        byte[] wanted = digest.digest();
        return MessageDigest.isEqual(raw.readNBytes(wanted.length), wanted) ? records : Map.of();
    }

    private static byte[] read(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IOException("a length that cannot be");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("it ends early");
        }
        return bytes;
    }

    /** Replaces the file. Not synced: a torn one is found out, and costs one full reading. */
    public void save(Map<String, DirectoryRecord> records) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
            write(records, raw);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Map<String, DirectoryRecord> records, OutputStream raw) throws IOException {
        MessageDigest digest = sha256();
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest));
        out.write(MAGIC);
        for (Map.Entry<String, DirectoryRecord> directory : records.entrySet()) {
            byte[] path = directory.getKey().getBytes(StandardCharsets.ISO_8859_1);
            Id tree = directory.getValue().tree();
            out.writeInt(path.length);
            out.write(path);
            out.writeByte(tree == null ? 0 : Id.LENGTH);
            out.write(tree == null ? new byte[0] : tree.bytes());
            out.writeInt(directory.getValue().packed().length);
            out.write(directory.getValue().packed());
        }
        out.writeInt(-1);
        out.flush();
        raw.write(digest.digest());
    }

    /** For a repository or tree that is another one now. */
    public void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
