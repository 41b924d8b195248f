package io.statemanager.checkpoint;

import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.Verified;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.checkpoint.commit.CommitDocument;
import io.statemanager.restic.Id;
import io.statemanager.restic.SnapshotCheck;
import java.io.IOException;
import java.time.Duration;

/** Proves that everything a checkpoint needs is in the store, and reads it all where that is wanted. Blocking; beside other operations. */
final class Verification {
    private final Environment environment;

    Verification(Environment environment) {
        this.environment = environment;
    }

    /** Errors: {@code repository_damaged} with each fault, {@code replica_damaged}. */
    Verified verify(CommitDocument commit, boolean readData, Call call) throws IOException {
        long began = System.nanoTime();
        long blobs = 0;
        long bytes = 0;
        if (commit.snapshot() != null && environment.repository() != null) {
            call.info(readData ? "reading all files" : "looking for all files");
            SnapshotCheck.Report report = new SnapshotCheck(
                            environment.repository().repository(),
                            environment.pools().transfers())
                    .check(Id.parse(commit.snapshot().tree()), readData);
            if (!report.ok()) {
                throw CommandException.invalid(
                        FailureCode.REPOSITORY_DAMAGED,
                        report.problems().stream()
                                .map(problem -> new Fault("", problem))
                                .toList());
            }
            blobs = report.trees() + report.dataBlobs();
            bytes = report.bytes();
        }
        call.info("looking for the databases' positions");
        int databases = new Positions(environment).check(commit.databases());
        return new Verified(
                "success",
                commit.id(),
                blobs,
                bytes,
                databases,
                Duration.ofNanos(System.nanoTime() - began).toMillis());
    }
}
