package io.statemanager.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How an object is written.
 *
 * @param metadata kept with the object and given back by {@code head} and {@code get}: names of lower-case letters, digits and
 *     {@code -}, values of printable ASCII, at most 2 KiB in all (what S3 guarantees)
 */
public record PutOptions(Condition condition, Map<String, String> metadata) {

    /** Metadata name of the writer's nonce, by which a writer knows its own object again. */
    public static final String NONCE = "nonce";

    /** Metadata name of the content's SHA-256, in hex. */
    public static final String SHA256 = "sha256";

    private static final int MAX_BYTES = 2048;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final Pattern VALUE = Pattern.compile("|[!-~]([ -~]*[!-~])?");

    public PutOptions {
        Objects.requireNonNull(condition, "condition");
        metadata = Map.copyOf(metadata);
        int bytes = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (!NAME.matcher(entry.getKey()).matches()
                    || !VALUE.matcher(entry.getValue()).matches()) {
                throw new IllegalArgumentException("not storable as metadata: " + entry.getKey());
            }
            bytes += entry.getKey().length() + entry.getValue().length();
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("metadata of " + bytes + " bytes, " + MAX_BYTES + " are allowed");
        }
    }

    /** Overwrites whatever is there, without metadata. */
    public static PutOptions overwrite() {
        return of(Condition.none());
    }

    public static PutOptions of(Condition condition) {
        return new PutOptions(condition, Map.of());
    }

    public static PutOptions createOnly() {
        return of(Condition.createOnly());
    }

    public static PutOptions ifMatch(String etag) {
        return of(Condition.ifMatch(etag));
    }

    public PutOptions withMetadata(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(name, value);
        return new PutOptions(condition, more);
    }

    /** A random text that this writer gives to this one write, however often it is sent. */
    public PutOptions withNonce(String nonce) {
        return withMetadata(NONCE, nonce);
    }

    public Optional<String> nonce() {
        return Optional.ofNullable(metadata.get(NONCE));
    }
}
