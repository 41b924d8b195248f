package io.statemanager.checkpoint;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabasePosition;
import io.statemanager.bus.FailureCode;
import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.RestorePlanner;
import io.statemanager.storage.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Proves that replicas still reach back to the positions that a checkpoint names: the files for each are listed, without a gap. Blocking. */
final class Positions {
    private final Environment environment;

    Positions(Environment environment) {
        this.environment = environment;
    }

    /** That each database can be restored in this program's memory. Errors: {@code memory_too_small}. */
    void requireMemory(Map<String, DatabasePosition> databases) {
        databases.forEach((key, position) -> {
            long bytes = position.pages() == null ? 0 : DatabasePosition.memoryToRestore(position.pages());
            DatabasePosition.requireMemory(key, bytes);
        });
    }

    /** Returns the number of replicated databases. Errors: {@code replica_damaged}. */
    int check(Map<String, DatabasePosition> databases) {
        int checked = 0;
        for (Map.Entry<String, DatabasePosition> database : databases.entrySet()) {
            if (database.getValue().txid() != null) {
                check(database.getKey(), database.getValue().txid());
                checked++;
            }
        }
        return checked;
    }

    private void check(String key, long txid) {
        String prefix = environment.owned().name() + "/db/" + key + "/";
        List<LtxFile> files = new ArrayList<>();
        Blocking.await(Listing.each(
                environment.objects(),
                prefix,
                object -> LtxFile.parse(object.key().substring(prefix.length()), object.size())
                        .ifPresent(files::add)));
        try {
            RestorePlanner.upTo(files, txid);
        } catch (LtxException e) {
            throw CommandException.of(
                    FailureCode.REPLICA_DAMAGED,
                    "the replica of the database '" + key + "' does not hold position " + txid + ": " + e.getMessage(),
                    e);
        }
    }
}
