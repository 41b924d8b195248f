package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.Judges;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.S3Server;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails, at whichever request or step: afterwards the old state or the new one, and a repository that restic finds clean. */
class FaultsIT extends ManagerFixture {
    @ParameterizedTest
    @EnumSource(names = {"ERROR_500", "RESET_AFTER"})
    void aStoreThatFailsOnEachRequestOfACheckpointInTurnLosesNothing(Fault fault) throws IOException {
        try (S3Server server = S3Server.start();
                FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint())) {
            Manager manager = on(proxy.endpoint(), "a").start().awaitRunning();
            write(manager, "0.txt", "0");
            assertThat(manager.post("/checkpoint", "{\"id\":\"first\"}").status())
                    .isEqualTo(200);

            int requests = requestsOfOneCheckpoint(manager, proxy);
            for (int n = 1; n <= requests; n++) {
                write(manager, n + ".txt", fault + " at " + n);
                proxy.failAt(n, fault);
                Manager.Answer answer = manager.post("/checkpoint", "{\"id\":\"at-" + n + "\"}");
                proxy.healthy();
                if (answer.status() == 200) {
                    assertThat(manager.post("/checkpoints/at-" + n + "/verify", "{\"read_data\":true}")
                                    .status())
                            .as("request %d: %s", n, answer.body())
                            .isEqualTo(200);
                } else {
                    assertThat(answer.contentType()).contains("problem+json");
                    assertThat(manager.get("/checkpoints/at-" + n).status())
                            .as("nothing half made")
                            .isEqualTo(404);
                }
            }
            assertThat(manager.post("/checkpoint", "{\"id\":\"last\"}").status())
                    .isEqualTo(200);
            manager.kill();

            Manager next = on(server.endpoint(), "b").start().awaitRunning();
            assertThat(Files.readString(next.envDir().resolve(requests + ".txt")))
                    .isEqualTo(fault + " at " + requests);
            next.stop();
            resticFindsItClean(server);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "checkpoint.warm",
        "checkpoint.taken",
        "checkpoint.stored",
        "checkpoint.commit.before",
        "checkpoint.commit.after",
        "checkpoint.committed",
        "checkpoint.acknowledged",
    })
    void aManagerKilledAtAStepOfACheckpointLeavesTheOldStateOrTheNewOne(String step) throws IOException {
        try (S3Server server = S3Server.start()) {
            Manager first =
                    on(server.endpoint(), "a").failingAt(step + ":2").start().awaitRunning();
            write(first, "x", "old");
            assertThat(first.post("/checkpoint", "{\"id\":\"v1\"}").status()).isEqualTo(200);
            write(first, "x", "new");
            first.dyingOf(() -> first.post("/checkpoint", "{\"id\":\"v2\"}"));

            Manager second = on(server.endpoint(), "b").start().awaitRunning();

            boolean committed = second.get("/checkpoints/v2").status() == 200;
            assertThat(Files.readString(second.envDir().resolve("x"))).isEqualTo(committed ? "new" : "old");
            assertThat(second.post("/checkpoint", "{\"id\":\"v3\"}").status()).isEqualTo(200);
            second.stop();
            resticFindsItClean(server);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lease.take.before",
        "lease.take.after",
        "takeover.claimed",
        "takeover.base",
        "settle.torn",
        "settle.databases",
        "settle.complete",
    })
    void aManagerKilledAtAStepOfItsStartIsFollowedByOneThatHasEverything(String step) throws IOException {
        Path store = dir.resolve("store");
        Manager first = onLocal(store, "a").start().awaitRunning();
        write(first, "x", "kept");
        assertThat(first.post("/checkpoint", "{\"id\":\"v1\"}").status()).isEqualTo(200);
        first.stop();
        Manager dying = onLocal(store, "b").failingAt(step).start().ended();
        assertThat(dying.process().exitValue()).as(dying.printed()).isEqualTo(137);

        Manager again = onLocal(store, "b").start().awaitRunning();

        assertThat(Files.readString(again.envDir().resolve("x"))).isEqualTo("kept");
    }

    @ParameterizedTest
    @CsvSource({
        "restore.saved,new",
        "restore.journal,new",
        "restore.committed,old",
        "restore.databases,old",
        "restore.directories,old",
        "restore.file.made,old",
        "restore.file,old",
        "restore.removed,old",
        "restore.files,old",
        "restore.finished,old"
    })
    void aManagerKilledAtAStepOfARestoreLeavesOneStateWhole(String step, String expected) throws IOException {
        Path store = dir.resolve("store");
        Manager first = onLocal(store, "a").failingAt(step).start().awaitRunning();
        write(first, "x", "old");
        assertThat(first.post("/checkpoint", "{\"id\":\"v1\"}").status()).isEqualTo(200);
        write(first, "x", "new");
        write(first, "y", "new");
        first.dyingOf(() -> first.post("/restore", "{\"checkpoint_id\":\"v1\"}"));

        Manager again = onLocal(store, "a").start().awaitRunning();

        assertThat(Files.readString(again.envDir().resolve("x"))).isEqualTo(expected);
        assertThat(Files.exists(again.envDir().resolve("y"))).isEqualTo(expected.equals("new"));
        assertThat(again.get("/checkpoints").body()).contains("pre-restore-");
    }

    @Test
    void twoManagersRacingForOneLeaseNeverBothHoldIt() throws IOException {
        try (S3Server server = S3Server.start()) {
            int held = 0;
            for (int round = 0; round < 3; round++) {
                Manager one = on(server.endpoint(), "one" + round).start();
                Manager two = on(server.endpoint(), "two" + round).start();
                one.await("both know", s -> owned(one) ^ owned(two));
                assertThat(owned(one) && owned(two)).isFalse();
                Manager holder = owned(one) ? one : two;
                assertThat(holder.status().getJsonObject("lease").getLong("generation"))
                        .isEqualTo(++held);
                (holder == one ? two : one).stop();
                holder.stop();
            }
        }
    }

    private static boolean owned(Manager manager) {
        return "running".equals(manager.status().getString("state"));
    }

    private static int requestsOfOneCheckpoint(Manager manager, FaultProxy proxy) throws IOException {
        write(manager, "count.txt", "count");
        proxy.forget();
        assertThat(manager.post("/checkpoint", "{\"id\":\"count\"}").status()).isEqualTo(200);
        return Math.min(12, proxy.requests().size());
    }

    private Manager on(java.net.URI endpoint, String name) {
        return manager(name, Settings.s3(endpoint, "4s"));
    }

    private Manager onLocal(Path store, String name) {
        return manager(name, Settings.local(store, "30s"));
    }

    private Manager manager(String name, JsonObject settings) {
        return manager(name).config(settings);
    }

    private static void write(Manager manager, String name, String content) throws IOException {
        Files.createDirectories(manager.envDir());
        Files.writeString(manager.envDir().resolve(name), content);
    }

    private static void resticFindsItClean(S3Server server) throws IOException {
        Path restic = Judges.require(Judges.restic(), "restic");
        ProcessBuilder builder = new ProcessBuilder(
                        restic.toString(),
                        "-r",
                        "s3:" + server.endpoint() + "/" + S3Server.BUCKET + "/files",
                        "--insecure-no-password",
                        "--no-cache",
                        "--no-lock",
                        "check",
                        "--read-data")
                .redirectErrorStream(true);
        builder.environment().remove("AWS_CA_BUNDLE");
        builder.environment().put("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("no errors were found");
    }
}
