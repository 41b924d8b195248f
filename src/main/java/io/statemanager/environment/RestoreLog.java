package io.statemanager.environment;

import io.statemanager.bus.CheckpointCommands.Restored;
import io.statemanager.bus.CommandException;
import io.statemanager.config.DurationText;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of restores: when one begins, and how it ended. */
final class RestoreLog {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreLog.class);

    private RestoreLog() {}

    static void begins(String checkpoint) {
        LOG.atInfo().addKeyValue("checkpoint", checkpoint).log("A restore begins");
    }

    static void done(Restored restored) {
        LOG.atInfo()
                .addKeyValue("checkpoint", restored.checkpointId())
                .addKeyValue("before", restored.preRestoreId())
                .addKeyValue("changed", restored.files().changed())
                .addKeyValue("deleted", restored.files().deleted())
                .addKeyValue("unchanged", restored.files().unchanged())
                .addKeyValue("databases", restored.databases().size())
                .addKeyValue("duration", DurationText.of(Duration.ofMillis(restored.durationMs())))
                .log("A restore is done");
    }

    static void failed(String checkpoint, Throwable failure) {
        CommandException known = CommandException.from(failure);
        LOG.atWarn()
                .addKeyValue("checkpoint", checkpoint)
                .addKeyValue("code", known.code().text())
                .addKeyValue("reason", known.hint() == null ? known.detail() : known.detail() + "; " + known.hint())
                .log("A restore failed");
    }
}
