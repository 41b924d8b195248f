package io.statemanager.restic;

import java.io.IOException;
import java.time.OffsetDateTime;

/** Locks as JSON. */
final class LockJson {

    private static final long MAX_32 = 0xffffffffL;

    private LockJson() {}

    static byte[] write(Lock lock) {
        JsonWriter json = new JsonWriter(256);
        json.raw("{\"time\":")
                .string(GoTime.format(lock.time()))
                .raw(",\"exclusive\":")
                .bool(lock.exclusive());
        json.raw(",\"hostname\":").string(lock.hostname()).raw(",\"username\":").string(lock.username());
        json.raw(",\"pid\":").number(lock.pid());
        if (lock.uid() != 0) {
            json.raw(",\"uid\":").number(lock.uid());
        }
        if (lock.gid() != 0) {
            json.raw(",\"gid\":").number(lock.gid());
        }
        return json.raw('}').toBytes();
    }

    /** Reads a lock and closes the reader. */
    static Lock read(JsonReader reader, String name) throws IOException {
        String object = CorruptObject.describe(FileType.LOCK, name);
        OffsetDateTime time = GoTime.parse("", object);
        boolean exclusive = false;
        String hostname = "";
        String username = "";
        long pid = 0;
        long uid = 0;
        long gid = 0;
        try (JsonReader json = reader) {
            json.beginObject();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "time" -> time = GoTime.parse(json.string(), object);
                    case "exclusive" -> exclusive = json.bool();
                    case "hostname" -> hostname = json.string();
                    case "username" -> username = json.string();
                    case "pid" -> pid = json.number();
                    case "uid" -> uid = json.number(0, MAX_32);
                    case "gid" -> gid = json.number(0, MAX_32);
                    default -> json.skip();
                }
            }
            json.end();
        }
        return new Lock(time, exclusive, hostname, username, pid, uid, gid);
    }
}
