package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ApplyFiles;
import io.statemanager.bus.CheckpointCommands.Checkpoint;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Verify;
import io.statemanager.bus.CommandException;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.statemanager.support.VertxFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each request of a checkpoint, and every third one of a restore, spoilt in turn, on a real S3 server. */
class CheckpointFaultsTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    S3Server server;
    FaultProxy proxy;
    OpenCheckpoints checkpoints;
    Path tree;
    int changes;
    long generation = 1;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.start();
        proxy = FaultProxy.inFrontOf(server.endpoint());
        tree = Files.createDirectories(root.resolve("env"));
        S3ObjectStore store = VertxFixture.await(S3ObjectStore.open(
                fixture.vertx(),
                S3Settings.of(
                        S3Server.BUCKET,
                        Optional.of(proxy.endpoint()),
                        S3Settings.AUTO,
                        new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()))));
        checkpoints = OpenCheckpoints.over(
                fixture.vertx(), root, store, new CallPolicy(Duration.ofSeconds(1), Duration.ofSeconds(2), false));
        checkpoints.open();
        change();
        checkpoints.create("first");
    }

    @AfterEach
    void stop() {
        proxy.close();
        server.close();
    }

    private void change() throws IOException {
        changes++;
        Files.writeString(tree.resolve("changing"), "state " + changes);
        Files.writeString(Files.createDirectories(tree.resolve("d" + changes)).resolve("new"), "new " + changes);
    }

    /** What arrives for one checkpoint: packs, then index, then the locks are looked at, then snapshot and commit. */
    private int requestsOfACheckpoint() throws Exception {
        change();
        proxy.forget();
        checkpoints.create(null);
        List<FaultProxy.Request> requests = proxy.requests();
        FaultProxy.Request locks = only(requests, r -> r.method().equals("GET"));
        assertThat(locks.query()).contains("list-type").contains("locks");
        assertThat(locks.number())
                .isGreaterThan(only(requests, r -> r.path().contains("/index/")).number())
                .isLessThan(
                        only(requests, r -> r.path().contains("/snapshots/")).number());
        assertThat(requests).hasSizeLessThanOrEqualTo(7);
        return requests.size();
    }

    private static FaultProxy.Request only(List<FaultProxy.Request> requests, Predicate<FaultProxy.Request> which) {
        assertThat(requests).filteredOn(which).hasSize(1);
        return requests.stream().filter(which).findFirst().orElseThrow();
    }

    @Test
    void oneLostAnswerIsMadeUpFor() throws Exception {
        int requests = requestsOfACheckpoint();

        for (int n = 1; n <= requests; n++) {
            isMadeUpFor(n, Fault.ERROR_500);
            isMadeUpFor(n, Fault.RESET_AFTER);
        }
        // Silence costs a second each, so only where the new state becomes visible.
        isMadeUpFor(requests - 1, Fault.HANG_AFTER);
        isMadeUpFor(requests, Fault.HANG_AFTER);
        everythingIsWhole();
        assertThat(checkpoints.committed).doesNotHaveDuplicates();
    }

    private void isMadeUpFor(int n, Fault fault) throws Exception {
        change();
        proxy.failAt(n, fault);
        Created created = checkpoints.create(null);
        proxy.healthy();

        assertThat(checkpoints.list())
                .as("%s at request %d", fault, n)
                .extracting(Checkpoint::id)
                .contains(created.checkpointId());
    }

    @Test
    void aStoreThatFailsForGoodLeavesTheOldStateOrTheNewOne() throws Exception {
        int requests = requestsOfACheckpoint();

        for (int n = 1; n <= requests; n++) {
            failsForGoodFrom(n, Fault.ERROR_403);
        }
        // By the last two something of the new state may be there although no answer ever came.
        failsForGoodFrom(requests - 1, Fault.RESET_AFTER);
        failsForGoodFrom(requests, Fault.RESET_AFTER);
        everythingIsWhole();
    }

    private void failsForGoodFrom(int n, Fault fault) throws Exception {
        change();
        String id = fault.name().toLowerCase(Locale.ROOT) + n;
        int first = proxy.arrived() + n;
        proxy.failWhen(request -> request.number() >= first, fault, Integer.MAX_VALUE);
        CommandException failure = checkpoints.failure(CheckpointCommands.CREATE, new Create(id, null, null));
        proxy.healthy();

        assertThat(failure.code().status())
                .as("%s at request %d: %s", fault, n, failure)
                .isIn(422, 502, 504);
        assertThat(checkpoints.committed).doesNotContain(id);
        List<Checkpoint> after = checkpoints.open(++generation).checkpoints();
        assertThat(after).extracting(Checkpoint::id).contains("first");
    }

    /** Every checkpoint that is listed can be restored, restic finds nothing wrong, and snapshots are the checkpoints'. */
    private void everythingIsWhole() throws Exception {
        List<Checkpoint> all = checkpoints.open(100).checkpoints();
        for (Checkpoint checkpoint : all) {
            checkpoints.ask(CheckpointCommands.VERIFY, new Verify(checkpoint.id(), true));
        }
        assertThat(checkpoints.objects("files/snapshots/"))
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .map(checkpoint -> "files/snapshots/" + checkpoint.snapshot())
                        .toList());
        Restic.onS3(server.endpoint(), OpenCheckpoints.PASSWORD).check();
    }

    @Test
    void aRestoreFromABadLineIsRightOrIsRepeated() throws Exception {
        AwkwardTree.make(Files.createDirectory(tree.resolve("awkward")));
        checkpoints.create("target");
        Map<String, String> target = Manifest.of(tree);
        Path copy = root.resolve("env");
        Files.move(copy, root.resolve("moved"));
        Files.createDirectory(copy);
        proxy.forget();
        checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("target", List.of()));
        int requests = proxy.requests().size();

        List<Fault> faults = List.of(Fault.CORRUPT_BODY, Fault.TRUNCATE_BODY, Fault.RESET_AFTER, Fault.ERROR_403);
        for (int n = 1; n <= requests; n += 3) {
            Fault fault = faults.get(n / 3 % faults.size());
            Files.move(copy, Files.createTempDirectory(root, "old").resolve("env"));
            Files.createDirectory(copy);
            proxy.failAt(n, fault);
            try {
                checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("target", List.of()));
            } catch (CommandException e) {
                assertThat(e.code().status())
                        .as("%s at request %d: %s", fault, n, e)
                        .isIn(422, 502, 504);
                proxy.healthy();
                checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("target", List.of()));
            }
            proxy.healthy();

            assertThat(Manifest.differences(target, Manifest.of(tree)))
                    .as("%s at request %d", fault, n)
                    .isEmpty();
        }
    }
}
