package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.checkpoint.scan.Work;
import io.statemanager.linux.Directory;
import io.statemanager.linux.ErrnoException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads the files whose content a scan did not know, and stores them: a few threads, each with one file at a time, so that memory
 * does not depend on the tree. A directory's record is replaced when all its files are done.
 *
 * <p>Thread: blocking.
 */
final class ContentSaver {
    /** Files of one directory that one thread takes at once; a large flat directory is shared that way. */
    private static final int BATCH_FILES = 64;

    private static final long BATCH_BYTES = 8 << 20;

    private final Directory top;
    private final Scan scan;
    private final FileSaver saver;
    private final SaveListener listener;

    ContentSaver(Directory top, Scan scan, FileSaver saver, SaveListener listener) {
        this.top = top;
        this.scan = scan;
        this.saver = saver;
        this.listener = listener;
    }

    void saveAll(Executor executor, int threads) throws IOException {
        List<Step> directories = new ArrayList<>();
        for (String path : scan.pendingDirectories()) {
            directories.add(more -> new Reading(path).start(more));
        }
        Work.run(executor, threads, directories, Step::run);
    }

    /** A directory to be split, or a part of one to be read. */
    private interface Step {
        void run(Work<Step> more) throws IOException;
    }

    /** One directory that is being read, maybe by several threads. */
    private final class Reading {
        private final String path;
        private final List<FileEntry> entries;
        private final AtomicInteger batches = new AtomicInteger();

        Reading(String path) {
            this.path = path;
            this.entries =
                    Collections.synchronizedList(scan.directories().get(path).entries());
        }

        void start(Work<Step> more) {
            List<List<Integer>> parts = split();
            batches.set(parts.size());
            parts.forEach(part -> more.add(m -> read(part)));
        }

        private List<List<Integer>> split() {
            List<List<Integer>> parts = new ArrayList<>();
            List<Integer> part = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).isPending()) {
                    part.add(i);
                    bytes += entries.get(i).stat().size();
                    if (part.size() == BATCH_FILES || bytes >= BATCH_BYTES) {
                        parts.add(part);
                        part = new ArrayList<>();
                        bytes = 0;
                    }
                }
            }
            if (!part.isEmpty()) {
                parts.add(part);
            }
            return parts;
        }

        private void read(List<Integer> part) throws IOException {
            try (Directory directory = openIfThere()) {
                for (int i : part) {
                    FileEntry entry = entries.get(i);
                    entries.set(
                            i, directory == null ? saver.saveHeld(path, entry) : saver.save(directory, path, entry));
                }
            }
            listener.progress(Math.min(saver.bytes.sum(), scan.pendingBytes()), scan.pendingBytes());
            if (batches.decrementAndGet() == 0) {
                finish();
            }
        }

        private Directory openIfThere() throws IOException {
            try {
                return top.openBelow(path);
            } catch (ErrnoException e) {
                if (FileSaver.isGone(e)) {
                    return null;
                }
                throw e;
            }
        }

        private void finish() {
            List<FileEntry> there = entries.stream().filter(Objects::nonNull).toList();
            scan.directories().put(path, DirectoryRecord.of(there));
        }
    }
}
