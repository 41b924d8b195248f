package io.statemanager.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.support.VertxFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @Test
    void lastThousandAreKeptAndCanBeReadFromANumberOn() {
        Events events = new Events(fixture.vertx());
        for (int i = 0; i < 1500; i++) {
            events.publish(i % 2 == 0 ? "process" : "lease", "test.happened", node -> node.put("name", "x"));
        }

        assertThat(events.since(0, null)).hasSize(1000);
        assertThat(events.since(1490, null)).hasSize(10);
        assertThat(events.since(1490, "lease")).hasSize(5).allMatch(event -> event.getLong("seq") % 2 == 0);
    }

    @Test
    void anUnknownTopicIsRefused() {
        Events events = new Events(fixture.vertx());

        assertThatThrownBy(() -> events.publish("weather", "rain", node -> {})).hasMessageContaining("weather");
    }
}
