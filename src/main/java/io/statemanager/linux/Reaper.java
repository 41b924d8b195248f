package io.statemanager.linux;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes away the zombies of orphans that came to this process as pid 1 or subreaper, and never the exit status of a child that the JDK waits
 * for. It waits for single pids only ({@code waitpid(-1)} would make the JDK report success for a child that failed), never for one that
 * {@link Spawner} started, and for one in this process's own session, which other code of this JVM may have started, only when it was a zombie
 * for {@link #AGE}: the JDK takes its own within milliseconds.
 *
 * <p>Woken by SIGCHLD, with a slow look as a net; at rest nothing runs. One per process; owns one daemon thread.
 */
public final class Reaper {
    /** How long a child must have been a zombie. */
    static final Duration AGE = Duration.ofMillis(500);

    private static final long PAUSE_MS = 10;
    private static final long AGAIN_MS = 100;
    private static final long NET_MS = 60_000;
    private static final Semaphore WAKE = new Semaphore(0);

    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private final int ownSession = Processes.session();
    private final Map<Integer, Seen> zombies = new HashMap<>();

    private record Seen(ProcessStat stat, long sinceNanos) {}

    private Reaper() {}

    /** Takes SIGCHLD and begins, once for this process. */
    public static void start() {
        if (!STARTED.compareAndSet(false, true)) {
            return;
        }
        Reaper reaper = new Reaper();
        SignalHandlers.handle(Signal.CHLD, WAKE::release);
        Thread thread = new Thread(reaper::run, "orphan-reaper");
        thread.setDaemon(true);
        thread.start();
    }

    /** Has it look again at once, for who waits until a group has no zombie either. */
    public static void look() {
        WAKE.release();
    }

    private void run() {
        while (true) {
            try {
                boolean waiting = scan();
                // A burst of deaths costs few looks: the pause lets the rest of it arrive.
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                if (WAKE.tryAcquire(waiting ? AGAIN_MS : NET_MS, TimeUnit.MILLISECONDS)) {
                    WAKE.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One look; whether there are zombies that are not old enough yet. */
    private boolean scan() {
        Map<Integer, Seen> now = new HashMap<>();
        try {
            for (ProcessStat stat : ProcessTable.read().all()) {
                if (stat.parent() == Processes.self() && stat.isDead()) {
                    now.put(stat.pid(), sinceWhen(stat));
                }
            }
        } catch (IOException e) {
            return false;
        }
        zombies.clear();
        zombies.putAll(now);
        long old = System.nanoTime() - AGE.toNanos();
        zombies.values()
                .removeIf(
                        seen -> (seen.sinceNanos <= old || seen.stat.session() != ownSession) && reap(seen.stat.pid()));
        return !zombies.isEmpty();
    }

    private Seen sinceWhen(ProcessStat stat) {
        Seen before = zombies.get(stat.pid());
        return before != null && before.stat.isSame(stat) ? before : new Seen(stat, System.nanoTime());
    }

    private static boolean reap(int pid) {
        return !Spawner.mayOwn(pid) && Libc.waitpid(pid, new int[1], Libc.WNOHANG) == pid;
    }
}
