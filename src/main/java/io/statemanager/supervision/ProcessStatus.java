package io.statemanager.supervision;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A process as it was at one moment.
 *
 * @param state its state's word
 * @param pid its leader's pid while there may be a process
 * @param upSince when the run that is up began
 * @param restarts how often the restart policy (or a restart by command) started it again
 * @param nextRestart when it is started again, where it waits for that
 * @param lastExit how the last run ended
 * @param reason why it is not running, in words
 */
record ProcessStatus(
        String name,
        List<String> command,
        String state,
        Optional<Integer> pid,
        Optional<Instant> upSince,
        int restarts,
        Optional<Instant> nextRestart,
        Optional<ProcessExit> lastExit,
        Optional<String> reason) {}
