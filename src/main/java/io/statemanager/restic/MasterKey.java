package io.statemanager.restic;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * A repository's master key: encrypts and authenticates everything in it. Deriving it from a password costs about half a second of CPU and 32 MiB, so a
 * caller may keep it in memory; it is never written anywhere in clear and never printed.
 */
public final class MasterKey {

    private static final int ENCRYPT = 32;
    private static final int HALF_MAC = 16;

    private final byte[] encrypt;
    private final byte[] macKey;
    private final byte[] macR;

    private MasterKey(byte[] encrypt, byte[] macKey, byte[] macR) {
        this.encrypt = encrypt;
        this.macKey = macKey;
        this.macR = macR;
    }

    static MasterKey random() {
        return of(Randomness.bytes(ENCRYPT + 2 * HALF_MAC));
    }

    /** From 64 bytes: 32 for AES, then the MAC's AES key and r, 16 each. */
    static MasterKey of(byte[] bytes) {
        return new MasterKey(
                java.util.Arrays.copyOfRange(bytes, 0, ENCRYPT),
                java.util.Arrays.copyOfRange(bytes, ENCRYPT, ENCRYPT + HALF_MAC),
                java.util.Arrays.copyOfRange(bytes, ENCRYPT + HALF_MAC, ENCRYPT + 2 * HALF_MAC));
    }

    /** For AES-256. */
    byte[] encrypt() {
        return encrypt;
    }

    /** For AES-128, which makes the MAC's pad from the nonce. */
    byte[] macKey() {
        return macKey;
    }

    /** Poly1305's r, not masked. */
    byte[] macR() {
        return macR;
    }

    byte[] toJson() {
        JsonWriter json = new JsonWriter(256);
        json.raw("{\"mac\":{\"k\":")
                .base64(macKey)
                .raw(",\"r\":")
                .base64(macR)
                .raw("},\"encrypt\":")
                .base64(encrypt)
                .raw("}");
        return json.toBytes();
    }

    static MasterKey fromJson(byte[] bytes, int offset, int length, String object) throws IOException {
        byte[] encrypt = null;
        byte[][] mac = new byte[2][];
        try (JsonReader json = new JsonReader(new ByteArrayInputStream(bytes, offset, length), object)) {
            json.beginObject();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                switch (field) {
                    case "encrypt" -> encrypt = json.base64();
                    case "mac" -> readMac(json, mac);
                    default -> json.skip();
                }
            }
        }
        if (encrypt == null || encrypt.length != ENCRYPT || !isHalfMac(mac[0]) || !isHalfMac(mac[1])) {
            throw new CorruptObject(object, "the master key in it is not whole");
        }
        return new MasterKey(encrypt, mac[0], mac[1]);
    }

    private static void readMac(JsonReader json, byte[][] mac) throws IOException {
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "k" -> mac[0] = json.base64();
                case "r" -> mac[1] = json.base64();
                default -> json.skip();
            }
        }
    }

    private static boolean isHalfMac(byte[] bytes) {
        return bytes != null && bytes.length == HALF_MAC;
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "MasterKey";
    }
}
