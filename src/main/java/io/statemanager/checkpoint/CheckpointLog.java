package io.statemanager.checkpoint;

import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.CommandException;
import io.statemanager.config.DurationText;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of checkpoints: one line for each that is done, one for each that failed. */
final class CheckpointLog {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointLog.class);

    private CheckpointLog() {}

    static void made(Created created) {
        LOG.atInfo()
                .addKeyValue("checkpoint", created.checkpointId())
                .addKeyValue(
                        "files", created.files() == null ? 0 : created.files().files())
                .addKeyValue(
                        "bytes", created.files() == null ? 0 : created.files().bytes())
                .addKeyValue("databases", created.databases().size())
                .addKeyValue("uploaded", created.bytesUploaded())
                .addKeyValue("duration", DurationText.of(Duration.ofMillis(created.durationMs())))
                .addKeyValue("pause", DurationText.of(Duration.ofMillis(created.pauseMs())))
                .log("A checkpoint is made");
        created.warnings()
                .forEach(warning -> LOG.atWarn()
                        .addKeyValue("checkpoint", created.checkpointId())
                        .addKeyValue("warning", warning)
                        .log("The checkpoint is not in every way what it could be"));
    }

    static void deleted(String id) {
        LOG.atInfo().addKeyValue("checkpoint", id).log("A checkpoint is deleted");
    }

    /** {@code operation}: checkpoint or deletion. */
    static void failed(String operation, CommandException failure) {
        LOG.atWarn()
                .addKeyValue("code", failure.code().text())
                .addKeyValue("reason", failure.detailWithHint())
                .log("A {} failed", operation);
    }
}
