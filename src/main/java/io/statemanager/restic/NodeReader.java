package io.statemanager.restic;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads one entry of a tree from JSON, and holds it to what an entry must be. Unknown members are passed over, as restic does. */
final class NodeReader {

    private static final long MAX_32 = 0xffffffffL;

    private final JsonReader json;
    private final String object;
    private final NodeBuilder node = new NodeBuilder();
    private RawString name = RawString.EMPTY;
    private final Instant[] times = new Instant[3];
    private long uid;
    private long gid;
    private String user = "";
    private String group = "";
    private byte[] rawTarget;

    /** @param object the tree, for messages */
    NodeReader(JsonReader json, String object) {
        this.json = json;
        this.object = object;
    }

    /** Reads the object that was just entered, to its end. */
    Node read() throws IOException {
        node.type(NodeType.IRREGULAR);
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (!readIdentity(field) && !readTimes(field)) {
                readRest(field);
            }
        }
        if (rawTarget != null) {
            node.linkTarget(RawString.wrap(rawTarget));
        }
        node.name(name).owner(uid, gid, user, group).times(time(0), time(1), time(2));
        try {
            return node.build();
        } catch (IllegalArgumentException e) {
            throw new CorruptObject(object, e.getMessage(), e);
        }
    }

    private boolean readIdentity(String field) throws IOException {
        switch (field) {
            case "name" -> name = GoQuote.unquote(json.string(), object);
            case "type" -> node.type(NodeType.parse(json.string()));
            case "mode" -> node.mode((int) json.number(0, MAX_32));
            case "uid" -> uid = json.number(0, MAX_32);
            case "gid" -> gid = json.number(0, MAX_32);
            case "user" -> user = json.string();
            case "group" -> group = json.string();
            case "inode" -> node.inode(json.number());
            case "device_id" -> node.deviceId(json.number());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readTimes(String field) throws IOException {
        int which = switch (field) {
            case "mtime" -> 0;
            case "atime" -> 1;
            case "ctime" -> 2;
            default -> -1;
        };
        if (which >= 0) {
            times[which] = GoTime.parseInstant(json.string(), object);
        }
        return which >= 0;
    }

    private void readRest(String field) throws IOException {
        switch (field) {
            case "size" -> node.size(json.number(0, Long.MAX_VALUE));
            case "links" -> node.links(json.number());
            case "linktarget" -> node.linkTarget(RawString.of(json.string()));
            case "linktarget_raw" -> rawTarget = json.base64();
            case "extended_attributes" -> node.extendedAttributes(readExtended());
            case "generic_attributes" -> node.genericAttributes(readGeneric());
            case "device" -> node.device(json.number());
            case "content" -> node.content(json.ids());
            case "subtree" -> node.subtree(json.id());
            case "error" -> node.error(json.string());
            default -> json.skip();
        }
    }

    private List<ExtendedAttribute> readExtended() throws IOException {
        List<ExtendedAttribute> attributes = new ArrayList<>();
        if (json.beginArray()) {
            while (json.nextObject()) {
                String attribute = "";
                byte[] value = null;
                for (String field = json.nextField(); field != null; field = json.nextField()) {
                    switch (field) {
                        case "name" -> attribute = json.string();
                        case "value" -> value = json.base64();
                        default -> json.skip();
                    }
                }
                attributes.add(new ExtendedAttribute(attribute, value));
            }
        }
        return attributes;
    }

    private Map<String, String> readGeneric() throws IOException {
        Map<String, String> attributes = new HashMap<>();
        if (json.beginObjectOrNull()) {
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                attributes.put(field, json.rawValue());
            }
        }
        return attributes;
    }

    private Instant time(int which) {
        return times[which] == null ? GoTime.ZERO : times[which];
    }
}
