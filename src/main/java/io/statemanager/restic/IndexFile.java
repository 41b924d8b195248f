package io.statemanager.restic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One index object.
 *
 * @param blobs where they lie
 * @param supersedes older index objects that it replaces; restic has stopped writing it
 */
record IndexFile(List<PackedBlob> blobs, List<Id> supersedes) {

    /** restic's limits of a pack's and a blob's numbers are 32 bits; ours also those of an array. */
    private static final long MAX_OFFSET = 0xffffffffL;

    private static final long MAX_LENGTH = 1 << 30;
    /** A data blob is a chunk of at most 8 MiB; memory is taken for what an index says, so it must not say anything. */
    private static final long MAX_DATA = 64L * 1024 * 1024;

    /** The JSON of an index over these blobs, grouped by pack. */
    static byte[] toJson(List<PackedBlob> blobs) {
        Map<Id, List<PackedBlob>> packs = new LinkedHashMap<>();
        for (PackedBlob blob : blobs) {
            packs.computeIfAbsent(blob.pack(), pack -> new ArrayList<>()).add(blob);
        }
        JsonWriter json = new JsonWriter(200 * blobs.size() + 200);
        json.raw("{\"packs\":[");
        boolean first = true;
        for (Map.Entry<Id, List<PackedBlob>> pack : packs.entrySet()) {
            json.raw(first ? "{\"id\":" : ",{\"id\":").id(pack.getKey()).raw(",\"blobs\":[");
            writeBlobs(json, pack.getValue());
            json.raw("]}");
            first = false;
        }
        return json.raw("]}\n").toBytes();
    }

    private static void writeBlobs(JsonWriter json, List<PackedBlob> blobs) {
        boolean first = true;
        for (PackedBlob blob : blobs) {
            json.raw(first ? "{\"id\":" : ",{\"id\":").id(blob.handle().id());
            json.raw(",\"type\":\"").raw(blob.handle().type().label());
            json.raw("\",\"offset\":").number(blob.offset()).raw(",\"length\":").number(blob.length());
            if (blob.compressed()) {
                json.raw(",\"uncompressed_length\":").number(blob.rawLength());
            }
            json.raw('}');
            first = false;
        }
    }

    static IndexFile read(JsonReader json) throws IOException {
        List<PackedBlob> blobs = new ArrayList<>();
        List<Id> supersedes = List.of();
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "supersedes" -> supersedes = json.ids();
                case "packs" -> {
                    if (json.beginArray()) {
                        while (json.nextObject()) {
                            readPack(json, blobs);
                        }
                    }
                }
                default -> json.skip();
            }
        }
        json.end();
        return new IndexFile(blobs, supersedes);
    }

    private static void readPack(JsonReader json, List<PackedBlob> blobs) throws IOException {
        Id pack = null;
        List<PackedBlob> inPack = new ArrayList<>();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "id" -> pack = json.id();
                case "blobs" -> {
                    if (json.beginArray()) {
                        while (json.nextObject()) {
                            inPack.add(readBlob(json));
                        }
                    }
                }
                default -> json.skip();
            }
        }
        if (pack == null) {
            throw json.fault("a pack in it has no id", null);
        }
        for (PackedBlob blob : inPack) {
            blobs.add(new PackedBlob(pack, blob.handle(), blob.offset(), blob.length(), blob.rawLength()));
        }
    }

    private static PackedBlob readBlob(JsonReader json) throws IOException {
        Id id = null;
        String type = "";
        long offset = 0;
        long length = 0;
        long rawLength = 0;
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "id" -> id = json.id();
                case "type" -> type = json.string();
                case "offset" -> offset = json.number(0, MAX_OFFSET);
                case "length" -> length = json.number(0, MAX_LENGTH);
                case "uncompressed_length" -> rawLength = json.number(0, MAX_LENGTH);
                default -> json.skip();
            }
        }
        if (id == null || length < PackedBlob.OVERHEAD) {
            throw json.fault("a blob in it has no id, or is too short", null);
        }
        BlobType blobType = switch (type) {
            case "data" -> BlobType.DATA;
            case "tree" -> BlobType.TREE;
            default -> throw json.fault("a blob in it is of the unknown type " + type, null);
        };
        if (blobType == BlobType.DATA && Math.max(length, rawLength) > MAX_DATA) {
            throw json.fault("a data blob in it has an impossible length", null);
        }
        return new PackedBlob(null, new BlobHandle(blobType, id), offset, (int) length, (int) rawLength);
    }
}
