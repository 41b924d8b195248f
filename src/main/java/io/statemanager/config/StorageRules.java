package io.statemanager.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** What the texts of {@link StorageSettings} must look like. */
final class StorageRules {
    static final String ENDPOINT = "is not an address like https://host:port, without user, query and fragment";
    static final String KEY_PREFIX = "has an empty segment, '.', '..' or a control character, or is too long";
    static final String S3_ONLY = "belongs to type s3";

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
    private static final int LONGEST_PREFIX = 512;

    private StorageRules() {}

    static boolean bucket(String text) {
        return BUCKET.matcher(text).matches();
    }

    /** Null stays null. */
    static String withScheme(String endpoint) {
        if (endpoint == null) {
            return null;
        }
        String whole = endpoint.contains("://") ? endpoint : "https://" + endpoint;
        return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    }

    static boolean endpoint(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() <= 65535
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static String trimSlashes(String prefix) {
        return prefix.replaceAll("^/+|/+$", "");
    }

    static boolean keyPrefix(String prefix) {
        return prefix.isEmpty()
                || (prefix.length() <= LONGEST_PREFIX
                        && prefix.chars().noneMatch(c -> c < 0x20 || c == 0x7f)
                        && Arrays.stream(prefix.split("/", -1)).noneMatch(StorageRules::noSegment));
    }

    private static boolean noSegment(String segment) {
        return segment.isEmpty() || segment.equals(".") || segment.equals("..");
    }
}
