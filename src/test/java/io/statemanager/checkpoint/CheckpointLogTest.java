package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ById;
import io.statemanager.bus.CheckpointCommands.Create;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.support.VertxFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The operator's log says which checkpoints there were and what they cost. */
class CheckpointLogTest {
    private static final Logger OURS = (Logger) LoggerFactory.getLogger(CheckpointLog.class);

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path root;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level atStart = OURS.getLevel();
    private OpenCheckpoints checkpoints;

    @BeforeEach
    void open() throws Exception {
        Path tree = Files.createDirectory(root.resolve("env"));
        Files.writeString(tree.resolve("a"), "12345");
        checkpoints = OpenCheckpoints.local(fixture.vertx(), root);
        checkpoints.open();
        log.start();
        OURS.setLevel(Level.INFO);
        OURS.addAppender(log);
    }

    @AfterEach
    void detach() {
        OURS.detachAppender(log);
        OURS.setLevel(atStart);
    }

    @Test
    void aCheckpointAndADeletionAreOneLineEach() {
        checkpoints.thawed = new ProcessCommands.Thawed(false, 1042, null);
        checkpoints.create("one");
        checkpoints.create("two");
        checkpoints.ask(CheckpointCommands.DELETE, new ById("one"));

        assertThat(lines()).hasSize(3);
        assertThat(lines().get(0))
                .startsWith("INFO A checkpoint is made checkpoint=one files=1 bytes=5 databases=0 uploaded=")
                .containsPattern(" duration=\\S*\\d+m?s pause=1s42ms$");
        assertThat(lines().get(2)).isEqualTo("INFO A checkpoint is deleted checkpoint=one");
    }

    @Test
    void aFailureIsAWarningWithItsReasonAndARefusalIsNone() {
        checkpoints.create("one");
        checkpoints.failure(CheckpointCommands.CREATE, new Create("one", null, null));
        checkpoints.thawed = new ProcessCommands.Thawed(true, 2600, null);
        checkpoints.failure(CheckpointCommands.CREATE, new Create("two", null, null));

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(1))
                .startsWith("WARN A checkpoint failed code=freeze_timeout reason=")
                .contains("checkpoints.max_pause");
    }

    private List<String> lines() {
        return log.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage() + " "
                        + line.getKeyValuePairs().stream()
                                .map(pair -> pair.key + "=" + pair.value)
                                .collect(Collectors.joining(" ")))
                .toList();
    }
}
