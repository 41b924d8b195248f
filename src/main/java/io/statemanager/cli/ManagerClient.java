package io.statemanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Route;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks a running manager for commands, by their descriptions. Blocking; every request has the command's own time limit and a little more. A
 * problem is a {@link Refused}, nobody there an {@link Unreachable}.
 */
final class ManagerClient {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final String LINES = "application/x-ndjson";

    private final Place place;
    private volatile boolean asked;

    ManagerClient(Place place) {
        this.place = place;
    }

    /** Whether a manager has been reached and asked; safe for any thread. */
    boolean hasAsked() {
        return asked;
    }

    /** Asks and gives the plain answer. */
    ObjectNode ask(Command<?, ?> command, ObjectNode members) {
        return send(command, members, "application/json", answer -> plain(answer));
    }

    /** The same, hearing each line of progress meanwhile. */
    ObjectNode follow(Command<?, ?> command, ObjectNode members, Consumer<JsonNode> progress) {
        return send(command, members, LINES, answer -> {
            String type = answer.headers().getOrDefault("content-type", "");
            return type.startsWith(LINES) ? last(answer, progress) : plain(answer);
        });
    }

    /** A request by hand: health and events. */
    <T> T get(String target, Map<String, String> headers, Duration limit, Reader<T> reader) {
        return exchange("GET", target, headers, new byte[0], limit, reader);
    }

    /** Makes something of an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Connection.Answer answer) throws IOException;
    }

    private ObjectNode send(Command<?, ?> command, ObjectNode given, String accept, Reader<ObjectNode> reader) {
        Route route = command.route().orElseThrow();
        ObjectNode members = given.deepCopy();
        String target = route.paths().get(0);
        for (Map.Entry<String, JsonNode> member : given.properties()) {
            String place = "{" + member.getKey() + "}";
            if (target.contains(place)) {
                target = target.replace(place, encode(member.getValue().asText()));
                members.remove(member.getKey());
            }
        }
        StringBuilder query = new StringBuilder();
        for (String name : route.query()) {
            JsonNode value = members.remove(name);
            if (value != null) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(name)
                        .append('=')
                        .append(encode(value.asText()));
            }
        }
        byte[] body = members.isEmpty() ? new byte[0] : Json.text(members).getBytes(StandardCharsets.UTF_8);
        return exchange(
                route.method(),
                target + query,
                Map.of("Accept", accept),
                body,
                command.timeout().plus(GRACE),
                reader);
    }

    private <T> T exchange(
            String method, String target, Map<String, String> extra, byte[] body, Duration limit, Reader<T> reader) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", place.host());
        place.token().ifPresent(token -> headers.put("Authorization", "Bearer " + token));
        headers.putAll(extra);
        try (Connection connection = open();
                Deadline deadline = Deadline.of(limit, connection)) {
            asked = true;
            try {
                return reader.read(connection.send(method, target, headers, body));
            } catch (IOException e) {
                String cause = deadline.passed() ? "no answer within " + limit.toSeconds() + " s" : e.getMessage();
                throw CommandException.of(
                                FailureCode.UNAVAILABLE, "the connection to " + place.text() + " failed: " + cause, e)
                        .withHint("what was asked for may still be under way; state-manager status tells");
            }
        } catch (IOException e) {
            throw CommandException.of(
                    FailureCode.UNAVAILABLE, "the connection could not be closed: " + e.getMessage(), e);
        }
    }

    private Connection open() {
        try {
            return place.opener().open();
        } catch (IOException e) {
            throw new Unreachable("no manager answers at " + place.text() + ": " + why(e), place.hint(), e);
        }
    }

    private static String why(IOException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (e instanceof NoSuchFileException || message.contains("No such file")) {
            return "there is no such socket";
        }
        if (e instanceof AccessDeniedException || message.contains("Permission denied")) {
            return "this user may not use the socket";
        }
        return e instanceof ConnectException || message.contains("refused") ? "nobody listens there" : message;
    }

    private static ObjectNode plain(Connection.Answer answer) throws IOException {
        byte[] bytes = answer.body().readAllBytes();
        ObjectNode body = object(bytes, answer.status());
        if (answer.status() >= 400) {
            throw new Refused(answer.status(), body);
        }
        return body;
    }

    private static ObjectNode last(Connection.Answer answer, Consumer<JsonNode> progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            ObjectNode parsed = object(line.getBytes(StandardCharsets.UTF_8), answer.status());
            switch (parsed.path("type").asText()) {
                case "complete" -> {
                    return (ObjectNode) parsed.get("data");
                }
                case "error" -> {
                    ObjectNode problem = (ObjectNode) parsed.get("data");
                    throw new Refused(problem.path("status").asInt(answer.status()), problem);
                }
                default -> progress.accept(parsed);
            }
        }
        throw new IOException("the answer ended before its last line");
    }

    private static ObjectNode object(byte[] bytes, int status) throws IOException {
        try {
            return Json.parse(bytes, FailureCode.INTERNAL);
        } catch (CommandException e) {
            throw new IOException("the answer (status " + status + ") is not a manager's", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
