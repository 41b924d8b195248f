package io.statemanager.storage.local;

import io.statemanager.runtime.IoReason;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/** Tells what a failure of the file system means. */
final class LocalFaults {
    /** Where less than this is free, a failed write counts as one for want of space, whatever the system's text says. */
    private static final long NOTHING_FREE = 64 * 1024;

    private LocalFaults() {}

    static StoreException of(Exception failure, String operation, String key, Path root) {
        if (failure instanceof StoreException known) {
            return known;
        }
        if (failure instanceof TimeoutException) {
            return new StoreException(
                    StoreError.TIMEOUT,
                    operation,
                    key,
                    "the store's directory is kept by " + failure.getMessage(),
                    "is another manager stopped (SIGSTOP) in the middle of a write?",
                    false,
                    null);
        }
        if (!(failure instanceof IOException io)) {
            return new StoreException(StoreError.UNEXPECTED, operation, key, text(failure), "", false, failure);
        }
        return ofFileSystem(io, operation, key, root);
    }

    private static StoreException ofFileSystem(IOException failure, String operation, String key, Path root) {
        String text = text(failure);
        if (text.contains("No space left") || text.contains("quota exceeded") || isFull(root)) {
            return new StoreException(
                    StoreError.DISK_FULL,
                    operation,
                    key,
                    "the disk of " + root + " is full",
                    "free space there",
                    false,
                    failure);
        }
        if (failure instanceof AccessDeniedException) {
            return new StoreException(
                    StoreError.DENIED, operation, key, text, "check owner and mode of " + root, false, failure);
        }
        if (!key.isEmpty() && isAnothersName(failure, text)) {
            return sameName(operation, key);
        }
        if (failure instanceof NoSuchFileException) {
            return new StoreException(
                    StoreError.LOCAL_IO,
                    operation,
                    key,
                    text,
                    "is the directory " + root + " still there?",
                    false,
                    failure);
        }
        return new StoreException(
                StoreError.LOCAL_IO, operation, key, text, "check the disk of " + root, false, failure);
    }

    private static boolean isAnothersName(IOException failure, String text) {
        return failure instanceof NotDirectoryException
                || failure instanceof FileAlreadyExistsException
                || text.contains("Not a directory")
                || text.contains("Is a directory");
    }

    static StoreException sameName(String operation, String key) {
        return new StoreException(
                StoreError.INVALID_KEY, operation, key, "an object and a folder would have the same name");
    }

    private static boolean isFull(Path root) {
        try {
            return Files.getFileStore(root).getUsableSpace() < NOTHING_FREE;
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(Exception failure) {
        if (failure instanceof FileSystemException e) {
            // What is made where there should be one is always a directory.
            String reason = e instanceof FileAlreadyExistsException ? "it is not a directory" : IoReason.of(e);
            return reason + " (" + e.getFile() + ")";
        }
        return failure instanceof IOException e ? IoReason.of(e) : "an unexpected failure inside the manager";
    }
}
