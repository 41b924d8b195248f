package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code events}: what happened lately, and what happens. */
@Command(name = "events", mixinStandardHelpOptions = true, header = "Shows the last events.")
final class EventsCommand extends ClientCommand {
    private static final String DATA = "data: ";
    private static final Set<String> HEAD = Set.of("seq", "time", "topic", "type");
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration FOLLOW = Duration.ofDays(3650);
    private static final int OK = 200;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with the events that come.")
    private boolean follow;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            split = ",",
            description = "Only these: state, config, checkpoint, process, lease, database.")
    private List<String> topics = List.of();

    @Override
    int run(ManagerClient manager) {
        String topic = topics.isEmpty() ? "" : "&topic=" + String.join(",", topics);
        Map<String, String> headers = Map.of("Accept", "text/event-stream", "Last-Event-ID", "0");
        Duration limit = follow ? FOLLOW : SHORT;
        return manager.get("/events?follow=" + follow + topic, headers, limit, this::read);
    }

    private int read(Connection.Answer answer) throws IOException {
        if (answer.status() != OK) {
            throw new Refused(answer.status(), Json.parse(answer.body().readAllBytes(), FailureCode.INTERNAL));
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(DATA)) {
                print(line.substring(DATA.length()));
            }
        }
        if (follow) {
            throw new IOException("the stream ended");
        }
        return ExitCodes.DONE;
    }

    private void print(String text) {
        if (json()) {
            console().out().println(text);
            return;
        }
        ObjectNode event = Json.parse(text.getBytes(StandardCharsets.UTF_8), FailureCode.INTERNAL);
        StringBuilder line = new StringBuilder(Texts.time(event, "time") + "  " + Texts.of(event, "type"));
        for (Map.Entry<String, JsonNode> member : event.properties()) {
            if (!HEAD.contains(member.getKey()) && !member.getValue().isNull()) {
                line.append("  ").append(member.getKey()).append('=').append(Texts.of(event, member.getKey()));
            }
        }
        console().out().println(line);
    }
}
