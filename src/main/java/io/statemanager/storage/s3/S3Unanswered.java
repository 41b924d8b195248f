package io.statemanager.storage.s3;

import io.statemanager.storage.StoreError;
import io.statemanager.storage.s3.S3Faults.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Tells why a request got no answer: name, connection, TLS, credentials, silence. In words of our own, since the libraries' texts name their
 * classes and wrap one another; where nothing fits, their texts without the names.
 */
final class S3Unanswered {
    private static final int DEEPEST = 16;

    /** The name of a class that a wrapping exception has put in front of the wrapped one's text. */
    private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:[a-z][\\w]*\\.)+[A-Z][\\w$]*(?::\\s*)?");

    private S3Unanswered() {}

    static Verdict of(Throwable cause, S3Settings settings) {
        String where = settings.place();
        if (first(cause, UnknownHostException.class) != null) {
            return unreachable(
                    "the name of " + where + " is not known",
                    "check storage.endpoint, and that this machine can look up names (DNS)");
        }
        String text = text(cause);
        if (first(cause, ConnectException.class) != null || first(cause, NoRouteToHostException.class) != null) {
            return noConnection(where, text.toLowerCase(Locale.ROOT));
        }
        if (text.contains("Acquire operation took longer")) {
            return Verdict.of(StoreError.THROTTLED, "no connection to " + where + " became free in time");
        }
        if (text.contains("Unable to load credentials")) {
            return Verdict.of(
                    StoreError.DENIED,
                    "no credentials were found",
                    "set access_key and secret_key, or what the SDK's default chain looks for");
        }
        if (first(cause, SSLException.class) != null && !text.contains("closed")) {
            return noTrust(where, text);
        }
        if (first(cause, TimeoutException.class) != null) {
            return new Verdict(StoreError.TIMEOUT, "the connection to " + where + " fell silent", "", true);
        }
        if (first(cause, IOException.class) != null) {
            return new Verdict(StoreError.UNREACHABLE, "the connection to " + where + " was lost", "", true);
        }
        return new Verdict(StoreError.UNEXPECTED, "the request failed: " + text, "", true);
    }

    private static Verdict noConnection(String where, String text) {
        if (text.contains("timed out")) {
            return unreachable(
                    where + " does not answer: no connection in time",
                    "check storage.endpoint and its port, and that no firewall is in between");
        }
        if (text.contains("no route") || text.contains("network is unreachable")) {
            return unreachable(
                    "no way leads to " + where, "check storage.endpoint and this machine's network connection");
        }
        return unreachable(
                where + " accepts no connection" + (text.contains("refused") ? " (refused)" : ""),
                "check storage.endpoint and its port, and that the store runs");
    }

    private static Verdict noTrust(String where, String text) {
        String failed = "no trusted TLS connection to " + where + ": ";
        if (text.contains("certification path") || text.contains("PKIX")) {
            return unreachable(
                    failed + "its certificate is signed by nobody whom this machine trusts",
                    "add the certificate authority to Java's trust store, for instance with"
                            + " -Djavax.net.ssl.trustStore=FILE behind java");
        }
        if (text.contains("No name matching") || text.contains("No subject alternative")) {
            return unreachable(
                    failed + "its certificate is another host's",
                    "write the host in storage.endpoint as the certificate has it");
        }
        if (text.contains("not an SSL/TLS record") || text.contains("plaintext connection")) {
            return unreachable(failed + "it does not speak TLS", "does storage.endpoint begin with http:// there?");
        }
        return unreachable(failed + text, "check the scheme of storage.endpoint and the store's certificate");
    }

    private static Verdict unreachable(String reason, String hint) {
        return Verdict.of(StoreError.UNREACHABLE, reason, hint);
    }

    /** The first failure of a kind in a chain of causes, or null. */
    static <T extends Throwable> T first(Throwable failure, Class<T> type) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            depth++;
        }
        return null;
    }

    /** What the causes say, each once and without names of classes. */
    private static String text(Throwable failure) {
        Set<String> said = new LinkedHashSet<>();
        int depth = 0;
        for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause()) {
            String words = t.getMessage() == null
                    ? ""
                    : CLASS_NAME.matcher(t.getMessage()).replaceAll("").strip();
            if (!words.isEmpty() && said.stream().noneMatch(before -> before.contains(words))) {
                said.add(words);
            }
            depth++;
        }
        return said.isEmpty() ? "it does not say why" : String.join("; ", said);
    }
}
