package io.statemanager.linux;

import com.sun.jna.Memory;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread that reads the output of any number of processes. Each gets a pipe of ours rather than the JDK's, which closes a pipe when the
 * process ends and so loses what its descendants still write: these are read until their last writer is gone, and nobody waits for that.
 *
 * <p>A source is read at most {@value #CHUNK} bytes at a turn, so that one that floods leaves the others theirs. A slow sink slows the writers
 * down, as a full pipe does. Safe for any thread; sinks are called on the pump's.
 */
public final class OutputPump implements AutoCloseable {
    private static final int CHUNK = 65536;
    private static final int ENTRY = 8;
    private static final int EVENTS = 4;
    private static final int RESULT = 6;
    private static final int DRAIN_TURNS = 16;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Source> sources = new ArrayList<>();
    private final Memory chunk = new Memory(CHUNK);
    private final int[] wake;
    private volatile boolean closed;
    private boolean gone;

    /** What takes the output. Must not throw. */
    public interface Sink {
        /** Some bytes, valid during the call only. */
        void data(ByteBuffer bytes);

        /** The last writer is gone. */
        void end();
    }

    private OutputPump(int[] wake) {
        this.wake = wake;
    }

    /** Begins with no source. */
    public static OutputPump start() throws ErrnoException {
        OutputPump pump = new OutputPump(pipe());
        Thread thread = new Thread(pump::run, "process-output");
        thread.setDaemon(true);
        thread.start();
        return pump;
    }

    /** A new pipe, whose bytes go to the sink. */
    public Source open(Sink sink) throws ErrnoException {
        Source source = new Source(pipe(), sink);
        execute(() -> sources.add(source));
        return source;
    }

    /** Ends the thread and closes the reading ends; who still writes gets SIGPIPE. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
    }

    private static int[] pipe() throws ErrnoException {
        int[] ends = new int[2];
        Libc.check(PipeCalls.pipe2(ends, PipeCalls.O_NONBLOCK | PipeCalls.O_CLOEXEC), "pipe2", "output");
        return ends;
    }

    private void execute(Runnable task) {
        tasks.add(task);
        wakeUp();
    }

    private void wakeUp() {
        // Under the lock, since after the end the number may be another file's.
        synchronized (wake) {
            if (!gone) {
                // A full pipe means that the pump will wake anyway.
                PipeCalls.write(wake[1], new byte[1], 1);
            }
        }
    }

    private void run() {
        while (!closed) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            turn();
        }
        sources.forEach(Source::closeReader);
        synchronized (wake) {
            gone = true;
            PipeCalls.close(wake[0]);
            PipeCalls.close(wake[1]);
        }
    }

    private void turn() {
        int count = sources.size() + 1;
        try (Memory entries = new Memory((long) count * ENTRY)) {
            entries.clear();
            enter(entries, 0, wake[0]);
            for (int i = 1; i < count; i++) {
                enter(entries, i, sources.get(i - 1).reader);
            }
            if (PipeCalls.poll(entries, count, -1) <= 0) {
                return;
            }
            if (entries.getShort(RESULT) != 0) {
                PipeCalls.read(wake[0], chunk, CHUNK);
            }
            Iterator<Source> each = sources.iterator();
            for (int i = 1; i < count; i++) {
                Source source = each.next();
                if (entries.getShort((long) i * ENTRY + RESULT) != 0 && !source.read()) {
                    each.remove();
                }
            }
        }
    }

    private static void enter(Memory entries, int index, int fd) {
        entries.setInt((long) index * ENTRY, fd);
        entries.setShort((long) index * ENTRY + EVENTS, PipeCalls.POLLIN);
    }

    /** One process's stdout or stderr. */
    public final class Source {
        private final int reader;
        private final int writer;
        private final Sink sink;
        private final AtomicBoolean launched = new AtomicBoolean();
        private boolean ended;

        private Source(int[] ends, Sink sink) {
            this.reader = ends[0];
            this.writer = ends[1];
            this.sink = sink;
        }

        /** What a child's output is to be redirected to; opening it gives a writing end that blocks as usual. */
        public File writingEnd() {
            return new File("/proc/self/fd/" + writer);
        }

        /** Gives up our own writing end, once the child is started or was not. */
        public void launched() {
            if (launched.compareAndSet(false, true)) {
                PipeCalls.close(writer);
            }
        }

        /**
         * Completes once what was written before this call has gone to the sink, or a megabyte of it, and {@code then} has run on the pump's
         * thread.
         */
        public CompletionStage<Void> drained(Runnable then) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            execute(() -> {
                for (int turn = 0; turn < DRAIN_TURNS && !ended && pass() > 0; turn++) {}
                then.run();
                done.complete(null);
            });
            return done;
        }

        /** One turn; false when it is over. */
        private boolean read() {
            if (!ended) {
                pass();
            }
            if (ended) {
                closeReader();
            }
            return !ended;
        }

        private long pass() {
            long length = PipeCalls.read(reader, chunk, CHUNK);
            if (length > 0) {
                sink.data(chunk.getByteBuffer(0, length));
            } else if (length == 0 || isBroken(Libc.failure("read", reader))) {
                ended = true;
                sink.end();
            }
            return length;
        }

        private boolean isBroken(IOException failure) {
            return !(failure instanceof ErrnoException e
                    && (e.is(ErrnoException.EAGAIN) || e.is(ErrnoException.EINTR)));
        }

        private void closeReader() {
            PipeCalls.close(reader);
        }
    }
}
