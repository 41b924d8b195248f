package io.statemanager.restic;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Snapshots as JSON: restic's members in restic's order. */
final class SnapshotJson {

    private static final long MAX_32 = 0xffffffffL;

    private SnapshotJson() {}

    static byte[] write(Snapshot snapshot) {
        JsonWriter json = new JsonWriter(1024);
        json.raw("{\"time\":").string(GoTime.format(snapshot.time()));
        id(json, ",\"parent\":", snapshot.parent());
        json.raw(",\"tree\":").id(snapshot.tree()).raw(",\"paths\":").strings(snapshot.paths());
        string(json, ",\"hostname\":", snapshot.hostname());
        string(json, ",\"username\":", snapshot.username());
        number(json, ",\"uid\":", snapshot.uid());
        number(json, ",\"gid\":", snapshot.gid());
        strings(json, ",\"excludes\":", snapshot.excludes());
        strings(json, ",\"tags\":", snapshot.tags());
        id(json, ",\"original\":", snapshot.original());
        string(json, ",\"program_version\":", snapshot.programVersion());
        if (snapshot.summary() != null) {
            summary(json.raw(",\"summary\":"), snapshot.summary());
        }
        return json.raw('}').toBytes();
    }

    private static void summary(JsonWriter json, SnapshotSummary summary) {
        json.raw("{\"backup_start\":").string(GoTime.format(summary.backupStart()));
        json.raw(",\"backup_end\":").string(GoTime.format(summary.backupEnd()));
        json.raw(",\"files_new\":").number(summary.filesNew());
        json.raw(",\"files_changed\":").number(summary.filesChanged());
        json.raw(",\"files_unmodified\":").number(summary.filesUnmodified());
        json.raw(",\"dirs_new\":").number(summary.dirsNew());
        json.raw(",\"dirs_changed\":").number(summary.dirsChanged());
        json.raw(",\"dirs_unmodified\":").number(summary.dirsUnmodified());
        json.raw(",\"data_blobs\":").number(summary.dataBlobs());
        json.raw(",\"tree_blobs\":").number(summary.treeBlobs());
        json.raw(",\"data_added\":").number(summary.dataAdded());
        json.raw(",\"data_added_packed\":").number(summary.dataAddedPacked());
        json.raw(",\"total_files_processed\":").number(summary.totalFilesProcessed());
        json.raw(",\"total_bytes_processed\":")
                .number(summary.totalBytesProcessed())
                .raw('}');
    }

    private static void id(JsonWriter json, String member, Id id) {
        if (id != null) {
            json.raw(member).id(id);
        }
    }

    private static void string(JsonWriter json, String member, String value) {
        if (!value.isEmpty()) {
            json.raw(member).string(value);
        }
    }

    private static void strings(JsonWriter json, String member, List<String> values) {
        if (!values.isEmpty()) {
            json.raw(member).strings(values);
        }
    }

    private static void number(JsonWriter json, String member, long value) {
        if (value != 0) {
            json.raw(member).number(value);
        }
    }

    /** Reads a snapshot and closes the reader. */
    static Snapshot read(JsonReader reader, Id id) throws IOException {
        String object = CorruptObject.describe(FileType.SNAPSHOT, id.toString());
        try (JsonReader json = reader) {
            Snapshot snapshot = new Reader(json, object).read();
            json.end();
            return snapshot;
        }
    }

    private static final class Reader {
        private final JsonReader json;
        private final String object;
        private OffsetDateTime time;
        private Id parent;
        private Id tree;
        private Id original;
        private List<String> paths = List.of();
        private List<String> excludes = List.of();
        private List<String> tags = List.of();
        private final Map<String, String> strings = new HashMap<>();
        private long uid;
        private long gid;
        private SnapshotSummary summary;

        Reader(JsonReader json, String object) {
            this.json = json;
            this.object = object;
        }

        Snapshot read() throws IOException {
            json.beginObject();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "time" -> time = GoTime.parse(json.string(), object);
                    case "parent" -> parent = json.id();
                    case "tree" -> tree = json.id();
                    case "original" -> original = json.id();
                    case "paths" -> paths = json.strings();
                    case "excludes" -> excludes = json.strings();
                    case "tags" -> tags = json.strings();
                    case "hostname", "username", "program_version" -> strings.put(field, json.string());
                    case "uid" -> uid = json.number(0, MAX_32);
                    case "gid" -> gid = json.number(0, MAX_32);
                    case "summary" -> summary = readSummary();
                    default -> json.skip();
                }
            }
            if (time == null || tree == null) {
                throw new CorruptObject(object, "it has no time or no tree");
            }
            String version = strings.getOrDefault("program_version", "");
            return new Snapshot(
                    time,
                    parent,
                    tree,
                    paths,
                    text("hostname"),
                    text("username"),
                    uid,
                    gid,
                    excludes,
                    tags,
                    original,
                    version,
                    summary);
        }

        private String text(String member) {
            return strings.getOrDefault(member, "");
        }

        private SnapshotSummary readSummary() throws IOException {
            if (!json.beginObjectOrNull()) {
                return null;
            }
            OffsetDateTime start = GoTime.parse("", object);
            OffsetDateTime end = start;
            Map<String, Long> n = new HashMap<>();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "backup_start" -> start = GoTime.parse(json.string(), object);
                    case "backup_end" -> end = GoTime.parse(json.string(), object);
                    default -> {
                        if (SnapshotSummary.NUMBERS.contains(field)) {
                            n.put(field, json.number());
                        } else {
                            json.skip();
                        }
                    }
                }
            }
            return SnapshotSummary.of(start, end, n);
        }
    }
}
