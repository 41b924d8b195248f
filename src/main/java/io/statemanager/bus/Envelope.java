package io.statemanager.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;

/** What a caller through the bridge gets: {@code {"ok":true,"result":…}} or {@code {"ok":false,"error":{problem}}}. */
final class Envelope {
    private Envelope() {}

    static JsonObject of(Object reply) {
        return wrap(true, "result", Json.tree(reply));
    }

    static JsonObject of(CommandException failure) {
        return wrap(false, "error", Problem.of(failure));
    }

    private static JsonObject wrap(boolean ok, String member, JsonNode content) {
        ObjectNode envelope = Json.object();
        envelope.put("ok", ok);
        envelope.set(member, content);
        return new JsonObject(Json.text(envelope));
    }
}
