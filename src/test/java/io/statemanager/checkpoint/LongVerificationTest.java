package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CheckpointCommands.Verified;
import io.statemanager.bus.CheckpointCommands.Verify;
import io.statemanager.bus.FailureCode;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LongVerificationTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    @Test
    void verificationsThatLastLeaveRoomForACheckpoint() throws Exception {
        SlowReads slow = new SlowReads();
        Files.writeString(Files.createDirectory(root.resolve("env")).resolve("f"), "content");
        OpenCheckpoints checkpoints = OpenCheckpoints.over(
                fixture.vertx(),
                root,
                slow.over(VertxFixture.await(LocalObjectStore.open(fixture.vertx(), root.resolve("objects")))));
        checkpoints.open();
        checkpoints.create("c");
        slow.hold();
        Future<Verified> first = checkpoints.bus.request(CheckpointCommands.VERIFY, new Verify("c", true));
        for (int i = 0; i < 4; i++) {
            assertThat(checkpoints
                            .failure(CheckpointCommands.VERIFY, new Verify("c", true))
                            .code())
                    .isEqualTo(FailureCode.OPERATION_IN_PROGRESS);
        }

        Created created = checkpoints.create("d");

        assertThat(created.checkpointId()).isEqualTo("d");
        assertThat(first.isComplete()).isFalse();
        slow.letGo();
        assertThat(VertxFixture.await(first).status()).isEqualTo("success");
        checkpoints.ask(CheckpointCommands.VERIFY, new Verify("d", true));
    }
}
