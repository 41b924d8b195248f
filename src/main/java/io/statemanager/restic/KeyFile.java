package io.statemanager.restic;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * A key file: the master key, sealed by a key that scrypt derives from a password. Not encrypted itself.
 *
 * @param n scrypt's cost, a power of two
 * @param r scrypt's block size
 * @param p scrypt's parallelization
 * @param salt 64 bytes
 * @param data the sealed master key
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record KeyFile(
        OffsetDateTime created,
        String username,
        String hostname,
        String kdf,
        long n,
        long r,
        long p,
        byte[] salt,
        byte[] data) {

    /** What restic picks on today's machines: 32 MiB and about a fifth of a second. */
    static final int DEFAULT_N = 32768;

    static final int DEFAULT_R = 8;
    static final int DEFAULT_P = 1;

    private static final int SALT = 64;
    private static final int DERIVED = 64;
    /** 128·N·r bytes are needed; restic's calibration allows 60 MiB. */
    private static final long MAX_MEMORY = 256L * 1024 * 1024;

    private static final long MAX_P = 64;

    /** Seals a master key by a password. */
    static KeyFile create(MasterKey master, String password, String username, String hostname, Instant created) {
        byte[] salt = Randomness.bytes(SALT);
        Sealer sealer = new Sealer(derive(password, salt, DEFAULT_N, DEFAULT_R, DEFAULT_P));
        byte[] json = master.toJson();
        byte[] sealed = new byte[json.length + Sealer.OVERHEAD];
        System.arraycopy(json, 0, sealed, Sealer.IV, json.length);
        sealer.seal(sealed, 0, json.length);
        return new KeyFile(
                created.atOffset(ZoneOffset.UTC),
                username,
                hostname,
                "scrypt",
                DEFAULT_N,
                DEFAULT_R,
                DEFAULT_P,
                salt,
                sealed);
    }

    /**
     * Opens it.
     *
     * @return the master key, or null where the password is another one
     */
    MasterKey open(String password, String object) throws IOException {
        if (!kdf.equals("scrypt")) {
            throw new UnsupportedRepository(object + " derives its key by " + kdf + ", which is not known here");
        }
        check(object);
        Sealer sealer = new Sealer(derive(password, salt, (int) n, (int) r, (int) p));
        byte[] opened = data.clone();
        int length = sealer.open(opened, 0, opened.length);
        return length < 0 ? null : MasterKey.fromJson(opened, Sealer.IV, length, object);
    }

    private void check(String object) throws IOException {
        boolean power = n > 1 && Long.bitCount(n) == 1;
        boolean bounded =
                r >= 1 && p >= 1 && p <= MAX_P && n <= MAX_MEMORY && r <= MAX_MEMORY && 128 * n * r <= MAX_MEMORY;
        if (!power || !bounded) {
            throw new CorruptObject(object, "its scrypt parameters are out of range: N " + n + ", r " + r + ", p " + p);
        }
        if (salt == null || salt.length != SALT || data == null || data.length < Sealer.OVERHEAD) {
            throw new CorruptObject(object, "its salt or data is not whole");
        }
    }

    private static MasterKey derive(String password, byte[] salt, int n, int r, int p) {
        return MasterKey.of(SCrypt.generate(password.getBytes(StandardCharsets.UTF_8), salt, n, r, p, DERIVED));
    }

    byte[] toJson() {
        JsonWriter json = new JsonWriter(1024);
        json.raw("{\"created\":")
                .string(GoTime.format(created))
                .raw(",\"username\":")
                .string(username);
        json.raw(",\"hostname\":").string(hostname).raw(",\"kdf\":").string(kdf);
        json.raw(",\"N\":").number(n).raw(",\"r\":").number(r).raw(",\"p\":").number(p);
        json.raw(",\"salt\":").base64(salt).raw(",\"data\":").base64(data).raw('}');
        return json.toBytes();
    }

    static KeyFile fromJson(byte[] bytes, String object) throws IOException {
        String created = "";
        String username = "";
        String hostname = "";
        String kdf = "";
        long[] cost = new long[3];
        byte[] salt = null;
        byte[] data = null;
        try (JsonReader json = new JsonReader(new ByteArrayInputStream(bytes), object)) {
            json.beginObject();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "created" -> created = json.string();
                    case "username" -> username = json.string();
                    case "hostname" -> hostname = json.string();
                    case "kdf" -> kdf = json.string();
                    case "N" -> cost[0] = json.number();
                    case "r" -> cost[1] = json.number();
                    case "p" -> cost[2] = json.number();
                    case "salt" -> salt = json.base64();
                    case "data" -> data = json.base64();
                    default -> json.skip();
                }
            }
        }
        return new KeyFile(
                GoTime.parse(created, object), username, hostname, kdf, cost[0], cost[1], cost[2], salt, data);
    }
}
