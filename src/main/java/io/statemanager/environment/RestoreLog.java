package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.config.DurationText;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of restores: when one begins, and how it ended. */
final class RestoreLog {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreLog.class);

    private RestoreLog() {}

    static void begins(RestoreTarget target) {
        begins(target.kind(), target.name());
    }

    /** Of a checkpoint, or of what a journal names. */
    static void begins(String kind, String name) {
        LOG.atInfo().addKeyValue(kind, name).log("A restore begins");
    }

    static void done(RestoreTarget target, Restoration.Outcome outcome) {
        LOG.atInfo()
                .addKeyValue(target.kind(), target.name())
                .addKeyValue("before", outcome.preRestoreId())
                .addKeyValue("changed", outcome.files().changed())
                .addKeyValue("deleted", outcome.files().deleted())
                .addKeyValue("unchanged", outcome.files().unchanged())
                .addKeyValue("databases", target.databases().size())
                .addKeyValue("duration", DurationText.of(Duration.ofMillis(outcome.durationMs())))
                .log("A restore is done");
    }

    static void failed(RestoreTarget target, Throwable failure) {
        CommandException known = CommandException.from(failure);
        LOG.atWarn()
                .addKeyValue(target.kind(), target.name())
                .addKeyValue("code", known.code().text())
                .addKeyValue("reason", known.detailWithHint())
                .log("A restore failed");
    }
}
