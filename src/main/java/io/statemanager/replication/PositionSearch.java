package io.statemanager.replication;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.config.DurationText;
import io.statemanager.ltx.LtxException;
import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.RestorePlanner;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The positions of a replica that can be restored, from one listing: the last TXIDs of its files to which a plan leads. Pure.
 *
 * <p>A position's time is when the store got the first of the files that are still there and end with it. A file that was merged of others
 * is newer than what is in it: so the search for a time may find an older position than there once was, but never a later one.
 */
final class PositionSearch {
    private final String name;
    private final List<LtxFile> files;
    private final TreeMap<Long, Instant> times = new TreeMap<>();

    PositionSearch(String name, List<ReplicaStore.Stored> inventory) {
        this.name = name;
        this.files = inventory.stream().map(ReplicaStore.Stored::file).toList();
        inventory.forEach(
                stored -> times.merge(stored.file().maxTxid(), stored.created(), (a, b) -> a.isBefore(b) ? a : b));
    }

    /** A position, when it was stored, and the files that make it. */
    record Choice(long txid, Instant time, List<LtxFile> plan) {}

    /** Errors: {@code invalid_request} where the order contradicts itself; {@code position_not_found}; {@code replica_damaged}. */
    Choice choose(DatabaseCommands.Find order, Instant now) {
        if (order.txid() != null && order.timestamp() != null) {
            throw fault("timestamp", "either a TXID or a time is expected, not both");
        }
        if (order.txid() != null) {
            return at(order.txid());
        }
        return order.timestamp() != null ? before(instant(order.timestamp(), now), now) : newest();
    }

    private Choice newest() {
        try {
            List<LtxFile> plan = RestorePlanner.latest(files);
            return choice(plan.get(plan.size() - 1).maxTxid(), plan);
        } catch (LtxException e) {
            throw DatabaseRestore.damaged(name, e);
        }
    }

    private Choice at(long txid) {
        if (txid < 1) {
            throw fault("txid", "a positive number is expected");
        }
        return plan(txid).orElseThrow(() -> notThere("TXID " + txid + " is not there", nearest(txid)));
    }

    private Choice before(Instant time, Instant now) {
        if (time.isAfter(now)) {
            throw notThere(time + " is in the future", range());
        }
        return times.entrySet().stream()
                .filter(entry -> !entry.getValue().isAfter(time))
                .sorted(Comparator.comparing(java.util.Map.Entry<Long, Instant>::getKey)
                        .reversed())
                .map(entry -> plan(entry.getKey()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> notThere("nothing is kept from before " + time, range()));
    }

    private Optional<Choice> plan(long txid) {
        if (!times.containsKey(txid)) {
            return Optional.empty();
        }
        try {
            return Optional.of(choice(txid, RestorePlanner.upTo(files, txid)));
        } catch (LtxException e) {
            return Optional.empty();
        }
    }

    private Choice choice(long txid, List<LtxFile> plan) {
        return new Choice(txid, times.get(txid), plan);
    }

    private String nearest(long txid) {
        List<String> near = new ArrayList<>();
        first(times.headMap(txid, false).descendingKeySet()).ifPresent(c -> near.add(describe(c)));
        first(times.tailMap(txid, false).keySet()).ifPresent(c -> near.add(describe(c)));
        return near.isEmpty() ? "the replica holds none" : "the nearest are " + String.join(" and ", near);
    }

    private String range() {
        Optional<Choice> oldest = first(times.keySet());
        Optional<Choice> newest = first(times.descendingKeySet());
        return oldest.isEmpty() || newest.isEmpty()
                ? "the replica holds no position"
                : "the oldest position is " + describe(oldest.get()) + ", the newest " + describe(newest.get());
    }

    private Optional<Choice> first(Iterable<Long> candidates) {
        for (long txid : candidates) {
            Optional<Choice> choice = plan(txid);
            if (choice.isPresent()) {
                return choice;
            }
        }
        return Optional.empty();
    }

    private static String describe(Choice choice) {
        return "TXID " + choice.txid() + " of " + choice.time();
    }

    private CommandException notThere(String what, String instead) {
        return CommandException.of(FailureCode.POSITION_NOT_FOUND, "database '" + name + "': " + what + "; " + instead)
                .withHint("'db positions' and GET /databases/{name}/positions list all of them");
    }

    /** RFC 3339, or how long ago. */
    static Instant instant(String text, Instant now) {
        Optional<Duration> ago = DurationText.parse(text.strip());
        if (ago.isPresent()) {
            return now.minus(ago.get());
        }
        try {
            return OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
        } catch (DateTimeException e) {
            throw fault(
                    "timestamp", "a time like 2026-01-31T12:00:00Z, or how long ago like 90s or 1h30m, is expected");
        }
    }

    private static CommandException fault(String member, String message) {
        return CommandException.invalid(FailureCode.INVALID_REQUEST, List.of(new Fault(member, message)));
    }
}
