package io.statemanager.supervision;

import static io.statemanager.supervision.Stage.get;
import static io.statemanager.supervision.Stage.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.statemanager.runtime.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    private static final RestartPolicy NEVER = RestartPolicy.always().with(RestartPolicy.Mode.NEVER);

    @TempDir
    Path directory;

    @Test
    void linesComeWithTheProcessesNameOnTheOutputTheyWereWrittenTo() {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("web", "echo one; echo two >&2; printf 'three\\r\\n'; exec sleep 1000"));

            // then
            await().atMost(Stage.LIMIT)
                    .untilAsserted(() -> assertThat(stage.stdout()).isEqualTo("web | one\nweb | three\r\n"));
            await().atMost(Stage.LIMIT)
                    .untilAsserted(() -> assertThat(stage.stderr.toString(StandardCharsets.UTF_8))
                            .isEqualTo("web | two\n"));
            assertThat(stage.supervisor.logs("web", 100, 0))
                    .extracting(OutputLine::text)
                    .containsExactlyInAnyOrder("one", "two", "three");
            await().atMost(Stage.LIMIT)
                    .until(() -> stage.read("logs/web.log").lines().count() == 3);
            assertThat(stage.read("logs/web.log")).containsPattern("(?m)^\\d{4}-\\d\\d-\\d\\dT\\S+Z stderr two$");
        }
    }

    @Test
    void whatAGrandchildWritesAfterItsParentsEndIsNotLost() {
        try (Stage stage = new Stage(directory)) {
            // given a child that is told to end after its parent has, and says so then
            stage.run(sh(
                            "web",
                            "sh -c 'trap \"sleep 0.3; echo late; exit 0\" TERM; echo up > $D/up; while :; do sleep 0.01; done' & while ! test -s $D/up; do sleep 0.01; done; exit 0")
                    .with(NEVER));

            // then
            stage.awaitState("web", "completed");
            await().atMost(Stage.LIMIT)
                    .until(() -> stage.supervisor.logs("web", 10, 0).stream()
                            .anyMatch(line -> line.text().equals("late")));
        }
    }

    @Test
    void anEndIsNotTiedToTheEndOfAPipe() throws Exception {
        try (Stage stage = new Stage(directory)) {
            // given somebody outside who holds the process's output open
            stage.run(sh("web", "exec sleep 1000"));
            try (RandomAccessFile held = new RandomAccessFile("/proc/" + stage.pid("web") + "/fd/1", "rw")) {
                // when
                get(stage.supervisor.stop("web"));

                // then it is over, and what still comes is shown
                assertThat(stage.status("web").state()).isEqualTo("stopped");
                held.write("afterwards\n".getBytes(StandardCharsets.UTF_8));
                await().atMost(Stage.LIMIT).until(() -> stage.stdout().contains("web | afterwards\n"));
            }
        }
    }

    @Test
    void aFloodAndAnEndlessLineAreBoundedAndLeaveOthersTheirs() throws Exception {
        try (Stage stage = new Stage(directory)) {
            // given
            stage.run(
                    sh("flood", "exec yes 'a line that does not end to come'"),
                    sh("endless", "exec tr '\\0' x < /dev/zero"),
                    sh("web", "i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.01; done"));

            // then the third one's lines go on
            await().atMost(Stage.LIMIT)
                    .until(() -> stage.supervisor.logs("web", 1000, 0).stream()
                            .anyMatch(line -> line.text().equals("tick 50")));

            // and the others' are bounded, in memory and on disk
            for (String name : List.of("flood", "endless")) {
                await().atMost(Stage.LIMIT).until(() -> Files.exists(directory.resolve("logs/" + name + ".log.1")));
                assertThat(Files.size(directory.resolve("logs/" + name + ".log")))
                        .isLessThanOrEqualTo(1 << 20);
                assertThat(Files.size(directory.resolve("logs/" + name + ".log.1")))
                        .isLessThanOrEqualTo(1 << 20);
                assertThat(stage.supervisor.logs(name, Integer.MAX_VALUE, 0).stream()
                                .mapToInt(line -> line.bytes().length)
                                .sum())
                        .isLessThanOrEqualTo(OutputTail.MOST_BYTES);
            }
            assertThat(stage.supervisor.logs("endless", 1, 0))
                    .allSatisfy(line -> assertThat(line.bytes()).hasSize(LineSplitter.LONGEST));
        }
    }

    @Test
    void aReaderThatIsStuckCostsLinesAndNoProcess() throws Exception {
        // given an output that nobody reads for now
        CountDownLatch reading = new CountDownLatch(1);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                try {
                    reading.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                read.write(bytes, from, length);
            }
        };
        Setup setup = new Setup(directory, stuck, stuck, 1 << 20, false, Ticker.system());
        Supervisor supervisor = Supervisor.open(setup, (what, status) -> {});
        String flood =
                "i=0; while test $i -lt 20000; do i=$((i+1)); echo \"a line of some length to fill the queue with $i\"; done; echo done > $D/done";

        // when
        get(supervisor.apply(List.of(sh("web", flood).with(NEVER)), Map.of("D", directory.toString())));
        get(supervisor.startAll());

        // then the process gets to its end all the same
        await().atMost(Stage.LIMIT).until(() -> Files.exists(directory.resolve("done")));
        await().atMost(Stage.LIMIT)
                .until(() -> supervisor.logs("web", 1, 0).stream()
                        .anyMatch(line -> line.text().endsWith(" 20000")));

        // and when somebody reads again, what was left out is told
        reading.countDown();
        await().atMost(Stage.LIMIT)
                .until(() -> read.toString(StandardCharsets.UTF_8).contains(" lines were left out"));
        get(supervisor.killAll());
        supervisor.close();
    }

    @Test
    void nothingIsLeftOutForAReaderThatIsMerelySlow() throws Exception {
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("web", "seq 1 100000").with(NEVER));

            // then
            await().atMost(Stage.LIMIT).until(() -> stage.stdout().endsWith("web | 100000\n"));
            assertThat(stage.stdout().lines()).hasSize(100_000);
        }
    }

    @Test
    void linesAreCutWhereTheyEndWhateverTheChunks() {
        // given
        List<String> lines = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(line -> lines.add(new String(line, StandardCharsets.UTF_8)));

        // when
        for (String chunk : List.of("on", "e\ntwo\n\nth", "r", "ee")) {
            splitter.accept(ByteBuffer.wrap(chunk.getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(lines).containsExactly("one", "two", "");
        splitter.flush();
        splitter.flush();

        // then
        assertThat(lines).containsExactly("one", "two", "", "three");
    }

    @Test
    void aLineOfExactlyTheLongestIsNotCut() {
        List<Integer> lengths = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(line -> lengths.add(line.length));
        splitter.accept(
                ByteBuffer.wrap(("x".repeat(LineSplitter.LONGEST) + "\n" + "y".repeat(LineSplitter.LONGEST + 1) + "\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        assertThat(lengths).containsExactly(LineSplitter.LONGEST, LineSplitter.LONGEST, 1);
    }

    @Test
    void theTailCountsOnAndForgetsTheOldest() {
        OutputTail tail = new OutputTail();
        for (int i = 1; i <= OutputTail.MOST_LINES + 5; i++) {
            tail.add(0, OutputLine.Stream.STDOUT, ("line " + i).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(tail.last(Integer.MAX_VALUE, 0)).hasSize(OutputTail.MOST_LINES);
        assertThat(tail.last(2, 0)).extracting(OutputLine::text).containsExactly("line 1004", "line 1005");
        assertThat(tail.last(10, 1004)).extracting(OutputLine::number).containsExactly(1005L);
        assertThat(tail.last(10, tail.newest())).isEmpty();
    }

    @Test
    void aLogThatCannotBeWrittenCostsNoProcess() throws Exception {
        // given a file where the directory should be
        Files.writeString(directory.resolve("logs"), "in the way");
        try (Stage stage = new Stage(directory)) {
            // when
            stage.run(sh("web", "echo one; exec sleep 1000"));

            // then
            await().atMost(Stage.LIMIT).until(() -> stage.stdout().equals("web | one\n"));
            assertThat(stage.status("web").state()).isEqualTo("running");
        }
    }

    @Test
    void aConsoleWithoutReaderIsGivenUp() {
        Console console = new Console(
                new OutputStream() {
                    @Override
                    public void write(int b) throws java.io.IOException {
                        throw new java.io.IOException("broken pipe");
                    }
                },
                "test");
        for (int i = 0; i < 100_000; i++) {
            console.line(new byte[0], "a line of some length".getBytes(StandardCharsets.US_ASCII));
        }
        console.close();
    }

    @Test
    void theDelayDoublesToItsCapAndIsNeverABusyLoop() {
        RestartPolicy policy = RestartPolicy.always();
        assertThat(policy.delayAfter(0, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.delayAfter(1, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.delayAfter(2, 0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.delayAfter(5, 0)).isEqualTo(Duration.ofSeconds(16));
        assertThat(policy.delayAfter(6, 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.delayAfter(1000, 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.delayAfter(1, 1)).isEqualTo(Duration.ofMillis(1100));
        RestartPolicy none = policy.withDelay(Duration.ZERO);
        assertThat(none.delayAfter(1, 1)).isZero();
        assertThat(none.delayAfter(2, 0)).isEqualTo(Duration.ofMillis(200));
        RestartPolicy slow = policy.withDelay(Duration.ofMinutes(1));
        assertThat(slow.delayAfter(3, 0)).isEqualTo(Duration.ofMinutes(1));
    }
}
