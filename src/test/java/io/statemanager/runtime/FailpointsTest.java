package io.statemanager.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailpointsTest {
    @Test
    void namesAndPassesAreRead() {
        assertThat(Failpoints.parse("a.b,c.d:3")).containsEntry("a.b", 1).containsEntry("c.d", 3);
        assertThat(Failpoints.parse(null)).isEmpty();
    }
}
