package io.statemanager.storage.local;

import io.statemanager.storage.Body;
import io.statemanager.storage.Buffers;
import io.statemanager.storage.Condition;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Changes of the directory; all of this blocks. A write is: bytes into a temporary, hashed, described and synced; then, under the lock,
 * gate and condition are looked at and the temporary gets its name in one step; then the folder is synced. Before that step a crash
 * leaves a temporary, after it the whole object.
 */
final class LocalWrites {
    private static final int BLOCK = 256 * 1024;

    private final LocalDirectory directory;

    LocalWrites(LocalDirectory directory) {
        this.directory = directory;
    }

    Staged stage() throws IOException {
        return new Staged(directory.temporary());
    }

    PutResult put(LocalCall call, Body body, PutOptions options) throws IOException, TimeoutException {
        try (Staged staged = stage()) {
            if (body instanceof Body.Bytes bytes) {
                staged.write(Buffers.view(bytes.buffer()));
            } else {
                Body.FileRange range = (Body.FileRange) body;
                try (FileChannel from = FileChannel.open(range.file(), StandardOpenOption.READ)) {
                    transfer(call, from, range.offset(), range.length(), staged);
                }
            }
            staged.finish(options.metadata());
            return name(call, staged, options.condition());
        }
    }

    PutResult copy(LocalCall call, LocalReads reads, String from, Condition condition)
            throws IOException, TimeoutException {
        try (LocalReads.Opened opened = reads.open(call, from);
                Staged staged = stage()) {
            call.willTransfer(opened.version().size());
            transfer(call, opened.channel(), 0, opened.version().size(), staged);
            staged.finish(opened.version().metadata());
            return name(call, staged, condition);
        }
    }

    private static void transfer(LocalCall call, FileChannel from, long offset, long length, Staged to)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long done = 0;
        while (done < length) {
            call.checkTime();
            block.clear().limit((int) Math.min(BLOCK, length - done));
            int read = from.read(block, offset + done);
            if (read < 0) {
                throw new IOException("the body's file ends before byte " + (offset + length));
            }
            to.write(block.flip());
            done += read;
        }
    }

    /** Gives a finished temporary its name, if gate and condition allow it at that moment. */
    PutResult name(LocalCall call, Staged staged, Condition condition) throws IOException, TimeoutException {
        Path file = directory.file(call.operation(), call.key());
        directory.exclusively(call.deadline(), () -> {
            call.ticket().check();
            requireNoFolder(call, file);
            check(call, file, condition);
            directory.makeFoldersFor(file);
            move(call, staged.file(), file, condition);
            return file;
        });
        try {
            LocalDirectory.sync(file.getParent());
        } catch (IOException e) {
            throw LocalFaults.of(e, call.operation(), call.key(), directory.root())
                    .ambiguous(true);
        }
        return new PutResult(staged.etag(), Instant.now());
    }

    private static void requireNoFolder(LocalCall call, Path file) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw LocalFaults.sameName(call.operation(), call.key());
        }
    }

    private static void check(LocalCall call, Path file, Condition condition) throws IOException {
        if (!condition.isConditional()) {
            return;
        }
        Optional<LocalVersion> there = LocalVersion.of(file);
        boolean holds = condition instanceof Condition.IfMatch match
                ? there.isPresent() && there.get().etag().equals(match.etag())
                : there.isEmpty();
        if (!holds) {
            throw refused(call);
        }
    }

    /** A link fails where the name is taken, even by a program that knows nothing of the lock. */
    private static void move(LocalCall call, Path from, Path to, Condition condition) throws IOException {
        if (condition instanceof Condition.CreateOnly) {
            try {
                Files.createLink(to, from);
            } catch (FileAlreadyExistsException taken) {
                throw refused(call);
            }
        } else {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static StoreException refused(LocalCall call) {
        return new StoreException(
                StoreError.PRECONDITION_FAILED, call.operation(), call.key(), "the condition does not hold");
    }

    void delete(LocalCall call, List<String> keys) throws IOException, TimeoutException {
        List<Path> files =
                keys.stream().map(key -> directory.file(call.operation(), key)).toList();
        for (int from = 0; from < files.size(); from += 100) {
            List<Path> some = files.subList(from, Math.min(files.size(), from + 100));
            directory.exclusively(call.deadline(), () -> {
                call.ticket().check();
                for (Path file : some) {
                    if (LocalVersion.of(file).isPresent()) {
                        Files.deleteIfExists(file);
                        directory.removeEmptyFolders(file);
                    }
                }
                return null;
            });
        }
        for (Path folder :
                files.stream().map(directory::nearestFolder).distinct().toList()) {
            LocalDirectory.sync(folder);
        }
    }
}
