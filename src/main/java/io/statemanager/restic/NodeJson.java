package io.statemanager.restic;

import java.util.Map;
import java.util.TreeMap;

/** An entry of a tree as JSON: restic's members in restic's order, absent where Go's {@code omitempty} leaves them out. */
final class NodeJson {

    private NodeJson() {}

    static void write(JsonWriter json, Node node) {
        json.raw("{\"name\":").string(GoQuote.quote(node.name().raw()));
        json.raw(",\"type\":\"").raw(node.type().label()).raw('"');
        number(json, ",\"mode\":", node.mode() & 0xffffffffL);
        json.raw(",\"mtime\":\"").raw(GoTime.format(node.mtime()));
        json.raw("\",\"atime\":\"").raw(GoTime.format(node.atime()));
        json.raw("\",\"ctime\":\"").raw(GoTime.format(node.ctime()));
        json.raw("\",\"uid\":").number(node.uid()).raw(",\"gid\":").number(node.gid());
        string(json, ",\"user\":", node.user());
        string(json, ",\"group\":", node.group());
        number(json, ",\"inode\":", node.inode());
        number(json, ",\"device_id\":", node.deviceId());
        number(json, ",\"size\":", node.size());
        number(json, ",\"links\":", node.links());
        linkTarget(json, node.linkTarget());
        attributes(json, node);
        number(json, ",\"device\":", node.device());
        json.raw(",\"content\":");
        if (node.content() == null) {
            json.raw("null");
        } else {
            json.ids(node.content());
        }
        if (node.subtree() != null) {
            json.raw(",\"subtree\":").id(node.subtree());
        }
        string(json, ",\"error\":", node.error());
        json.raw('}');
    }

    private static void number(JsonWriter json, String member, long value) {
        if (value != 0) {
            json.raw(member).unsigned(value);
        }
    }

    private static void string(JsonWriter json, String member, String value) {
        if (!value.isEmpty()) {
            json.raw(member).string(value);
        }
    }

    private static void linkTarget(JsonWriter json, RawString target) {
        if (!target.isEmpty()) {
            json.raw(",\"linktarget\":").string(target.raw());
            if (!target.isUtf8()) {
                json.raw(",\"linktarget_raw\":").base64(target.raw());
            }
        }
    }

    private static void attributes(JsonWriter json, Node node) {
        char separator = '[';
        if (!node.extendedAttributes().isEmpty()) {
            json.raw(",\"extended_attributes\":");
            for (ExtendedAttribute attribute : node.extendedAttributes()) {
                json.raw(separator).raw("{\"name\":").string(attribute.name()).raw(",\"value\":");
                if (attribute.value() == null) {
                    json.raw("null}");
                } else {
                    json.base64(attribute.value()).raw('}');
                }
                separator = ',';
            }
            json.raw(']');
        }
        if (!node.genericAttributes().isEmpty()) {
            json.raw(",\"generic_attributes\":");
            separator = '{';
            for (Map.Entry<String, String> attribute : new TreeMap<>(node.genericAttributes()).entrySet()) {
                json.raw(separator).string(attribute.getKey()).raw(':').json(attribute.getValue());
                separator = ',';
            }
            json.raw('}');
        }
    }
}
