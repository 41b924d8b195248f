package io.statemanager.linux;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts processes, each as the leader of its own session, from the one thread that lives as long as this process.
 *
 * <p>Why one thread: a child inherits the signal mask of the thread that forks it, and on Java 17 every thread of the JVM has SIGQUIT blocked
 * (JDK-8234262); here nothing is. And a process that asks to be told of its parent's death is told when that thread ends.
 *
 * <p>{@code setsid} needs no fork in a child of the JVM, which never leads a group, so the pid that the JDK knows stays the program's own. A
 * program that {@code setsid} cannot execute shows as exit code 127 (not found) or 126 (not executable) and a line on standard error.
 */
public final class Spawner {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(Spawner::thread);
    private static final Set<Integer> LIVE = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger LAUNCHING = new AtomicInteger();
    private static final long SESSION_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final File NOWHERE = new File("/dev/null");

    private Spawner() {}

    private static Thread thread(Runnable loop) {
        Thread thread = new Thread(
                () -> {
                    Libc.pthread_sigmask(Libc.SIG_SETMASK, new byte[Libc.SIGSET_BYTES], null);
                    loop.run();
                },
                "process-spawner");
        thread.setDaemon(true);
        return thread;
    }

    /** Starts a process; fails with an {@link IOException} where the system refuses. Completes on the spawner's thread. */
    public static CompletableFuture<Child> start(Launch launch) {
        return CompletableFuture.supplyAsync(() -> launch(launch), THREAD);
    }

    /** Whether the JDK is waiting for this child, or may be in a moment: then its exit status is the JDK's to take. */
    static boolean mayOwn(int pid) {
        return LAUNCHING.get() > 0 || LIVE.contains(pid);
    }

    private static Child launch(Launch launch) {
        LAUNCHING.incrementAndGet();
        try {
            Process process = builder(launch).start();
            Child child = new Child(process);
            LIVE.add(child.pid());
            child.exit().whenComplete((code, failure) -> LIVE.remove(child.pid()));
            launch.cgroup().ifPresent(cgroup -> cgroup.add(child.pid()));
            awaitSession(child.pid());
            return child;
        } catch (IOException e) {
            throw new java.util.concurrent.CompletionException(e);
        } finally {
            LAUNCHING.decrementAndGet();
        }
    }

    /** The program {@code setsid} takes about a millisecond to do its work; until then a signal to the group would reach nobody. */
    private static void awaitSession(int pid) {
        long deadline = System.nanoTime() + SESSION_NANOS;
        int session = Libc.getsid(pid);
        while (session != pid && session != -1 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
            session = Libc.getsid(pid);
        }
    }

    private static ProcessBuilder builder(Launch launch) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        launch.directory().ifPresent(directory -> builder.directory(directory.toFile()));
        return builder.redirectInput(Redirect.from(NOWHERE))
                .redirectOutput(to(launch.output()))
                .redirectError(to(launch.error()));
    }

    private static Redirect to(Optional<File> file) {
        return Redirect.to(file.orElse(NOWHERE));
    }
}
