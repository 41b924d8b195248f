package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.runtime.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The secret that opens the control interface over TCP: {@code CONTROLLER_TOKEN}, else the content of {@code <data-dir>/token}, which is made
 * at the first start. Only its hash is kept, and hashes are compared in constant time, so neither content nor length can be measured.
 * Immutable; its text form says nothing.
 */
public final class Token {
    /** The environment variable that holds it. */
    public static final String VARIABLE = "CONTROLLER_TOKEN";

    private static final String FILE = "token";
    private static final String SCHEME = "bearer ";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long LONGEST_FILE = 4096;

    private final byte[] hash;

    private Token(String text) {
        this.hash = sha256(text);
    }

    /** A known token. */
    public static Token of(String text) {
        String token = text.strip();
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw CommandException.of(
                    FailureCode.INVALID_CONFIGURATION,
                    "the control token is empty or holds a character that no header can carry");
        }
        return new Token(token);
    }

    /**
     * The token of this machine; reads or makes the file, so not for an event loop.
     *
     * @param variable the value of {@link #VARIABLE}, null or blank where it is not set
     * @param dataDir an existing directory
     */
    public static Token load(String variable, Path dataDir) {
        if (variable != null && !variable.isBlank()) {
            return of(variable);
        }
        Path file = dataDir.resolve(FILE);
        try {
            return of(read(file));
        } catch (NoSuchFileException e) {
            return create(file);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED,
                    "the control token of " + file + " cannot be read: " + IoReason.of(e),
                    e);
        }
    }

    /** Whether an {@code Authorization} header carries it; null never does. */
    public boolean isCarriedBy(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(
                hash, sha256(authorization.substring(SCHEME.length()).strip()));
    }

    @Override
    public String toString() {
        return "***";
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_FILE) {
            throw new IOException(file + " is too large for a token");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static Token create(Path file) {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        // Written beside and linked into place, so that a half-written token never stands under the name.
        Path temporary = file.resolveSibling(FILE + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.createLink(file, temporary);
            Files.delete(temporary);
        } catch (FileAlreadyExistsException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED, "the control token appeared while it was made: " + file, e);
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.DIRECTORY_FAILED,
                    "the control token of " + file + " cannot be made: " + IoReason.of(e),
                    e);
        }
        return new Token(text);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
