package io.statemanager.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.statemanager.bus.Json;
import java.util.List;
import java.util.Map;

/** A configuration as documents for others: none holds a secret's text. */
public final class ConfigDocuments {
    private ConfigDocuments() {}

    /** With every default, and {@code "***"} in the place of each secret. */
    public static ObjectNode masked(Configuration configuration) {
        return document(configuration, true);
    }

    /** With every default and without the secrets, so that it can be applied once they are put in again. */
    public static ObjectNode withoutSecrets(Configuration configuration) {
        return document(configuration, false);
    }

    private static ObjectNode document(Configuration configuration, boolean masks) {
        ObjectNode document = Json.object().put("format", Configuration.FORMAT);
        fill(document, RecordTree.of(configuration), masks);
        return document;
    }

    private static void fill(ObjectNode node, Map<?, ?> tree, boolean masks) {
        tree.forEach((key, value) -> {
            String member = (String) key;
            if (value instanceof Map<?, ?> within) {
                fill(node.putObject(member), within, masks);
            } else if (value instanceof List<?> texts) {
                ArrayNode array = node.putArray(member);
                texts.forEach(text -> array.add((String) text));
            } else if (!(value instanceof Secret) || masks) {
                node.set(member, Json.tree(value));
            }
        });
    }
}
