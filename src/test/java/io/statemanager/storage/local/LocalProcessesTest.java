package io.statemanager.storage.local;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one directory, one of which is killed or stopped. */
class LocalProcessesTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path directory;

    @TempDir
    Path outputs;

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        await(vertx.close());
    }

    private Process start(Path output, String... arguments) throws IOException {
        Process process = StoreProcess.start(output, arguments);
        started.add(process);
        return process;
    }

    /** Waits until a process has said so many lines. */
    private static List<String> hear(Path output, int lines) throws IOException {
        Awaitility.await()
                .atMost(2, TimeUnit.MINUTES)
                .until(() -> StoreProcess.said(output).size() >= lines);
        return StoreProcess.said(output);
    }

    private LocalObjectStore open() {
        return await(LocalObjectStore.open(vertx, directory));
    }

    @Test
    void loseNoUpdateOfACounter() throws Exception {
        LocalObjectStore store = open();
        await(store.put("counter", body("0"), PutOptions.createOnly()));
        Path output = outputs.resolve("other");
        start(output, "count", directory.toString(), "120");
        hear(output, 1);

        int ours = 0;
        while (StoreProcess.said(output).size() < 2) {
            ours += StoreProcess.add(store);
        }

        int theirs = Integer.parseInt(StoreProcess.said(output).get(1));
        assertThat(ours).isPositive();
        assertThat(text(await(store.get("counter", Range.all())))).isEqualTo(Integer.toString(ours + theirs));
    }

    @Test
    void aKillLeavesWholeObjectsOnly() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 1; round <= 4; round++) {
            Path output = outputs.resolve("writer-" + round);
            Process writer = start(output, "write", directory.toString(), Integer.toString(round));
            hear(output, 20 + round);
            writer.destroyForcibly().waitFor();
            acknowledged.addAll(StoreProcess.said(output));
        }

        LocalObjectStore store = open();

        List<ObjectInfo> there = await(Listing.all(store, "written/"));
        assertThat(there).extracting(ObjectInfo::key).containsAll(acknowledged);
        for (ObjectInfo info : there) {
            GetResult got = await(store.get(info.key(), Range.all()));
            long seed = Long.parseLong(info.key().substring(info.key().lastIndexOf('/') + 1));
            assertThat(got.info().metadata()).containsEntry("seed", Long.toString(seed));
            assertThat(got.body().getBytes()).isEqualTo(StoreProcess.content(seed, (int) info.size()));
        }
        try (Stream<Path> left = Files.walk(directory.resolve(".state-manager/tmp"))) {
            assertThat(left.filter(Files::isRegularFile).map(Path::getFileName))
                    .singleElement()
                    .asString()
                    .endsWith(".lock");
        }
    }

    @Test
    void temporariesOfALivingProcessStay() throws Exception {
        start(outputs.resolve("holder"), "hold", directory.toString());
        assertThat(hear(outputs.resolve("holder"), 1)).containsExactly("held");

        Path tmp = directory.resolve(".state-manager/tmp");
        try (Stream<Path> locks = Files.list(tmp)) {
            Path lock = locks.filter(file -> file.toString().endsWith(".lock"))
                    .findFirst()
                    .orElseThrow();
            Path own = tmp.resolve(lock.getFileName().toString().replace(".lock", ""));
            Temporaries.in(tmp);

            assertThat(own).isDirectory();
            assertThat(lock).exists();
        }
    }

    @Test
    void aStoppedHolderOfTheLockHoldsNobodyPastADeadline() throws Exception {
        LocalObjectStore store = open();
        await(store.put("key", body("before"), PutOptions.createOnly()));
        Process holder = start(outputs.resolve("holder"), "hold", directory.toString());
        assertThat(hear(outputs.resolve("holder"), 1)).containsExactly("held");
        CallPolicy little = new CallPolicy(Duration.ofMillis(300), Duration.ofMillis(300), false);

        StoreException failure = failure(store.with(little).put("key", body("x"), PutOptions.overwrite()));

        assertThat(failure.error()).isEqualTo(StoreError.TIMEOUT);
        assertThat(failure.ambiguous()).isFalse();
        assertThat(failure.hint()).contains("another manager");
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("before");
        holder.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        await(store.put("key", body("after"), PutOptions.overwrite()));
    }
}
