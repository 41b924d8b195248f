package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose state is it, with real managers on one store: each case of the ownership chapter. */
class OwnershipIT extends ManagerFixture {
    @Test
    void anEmptyMachineGetsTheNewestState() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        write(first, "notes.txt", "one");
        checkpoint(first, "v1");
        first.kill();

        Manager second = machine("b").start().awaitRunning();

        assertThat(read(second, "notes.txt")).isEqualTo("one");
        assertThat(second.status().getJsonObject("lease").getLong("generation")).isEqualTo(2);
    }

    @Test
    void theSameMachineGoesOnAtOnceAfterAKillAndKeepsEverything() throws IOException {
        Manager first = machine("a", "60s").start().awaitRunning();
        checkpoint(first, "v1");
        write(first, "after.txt", "not in any checkpoint");
        first.kill();

        long began = System.nanoTime();
        Manager again = machine("a", "60s").start().awaitRunning();

        assertThat(read(again, "after.txt")).isEqualTo("not in any checkpoint");
        assertThat(System.nanoTime() - began)
                .as("long before the TTL of a minute")
                .isLessThan(55_000_000_000L);
    }

    @Test
    void orphansOfTheFormerIncarnationAreGoneBeforeTheNewOnesStart() throws IOException {
        Manager first = machine("a")
                .running("sh", "-c", "echo $$ >> $STATE_MANAGER_ENV_DIR/pids; exec sleep 1000")
                .start()
                .awaitRunning();
        long orphan = pids(first).get(0);
        first.kill();
        assertThat(ProcessHandle.of(orphan)).isPresent();

        Manager again = machine("a")
                .running(
                        "sh",
                        "-c",
                        // A zombie that nobody has reaped yet is as good as gone.
                        "grep -q '^State:.[^ZX]' /proc/" + orphan
                                + "/status && echo alive > $STATE_MANAGER_ENV_DIR/seen;"
                                + " echo $$ > $STATE_MANAGER_ENV_DIR/started; exec sleep 1000")
                .start()
                .awaitRunning();

        org.awaitility.Awaitility.await()
                .until(() -> Files.exists(again.envDir().resolve("started")));
        assertThat(again.envDir().resolve("seen")).doesNotExist();
    }

    @Test
    void localFilesOfANewEnvironmentAreKept() throws IOException {
        Manager first = machine("a");
        write(first, "mine.txt", "mine");

        first.start().awaitRunning();

        assertThat(read(first, "mine.txt")).isEqualTo("mine");
    }

    @Test
    void localFilesThatTheStoreDoesNotKnowBlockUntilSomebodyDecides() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        write(first, "theirs.txt", "theirs");
        checkpoint(first, "v1");
        assertThat(first.stop()).isZero();
        Manager second = machine("b");
        write(second, "mine.txt", "mine");

        second.start();
        JsonObject blocked = second.awaitState("blocked");

        assertThat(blocked.getString("reason")).contains("adopt");
        assertThat(blocked.getJsonObject("lease").getString("state")).isEqualTo("blocked");
        assertThat(read(second, "mine.txt")).isEqualTo("mine");
        assertThat(second.get("/readyz").status()).isEqualTo(503);
    }

    @Test
    void adoptRemoteSavesTheLocalFilesFirst() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        write(first, "theirs.txt", "theirs");
        checkpoint(first, "v1");
        first.stop();
        Manager second = machine("b").options("--adopt", "remote");
        write(second, "mine.txt", "mine");

        second.start().awaitRunning();

        assertThat(read(second, "theirs.txt")).isEqualTo("theirs");
        assertThat(second.envDir().resolve("mine.txt")).doesNotExist();
        String stale = ids(second).stream()
                .filter(id -> id.startsWith("stale-"))
                .findFirst()
                .orElseThrow();
        assertThat(second.post("/restore", "{\"checkpoint_id\":\"" + stale + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(read(second, "mine.txt")).isEqualTo("mine");
    }

    @Test
    void adoptLocalMakesTheLocalFilesTheLine() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        write(first, "theirs.txt", "theirs");
        checkpoint(first, "v1");
        first.stop();
        Manager second = machine("b").options("--adopt", "local");
        write(second, "mine.txt", "mine");

        second.start().awaitRunning();
        checkpoint(second, "v2");
        second.kill();
        Manager third = machine("c").start().awaitRunning();

        assertThat(read(third, "mine.txt")).isEqualTo("mine");
        assertThat(third.envDir().resolve("theirs.txt")).doesNotExist();
        assertThat(ids(third)).contains("v1", "v2");
    }

    @Test
    void aStateOlderThanTheStoresIsSavedAsStaleThenReplaced() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        checkpoint(first, "v1");
        write(first, "lost.txt", "written after v1");
        first.kill();
        Manager second = machine("b").start().awaitRunning();
        write(second, "newer.txt", "newer");
        checkpoint(second, "v2");
        second.stop();

        Manager again = machine("a").start().awaitRunning();

        assertThat(read(again, "newer.txt")).isEqualTo("newer");
        assertThat(again.envDir().resolve("lost.txt")).doesNotExist();
        String stale = ids(again).stream()
                .filter(id -> id.startsWith("stale-"))
                .findFirst()
                .orElseThrow();
        assertThat(again.post("/restore", "{\"id\":\"" + stale + "\"}").status())
                .isEqualTo(200);
        assertThat(read(again, "lost.txt")).isEqualTo("written after v1");
    }

    @Test
    void aCopiedDataDirectoryDoesNotTakeTheLeaseAtOnceAndIsNotTakenForTheOriginal() throws IOException {
        Manager first = machine("a", "3s").start().awaitRunning();
        checkpoint(first, "v1");
        write(first, "after.txt", "unsaved");
        Manager copy = machine("b", "3s");
        copyTree(first.dataDir(), copy.dataDir());

        copy.start();
        JsonObject waiting = told(copy);
        assertThat(waiting.getString("reason")).contains("holds the lease");
        checkpoint(first, "v2");
        first.kill();
        copy.awaitRunning();

        assertThat(ids(copy)).contains("v2").anyMatch(id -> id.startsWith("stale-"));
        assertThat(read(copy, "after.txt")).isEqualTo("unsaved");
    }

    @Test
    void aSecondMachineWaitsAndSaysForWhomThenTakesOverAfterTheTtl() throws IOException {
        Manager first = machine("a", "3s").start().awaitRunning();
        write(first, "x", "1");
        checkpoint(first, "v1");
        Manager second = machine("b", "3s").start();
        assertThat(told(second).getString("reason")).contains("generation 1");

        first.kill();
        second.awaitRunning();

        assertThat(read(second, "x")).isEqualTo("1");
    }

    @Test
    void aHolderThatSleptPastItsDeadlineWakesBesideANewOwnerAndGivesUp() throws IOException {
        Manager first = machine("a", "3s").running("sleep", "1000").start().awaitRunning();
        write(first, "x", "1");
        checkpoint(first, "v1");
        first.signal("STOP");
        Manager second = machine("b", "3s").start().awaitRunning();
        write(second, "x", "2");
        checkpoint(second, "v2");

        first.signal("CONT");
        Manager.Answer late = first.post("/checkpoint", "{\"id\":\"late\"}");
        JsonObject deposed = told(first);

        assertThat(late.status()).as(late.body()).isGreaterThanOrEqualTo(400);
        assertThat(deposed.getString("reason")).contains("generation 2");
        assertThat(ids(second)).doesNotContain("late");
        second.stop();
        first.awaitRunning();
        assertThat(read(first, "x")).isEqualTo("2");
    }

    @Test
    void theMachineLostRightAfterARestoreLeavesTheRestoredState() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        write(first, "x", "old");
        checkpoint(first, "v1");
        write(first, "x", "new");
        checkpoint(first, "v2");
        assertThat(first.post("/restore", "{\"checkpoint_id\":\"v1\"}").status())
                .isEqualTo(200);
        first.kill();

        Manager second = machine("b").start().awaitRunning();

        assertThat(read(second, "x")).isEqualTo("old");
        assertThat(second.post("/restore", "{\"checkpoint_id\":\"v2\"}").status())
                .isEqualTo(200);
        assertThat(read(second, "x")).isEqualTo("new");
    }

    @Test
    void theMachineLostInTheMiddleOfARestoreLeavesTheRestoredState() throws IOException {
        Manager first = machine("a").failingAt("restore.committed").start().awaitRunning();
        write(first, "x", "old");
        checkpoint(first, "v1");
        write(first, "x", "new");
        checkpoint(first, "v2");
        first.dyingOf(() -> first.post("/restore", "{\"checkpoint_id\":\"v1\"}"));

        Manager second = machine("b").start().awaitRunning();

        assertThat(read(second, "x")).isEqualTo("old");
    }

    @Test
    void aRestoreCutShortIsFinishedOnTheSameMachine() throws IOException {
        Manager first = machine("a").failingAt("restore.files").start().awaitRunning();
        write(first, "x", "old");
        checkpoint(first, "v1");
        write(first, "x", "new");
        write(first, "y", "only in v2");
        checkpoint(first, "v2");
        first.dyingOf(() -> first.post("/restore", "{\"checkpoint_id\":\"v1\"}"));

        Manager again = machine("a").start().awaitRunning();

        assertThat(read(again, "x")).isEqualTo("old");
        assertThat(again.envDir().resolve("y")).doesNotExist();
        assertThat(again.dataDir().resolve("journal/restore.json")).doesNotExist();
    }

    @Test
    void aReleaseSurvivesARestartUntilTheLeaseIsAcquired() throws IOException {
        Manager first = machine("a").running("sleep", "1000").start().awaitRunning();
        write(first, "x", "1");
        assertThat(first.post("/release-lease", "{}").status()).isEqualTo(200);
        assertThat(first.post("/stack/leaser/release", "{}").status()).isEqualTo(200);
        first.stop();

        Manager again = machine("a").running("sleep", "1000").start();
        JsonObject released = again.awaitState("released");
        assertThat(released.getBoolean("running")).isFalse();
        assertThat(again.post("/acquire-lease", "{}").status()).isEqualTo(200);

        again.await("the process runs", status -> status.getBoolean("running", false));
        assertThat(read(again, "x")).isEqualTo("1");
    }

    @Test
    void anotherEnvironmentOfTheSameNameIsRefused() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        checkpoint(first, "v1");
        first.stop();
        Files.move(store(), dir.resolve("elsewhere"));
        Manager other = machine("b").start().awaitRunning();
        other.stop();

        Manager again = machine("a").start();

        again.await(
                "the refusal",
                status -> String.valueOf(status.getString("reason")).contains("another environment"));
    }

    @Test
    void aStoreThatWasRolledBackIsRefused() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        checkpoint(first, "v1");
        first.stop();
        copyTree(store(), dir.resolve("backup"));
        machine("a").start().awaitRunning().stop();
        Files.move(store(), dir.resolve("newer"));
        Files.move(dir.resolve("backup"), store());

        Manager again = machine("a").start();

        again.await(
                "the refusal",
                status -> String.valueOf(status.getString("reason")).contains("is below generation"));
    }

    @Test
    void twoEnvironmentsMayInitialiseOneRepositoryAtOnce() throws IOException {
        Manager first = named("a", "one").start();
        Manager second = named("b", "two").start();
        first.awaitRunning();
        second.awaitRunning();
        write(first, "f", "same content");
        write(second, "f", "same content");

        checkpoint(first, "v1");
        checkpoint(second, "v1");

        assertThat(first.post("/checkpoints/v1/verify", "{\"read_data\":true}").status())
                .isEqualTo(200);
        assertThat(second.post("/checkpoints/v1/verify", "{\"read_data\":true}").status())
                .isEqualTo(200);
    }

    // ---- helpers ----

    private Path store() {
        return dir.resolve("store");
    }

    private Manager machine(String name) {
        return machine(name, "6s");
    }

    private Manager machine(String name, String ttl) {
        return with(name, "default", ttl);
    }

    private Manager named(String name, String environment) {
        return with(name, environment, "60s");
    }

    private Manager with(String name, String environment, String ttl) {
        return manager(name)
                .config(new JsonObject()
                        .put("name", environment)
                        .put("storage", new JsonObject().put("type", "file").put("path", store().toString()))
                        .put("supervisor", new JsonObject().put("timeout_stop", "5s"))
                        .put("lease", lease(ttl)));
    }

    private static JsonObject lease(String ttl) {
        return new JsonObject().put("ttl", ttl).put("margin", "300ms").put("lead", "300ms");
    }

    private static void write(Manager manager, String name, String content) throws IOException {
        Path file = manager.envDir().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static String read(Manager manager, String name) throws IOException {
        return Files.readString(manager.envDir().resolve(name));
    }

    /** Waits until a manager waits for another one and says so. */
    private static JsonObject told(Manager waiting) {
        return waiting.await(
                "the wait for another owner",
                status -> "waiting".equals(status.getString("state"))
                        && status.getString("reason").contains("holds the lease"));
    }

    private static List<Long> pids(Manager manager) throws IOException {
        org.awaitility.Awaitility.await()
                .until(() -> Files.exists(manager.envDir().resolve("pids")));
        return Files.readAllLines(manager.envDir().resolve("pids")).stream()
                .map(Long::valueOf)
                .toList();
    }

    private static void checkpoint(Manager manager, String id) {
        Manager.Answer answer = manager.post("/checkpoint", "{\"id\":\"" + id + "\"}");
        assertThat(answer.status()).as(answer.body() + "\n" + manager.printed()).isEqualTo(200);
    }

    private static List<String> ids(Manager manager) {
        JsonArray all = manager.get("/checkpoints").json().getJsonArray("checkpoints");
        return all.stream().map(c -> ((JsonObject) c).getString("id")).toList();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted(Comparator.naturalOrder()).toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(path)) {
                    Files.copy(path, target);
                }
            }
        }
    }
}
