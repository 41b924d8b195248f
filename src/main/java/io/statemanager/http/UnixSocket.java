package io.statemanager.http;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of a unix socket that we listen on: free of a former incarnation's before, readable by us alone after, gone at the end. Blocking
 * file calls, so not for an event loop.
 */
final class UnixSocket {
    /** Linux has 108 bytes for the path with its final zero. */
    private static final int LONGEST_PATH = 107;

    private UnixSocket() {}

    /** Makes the place free; a socket on which somebody answers, and anything that is no socket, is an error. */
    static void prepare(Path path) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw failure(path, "the path has " + length + " bytes and a unix socket's may have " + LONGEST_PATH, null)
                    .withHint("a shorter directory for the sockets: --socket-dir");
        }
        try {
            Files.createDirectories(path.getParent());
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                removeStale(path);
            }
        } catch (IOException e) {
            throw failure(path, e.toString(), e);
        }
    }

    /** Only the owner may connect from now on. */
    static void protect(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw failure(path, e.toString(), e);
        }
    }

    static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failure(path, e.toString(), e);
        }
    }

    private static void removeStale(Path path) throws IOException {
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isOther()) {
            throw failure(path, "something that is no socket is there", null);
        }
        if (somebodyAnswers(path)) {
            throw failure(path, "another manager listens there", null)
                    .withHint("a directory of its own for each manager's sockets: --socket-dir");
        }
        Files.delete(path);
    }

    private static boolean somebodyAnswers(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            return false;
        }
    }

    private static CommandException failure(Path path, String cause, Throwable e) {
        return CommandException.of(FailureCode.DIRECTORY_FAILED, "cannot listen on unix:" + path + ": " + cause, e);
    }
}
