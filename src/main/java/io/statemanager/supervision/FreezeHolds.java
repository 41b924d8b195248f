package io.statemanager.supervision;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.runtime.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants the processes held still, by reason: they are frozen while any reason is left. A reason with a watchdog (a checkpoint) is given up
 * at its time, or when a process is to be stopped; one without (the lease's deadline) only by its own thaw, and what cannot be stopped for it at
 * once is tried again until it is. Confined to the supervision thread.
 */
final class FreezeHolds {
    private static final Logger LOG = LoggerFactory.getLogger(FreezeHolds.class);

    /** How long launches that are under way may take to show whom they started; they take milliseconds. */
    private static final Duration LAUNCH_LIMIT = Duration.ofMillis(250);

    private static final Duration FREEZE_LIMIT = Duration.ofMillis(700);
    private static final Duration TRY_AGAIN = Duration.ofMillis(100);

    private final Control control;
    private final Ticker ticker;
    private final Freezer freezer;
    private final Supplier<CompletableFuture<Void>> launches;
    private final Runnable whenFrozen;
    private final Runnable whenThawed;
    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private final Map<String, Thawed> broken = new HashMap<>();

    private record Hold(String reason, long sinceNanos, Optional<Control.Timer> watchdog) {}

    /** @param pids who is held still */
    record Frozen(Set<Integer> pids, Duration took) {}

    /**
     * @param broken why the processes were not held still all the time; empty where they were
     * @param held how long they were
     */
    record Thawed(Optional<String> broken, Duration held) {}

    FreezeHolds(
            Control control,
            Ticker ticker,
            Freezer freezer,
            Supplier<CompletableFuture<Void>> launches,
            Runnable whenFrozen,
            Runnable whenThawed) {
        this.control = control;
        this.ticker = ticker;
        this.freezer = freezer;
        this.launches = launches;
        this.whenFrozen = whenFrozen;
        this.whenThawed = whenThawed;
    }

    boolean isActive() {
        return !holds.isEmpty();
    }

    /** Whether a hold is left that only its own thaw ends. */
    boolean isStrict() {
        return holds.values().stream().anyMatch(hold -> hold.watchdog.isEmpty());
    }

    /**
     * Freezes everybody within a second. With a watchdog it fails, and nobody is frozen, where that is not possible; without one it fails too,
     * but whoever could be frozen is, and the rest is tried again until it is.
     *
     * @param watchdog zero for none
     */
    CompletableFuture<Frozen> freeze(String reason, Duration watchdog) {
        long begun = ticker.nanos();
        Optional<Hold> former = Optional.ofNullable(holds.remove(reason));
        former.flatMap(Hold::watchdog).ifPresent(Control.Timer::cancel);
        broken.remove(reason);
        // From here on nothing is launched.
        Optional<Control.Timer> timer = watchdog.isZero()
                ? Optional.empty()
                : Optional.of(control.after(watchdog, () -> giveUp(reason, "it was held for longer than " + watchdog)));
        holds.put(reason, new Hold(reason, begun, timer));
        return launches.get()
                .completeOnTimeout(null, LAUNCH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .thenApplyAsync(done -> hold(reason, begun), control);
    }

    /** Takes one reason back; they run again when none is left. */
    Thawed thaw(String reason) {
        Thawed before = broken.remove(reason);
        Hold hold = holds.get(reason);
        if (hold == null) {
            return before == null ? new Thawed(Optional.of("nothing was frozen for it"), Duration.ZERO) : before;
        }
        Optional<String> fault = end(hold) ? Optional.empty() : Optional.of("somebody let a process go on");
        return new Thawed(fault, Duration.ofNanos(ticker.nanos() - hold.sinceNanos));
    }

    /** Gives up every hold that a watchdog limits. */
    void breakAll(String why) {
        holds.values().stream()
                .filter(hold -> hold.watchdog.isPresent())
                .map(Hold::reason)
                .toList()
                .forEach(reason -> giveUp(reason, why));
    }

    /** Forgets every hold, after everybody was killed. */
    void clear() {
        holds.values().forEach(hold -> hold.watchdog.ifPresent(Control.Timer::cancel));
        if (!holds.isEmpty()) {
            holds.clear();
            freezer.thaw();
            whenThawed.run();
        }
    }

    /** Somebody new has come in spite of a hold: a launch that was under way took too long. */
    void tryAgain() {
        if (!isActive()) {
            return;
        }
        try {
            if (!freezer.freeze(FREEZE_LIMIT).isComplete()) {
                control.after(TRY_AGAIN, this::tryAgain);
            }
            whenFrozen.run();
        } catch (IOException e) {
            control.after(TRY_AGAIN, this::tryAgain);
        }
    }

    private Frozen hold(String reason, long begun) {
        if (!holds.containsKey(reason)) {
            String why = Optional.ofNullable(broken.get(reason))
                    .flatMap(Thawed::broken)
                    .orElse("it was thawed");
            throw CommandException.of(FailureCode.FREEZE_TIMEOUT, "the freeze was given up: " + why);
        }
        Freezer.Result result;
        try {
            result = freezer.freeze(FREEZE_LIMIT);
        } catch (IOException e) {
            throw refused(reason, "the processes cannot be looked at: " + e.getMessage());
        }
        whenFrozen.run();
        if (!result.isComplete()) {
            throw refused(reason, "these processes do not stop: " + result.running());
        }
        return new Frozen(result.pids(), Duration.ofNanos(ticker.nanos() - begun));
    }

    private CommandException refused(String reason, String why) {
        Hold hold = holds.get(reason);
        if (hold != null && hold.watchdog.isPresent()) {
            giveUp(reason, why);
        } else {
            control.after(TRY_AGAIN, this::tryAgain);
        }
        return CommandException.of(FailureCode.FREEZE_TIMEOUT, why);
    }

    private void giveUp(String reason, String why) {
        Hold hold = holds.get(reason);
        if (hold != null) {
            LOG.atWarn().addKeyValue("reason", reason).addKeyValue("why", why).log("A freeze was given up");
            broken.put(reason, new Thawed(Optional.of(why), Duration.ofNanos(ticker.nanos() - hold.sinceNanos)));
            end(hold);
        }
    }

    /** Whether everybody was held still until now. */
    private boolean end(Hold hold) {
        hold.watchdog.ifPresent(Control.Timer::cancel);
        holds.remove(hold.reason);
        if (!holds.isEmpty()) {
            return freezer.isHeld();
        }
        boolean still = freezer.thaw();
        whenThawed.run();
        return still;
    }
}
