package io.statemanager.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Starts many children, each of which makes an orphan and ends with an exit code of its own; then tells how many exit codes were wrong, how
 * many orphans were seen, and how many zombies are left once all is quiet.
 */
final class ReapingProgram {
    private static final int CODES = 100;
    private static final int AT_ONCE = 16;

    private ReapingProgram() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        if (!Processes.isInit()) {
            Processes.becomeSubreaper();
        }
        Reaper.start();
        int wrong = 0;
        for (int from = 0; from < count; from += AT_ONCE) {
            List<CompletableFuture<Integer>> codes = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                codes.add(launch(i % CODES));
            }
            for (int i = 0; i < codes.size(); i++) {
                wrong += codes.get(i).get() == (from + i) % CODES ? 0 : 1;
            }
        }
        int left = awaitQuiet();
        System.out.println("init=" + Processes.isInit() + " children=" + count + " wrong=" + wrong + " left=" + left);
        System.exit(0);
    }

    /** Half of the orphans stay in the session, half make one of their own; all outlive their parent. */
    private static CompletableFuture<Integer> launch(int code) {
        String away = code % 2 == 0 ? "setsid " : "";
        String script = "(" + away + "sh -c 'sleep 0.02; exit 1' &) ; exit " + code;
        Launch launch = new Launch(
                List.of("sh", "-c", script),
                Optional.empty(),
                System.getenv(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return Spawner.start(launch).thenCompose(Child::exit);
    }

    /** The children of ours, dead or alive, after at most a minute. */
    private static int awaitQuiet() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        int left = children();
        while (left > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            left = children();
        }
        return left;
    }

    private static int children() throws IOException {
        return (int) ProcessTable.read().all().stream()
                .filter(stat -> stat.parent() == Processes.self())
                .count();
    }
}
