package io.statemanager.http;

import static io.statemanager.http.ControlFixture.BEARER;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EventStreamsTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private ControlFixture door;

    @BeforeEach
    void start() {
        door = new ControlFixture(fixture.vertx(), directory).start(null);
    }

    @Test
    void keptEventsAfterTheLastIdComeFirstThenThoseThatHappen() {
        publish("lease", 3);
        try (RawHttp http = open("/events", "Last-Event-ID: 1")) {
            assertThat(nextId(http)).isEqualTo(2);
            assertThat(nextId(http)).isEqualTo(3);
            publish("process", 1);
            assertThat(nextId(http)).isEqualTo(4);
        }
    }

    @Test
    void withoutAnIdOnlyWhatHappensFromNowOn() {
        publish("lease", 3);
        try (RawHttp http = open("/events")) {
            publish("lease", 1);
            assertThat(nextId(http)).isEqualTo(4);
        }
    }

    @Test
    void onlyTheTopicsAskedFor() {
        try (RawHttp http = open("/events?topic=lease,config&topic=state")) {
            publish("process", 1);
            publish("config", 1);
            publish("database", 1);
            publish("state", 1);
            assertThat(nextId(http)).isEqualTo(2);
            assertThat(nextId(http)).isEqualTo(4);
        }
    }

    @Test
    void withoutFollowingTheAnswerEnds() {
        publish("lease", 2);

        Answer answer = RawHttp.once(door.port(), "GET", "/events?follow=false", null, BEARER);

        assertThat(answer.header("content-type")).isEqualTo("text/event-stream");
        assertThat(answer.body().lines().filter(line -> line.startsWith("id: ")))
                .containsExactly("id: 1", "id: 2");
    }

    @Test
    void anIdOfAFormerRunGetsEverythingKept() {
        publish("lease", 2);
        try (RawHttp http = open("/events", "Last-Event-ID: 900")) {
            assertThat(nextId(http)).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotKeptAnyMoreIsSaid() {
        publish("lease", 1200);
        try (RawHttp http = open("/events", "Last-Event-ID: 10")) {
            List<String> lines = new ArrayList<>();
            while (lines.stream().noneMatch(line -> line.startsWith("id: "))) {
                lines.addAll(http.chunk());
            }
            assertThat(lines).contains(": the events from 11 to 200 are not kept any more", "id: 201");
        }
    }

    @Test
    void eventsOfManyThreadsArriveCompleteAndInOrder() throws Exception {
        int threads = 8;
        int each = 50;
        CountDownLatch done = new CountDownLatch(threads);
        try (RawHttp http = open("/events")) {
            for (int i = 0; i < threads; i++) {
                String topic = i % 2 == 0 ? "process" : "database";
                new Thread(() -> {
                            publish(topic, each);
                            done.countDown();
                        })
                        .start();
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();

            for (int id = 1; id <= threads * each; id++) {
                assertThat(nextId(http)).isEqualTo(id);
            }
        }
    }

    @Test
    void thereIsALimitToTheStreamsAndEndedOnesAreGivenBack() {
        List<RawHttp> streams = new ArrayList<>();
        for (int i = 0; i < EventStreams.MOST; i++) {
            streams.add(open("/events"));
        }
        assertThat(RawHttp.once(door.port(), "GET", "/events", null, BEARER).status())
                .isEqualTo(503);

        streams.forEach(RawHttp::close);

        org.awaitility.Awaitility.await()
                .until(() -> RawHttp.once(door.port(), "HEAD", "/events", null, BEARER)
                                .status()
                        == 200);
        open("/events").close();
    }

    private void publish(String topic, int count) {
        for (int i = 0; i < count; i++) {
            door.events.publish(topic, topic + ".changed", event -> event.put("text", "two\nlines"));
        }
    }

    /** A stream that is listening: its first bytes are there. */
    private RawHttp open(String path, String... headers) {
        RawHttp http = RawHttp.tcp(door.port());
        http.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + BEARER + "\r\n" + String.join("\r\n", headers)
                + (headers.length == 0 ? "" : "\r\n") + "\r\n");
        assertThat(http.line()).isEqualTo("HTTP/1.1 200 OK");
        String line = http.line();
        while (!line.isEmpty()) {
            line = http.line();
        }
        assertThat(http.chunk().get(0)).isEqualTo("retry: 1000");
        return http;
    }

    private static long nextId(RawHttp http) {
        while (true) {
            List<String> lines = http.chunk();
            assertThat(lines).isNotEmpty();
            if (lines.get(0).startsWith("id: ")) {
                long id = Long.parseLong(lines.get(0).substring(4));
                assertThat(lines.get(1)).startsWith("data: {\"seq\":" + id + ",");
                return id;
            }
        }
    }
}
