package io.statemanager.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Command;
import io.statemanager.bus.Commands;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.Route;
import io.statemanager.runtime.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OpenAPI 3.1 document of the control interface, made from the command descriptions and their records alone, so that it cannot differ
 * from what is mounted. Stateless.
 */
final class OpenApi {
    /** What any request may be answered with, whatever it asks for. */
    static final Set<FailureCode> COMMON = Set.of(
            FailureCode.INVALID_REQUEST,
            FailureCode.UNAUTHORIZED,
            FailureCode.PAYLOAD_TOO_LARGE,
            FailureCode.INTERNAL,
            FailureCode.CONFIGURATION_CONFLICT,
            FailureCode.UNAVAILABLE,
            FailureCode.TIMEOUT);

    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final String PROBLEM = "#/components/schemas/Problem";

    private final Schemas schemas = new Schemas();
    private final ObjectNode paths = Json.object();

    private OpenApi() {}

    /** The document's text, made when it is asked for first. */
    static String text() {
        return Made.TEXT;
    }

    private static final class Made {
        static final String TEXT = Json.text(document()) + "\n";
    }

    static ObjectNode document() {
        OpenApi api = new OpenApi();
        Commands.PUBLIC.forEach(api::add);
        api.addByHand();
        ObjectNode document = Json.object().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "State Manager")
                .put("version", Version.text())
                .put("description", "The control interface. Every operation is an event-bus command of the same name.");
        document.set("paths", api.paths);
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer");
        ObjectNode known = components.putObject("schemas");
        known.set("Problem", problem());
        api.schemas.components().forEach(known::set);
        document.putArray("security").addObject().putArray("token");
        return document;
    }

    private void add(Command<?, ?> command) {
        Route route = command.route().orElseThrow();
        for (int i = 0; i < route.paths().size(); i++) {
            String path = route.paths().get(i);
            ObjectNode operation = operation(path, route.method())
                    .put("operationId", command.address() + (i == 0 ? "" : "." + (i + 1)))
                    .put("summary", command.summary());
            operation.putArray("tags").add(command.address().replaceFirst("\\..*", ""));
            Set<String> inPath = placesOf(path);
            parameters(operation, command, route, inPath);
            if (route.method().equals("POST") && command.request() != Nothing.class) {
                requestBody(operation, command, inPath);
            }
            responses(operation, command, route);
        }
    }

    private ObjectNode operation(String path, String method) {
        ObjectNode item = paths.has(path) ? (ObjectNode) paths.get(path) : paths.putObject(path);
        return item.putObject(method.toLowerCase(java.util.Locale.ROOT));
    }

    private static Set<String> placesOf(String path) {
        Set<String> places = new TreeSet<>();
        Matcher matcher = PLACE.matcher(path);
        while (matcher.find()) {
            places.add(matcher.group(1));
        }
        return places;
    }

    private void parameters(ObjectNode operation, Command<?, ?> command, Route route, Set<String> inPath) {
        if (inPath.isEmpty() && route.query().isEmpty()) {
            return;
        }
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : inPath) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .set("schema", schemas.member(command.request(), name));
        }
        for (String name : new TreeSet<>(route.query())) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "query")
                    .set("schema", schemas.member(command.request(), name));
        }
    }

    /** The record's schema without the members that the path holds: a member may not be given twice. */
    private void requestBody(ObjectNode operation, Command<?, ?> command, Set<String> inPath) {
        ObjectNode schema = schemas.of(command.request());
        if (!inPath.isEmpty()) {
            String name = schema.get("$ref").asText().replaceFirst(".*/", "");
            schema = schemas.components().get(name).deepCopy();
            inPath.forEach(((ObjectNode) schema.get("properties"))::remove);
        }
        operation
                .putObject("requestBody")
                .putObject("content")
                .putObject(Answers.JSON)
                .set("schema", schema);
    }

    private void responses(ObjectNode operation, Command<?, ?> command, Route route) {
        ObjectNode responses = operation.putObject("responses");
        ObjectNode good = responses.putObject("200").put("description", "Done.");
        ObjectNode content = good.putObject("content");
        content.putObject(Answers.JSON).set("schema", schemas.of(command.reply()));
        if (route.followed()) {
            content.putObject(FollowedAnswer.CONTENT_TYPE).set("schema", schemas.of(Line.class));
        }
        failures(command)
                .forEach((status, codes) -> responses
                        .putObject(Integer.toString(status))
                        .put("description", String.join("; ", codes))
                        .putObject("content")
                        .putObject(ProblemAnswer.CONTENT_TYPE)
                        .putObject("schema")
                        .put("$ref", PROBLEM));
    }

    /**
     * One line of a followed answer.
     *
     * @param type {@code info}, {@code progress}, {@code complete} or {@code error}
     * @param data a sentence; the plain answer in {@code complete}; the problem in {@code error}
     */
    record Line(String type, java.time.Instant time, Object data, Long done, Long total) {}

    private static Map<Integer, List<String>> failures(Command<?, ?> command) {
        Set<FailureCode> codes = new TreeSet<>(COMMON);
        codes.addAll(command.failures());
        Map<Integer, List<String>> byStatus = new TreeMap<>();
        codes.stream()
                .sorted(Comparator.comparing(FailureCode::text))
                .forEach(code -> byStatus.computeIfAbsent(code.status(), status -> new ArrayList<>())
                        .add(code.text() + ": " + code.title()));
        return byStatus;
    }

    private void addByHand() {
        byHand("/healthz", "Whether the service lives; open to everybody.", Answers.JSON, true);
        byHand(
                "/readyz",
                "Whether the environment is settled and ours: 200 or 503; open to everybody.",
                Answers.JSON,
                true);
        byHand("/metrics", "Measures in Prometheus' text format.", "text/plain", false);
        byHand("/openapi.json", "This document.", Answers.JSON, false);
        byHand("/events", "What happens, as server-sent events.", "text/event-stream", false);
        ArrayNode parameters = ((ObjectNode) paths.get("/events").get("get")).putArray("parameters");
        parameter(parameters, "topic", "query", "string", "Topics, separated by commas; without it all.");
        parameter(parameters, "follow", "query", "boolean", "false: only what is kept.");
        parameter(parameters, "Last-Event-ID", "header", "string", "Go on after this event.");
    }

    private void byHand(String path, String summary, String type, boolean open) {
        ObjectNode operation =
                operation(path, "GET").put("operationId", path.substring(1)).put("summary", summary);
        ObjectNode answers = operation.putObject("responses");
        answers.putObject("200")
                .put("description", "Done.")
                .putObject("content")
                .putObject(type);
        if (open) {
            operation.putArray("security");
            answers.putObject("503")
                    .put("description", "Not ready.")
                    .putObject("content")
                    .putObject(type);
        }
    }

    private static void parameter(ArrayNode parameters, String name, String in, String type, String description) {
        parameters
                .addObject()
                .put("name", name)
                .put("in", in)
                .put("description", description)
                .putObject("schema")
                .put("type", type);
    }

    private static ObjectNode problem() {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (String text : List.of("type", "title", "detail", "error", "hint")) {
            properties.putObject(text).put("type", "string");
        }
        properties.putObject("status").put("type", "integer");
        properties.putObject("retry_after_s").put("type", "integer");
        ArrayNode codes = properties.putObject("code").put("type", "string").putArray("enum");
        for (FailureCode code : FailureCode.values()) {
            codes.add(code.text());
        }
        ObjectNode fault = properties.putObject("faults").put("type", "array").putObject("items");
        fault.put("type", "object").putObject("properties").putObject("path").put("type", "string");
        ((ObjectNode) fault.get("properties")).putObject("message").put("type", "string");
        ArrayNode required = schema.putArray("required");
        List.of("type", "title", "status", "code", "detail", "error").forEach(required::add);
        return schema.put("additionalProperties", false);
    }
}
