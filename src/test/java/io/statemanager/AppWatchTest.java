package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.proxy.Availability.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppWatchTest {
    @ParameterizedTest
    @CsvSource({
        "starting, SOON",
        "running, UP",
        "frozen, SOON",
        "ending, SOON",
        "stopping, SOON",
        "backoff, SOON",
        "stopped, DOWN",
        "completed, DOWN",
        "failed, DOWN"
    })
    void requestsWaitInEveryStateThatPasses(String state, State expected) {
        assertThat(AppWatch.of(state, true).state()).isEqualTo(expected);
    }

    @Test
    void requestsWaitUntilTheApplicationListens() {
        assertThat(AppWatch.of("running", false).state()).isEqualTo(State.SOON);
    }
}
