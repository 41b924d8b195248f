package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The rules of one record, checked all before its constructor fails with every one that is broken; paths are relative to the record. */
final class Rules {
    private static final Duration YEAR = Duration.ofDays(366);

    private final List<Fault> faults = new ArrayList<>();

    Rules require(boolean holds, String member, String sentence) {
        if (!holds) {
            faults.add(new Fault(member, sentence));
        }
        return this;
    }

    Rules atLeast(Duration least, String member, Duration value) {
        require(value.compareTo(least) >= 0, member, "at least " + DurationText.of(least) + " is needed");
        return require(value.compareTo(YEAR) <= 0, member, "at most " + DurationText.of(YEAR) + " is allowed");
    }

    Rules notNegative(String member, Duration value) {
        return atLeast(Duration.ZERO, member, value);
    }

    Rules between(long least, long most, String member, long value) {
        return require(
                value >= least && value <= most, member, "a number from " + least + " to " + most + " is expected");
    }

    /** Ends the constructor that the rules belong to, if any is broken. */
    void hold() {
        if (!faults.isEmpty()) {
            throw CommandException.invalid(FailureCode.INVALID_CONFIGURATION, faults);
        }
    }
}
