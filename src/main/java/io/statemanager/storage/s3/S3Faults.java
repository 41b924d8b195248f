package io.statemanager.storage.s3;

import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Tells what a failed request means. Decided by the status first, since servers differ in the code's text; by the code only where one
 * status has several meanings.
 */
final class S3Faults {
    private static final String CHECK_KEYS = "check access key, secret key and session token, and what they permit";

    private S3Faults() {}

    /** @param stopped why we ended the request ourselves, or null */
    static StoreException of(
            Throwable failure, StoreError stopped, String operation, String key, Kind kind, S3Settings settings) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean write = kind.changesObjects();
        if (stopped != null) {
            return new StoreException(stopped, operation, key, reason(stopped), "", write, null);
        }
        if (first(cause, StoreException.class) instanceof StoreException ours) {
            return ours;
        }
        Verdict verdict =
                cause instanceof S3Exception answer ? answered(answer, settings) : unanswered(cause, settings);
        return new StoreException(
                verdict.error, operation, key, verdict.reason, verdict.hint, write && verdict.mayHaveHappened, cause);
    }

    private record Verdict(StoreError error, String reason, String hint, boolean mayHaveHappened) {
        static Verdict of(StoreError error, String reason, String hint) {
            return new Verdict(error, reason, hint, false);
        }

        static Verdict of(StoreError error, String reason) {
            return of(error, reason, "");
        }
    }

    private static String reason(StoreError stopped) {
        return switch (stopped) {
            case TIMEOUT -> "no answer in time";
            case GATE_CLOSED -> "the lease ended while the request was on its way";
            default -> "the store was closed while the request was on its way";
        };
    }

    private static Verdict answered(S3Exception answer, S3Settings settings) {
        int status = answer.statusCode();
        String code = code(answer);
        String said = "the store answered " + status + (code.isEmpty() ? "" : " " + code);
        return switch (status) {
            case 400 -> badRequest(code, said);
            case 301, 307, 308 ->
                Verdict.of(StoreError.UNEXPECTED, said, "the bucket is in another region: check region and endpoint");
            case 401, 403 -> denied(code, said);
            case 404 ->
                code.equals("NoSuchBucket")
                        ? Verdict.of(
                                StoreError.NO_BUCKET,
                                settings.place() + " does not exist",
                                "create the bucket, or check its name and the endpoint")
                        : Verdict.of(StoreError.NOT_FOUND, "there is no such object");
            case 405, 501 -> Verdict.of(StoreError.UNSUPPORTED, said + ": it does not know this operation");
            case 409 -> Verdict.of(StoreError.CONFLICT, said + ": another write of this object is under way");
            case 412 -> Verdict.of(StoreError.PRECONDITION_FAILED, "the condition does not hold");
            case 413 -> Verdict.of(StoreError.TOO_LARGE, said);
            case 416 -> Verdict.of(StoreError.INVALID_RANGE, "the range begins behind the object's end");
            case 408 -> Verdict.of(StoreError.TIMEOUT, said);
            case 429 -> Verdict.of(StoreError.THROTTLED, said);
            case 503 -> new Verdict(StoreError.THROTTLED, said, "", true);
            case 507 -> Verdict.of(StoreError.DISK_FULL, said, "the store's own disk is full");
            default ->
                status >= 500
                        ? new Verdict(StoreError.SERVER_ERROR, said, "", true)
                        : Verdict.of(StoreError.UNEXPECTED, said);
        };
    }

    private static String code(S3Exception answer) {
        String code = answer.awsErrorDetails() == null
                ? null
                : answer.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static Verdict badRequest(String code, String said) {
        return switch (code) {
            case "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "TokenRefreshRequired" ->
                Verdict.of(StoreError.DENIED, said, CHECK_KEYS);
            case "AuthorizationHeaderMalformed" ->
                Verdict.of(StoreError.DENIED, said, "the region is probably wrong: check storage.region");
            case "BadDigest",
                    "InvalidDigest",
                    "XAmzContentSHA256Mismatch",
                    "IncompleteBody",
                    "XAmzContentChecksumMismatch" ->
                Verdict.of(StoreError.CORRUPT, said + ": what arrived is not what was sent");
            case "RequestTimeout" -> Verdict.of(StoreError.TIMEOUT, said);
            case "EntityTooLarge" -> Verdict.of(StoreError.TOO_LARGE, said);
            case "KeyTooLongError", "InvalidURI", "InvalidObjectName" -> Verdict.of(StoreError.INVALID_KEY, said);
            case "InvalidBucketName" -> Verdict.of(StoreError.NO_BUCKET, said, "check the bucket's name");
            default -> Verdict.of(StoreError.UNEXPECTED, said);
        };
    }

    private static Verdict denied(String code, String said) {
        return switch (code) {
            case "RequestTimeTooSkewed" ->
                Verdict.of(StoreError.DENIED, said, "this machine's clock differs too much from the store's: set it");
            case "QuotaExceeded", "XMinioAdminBucketQuotaExceeded" ->
                Verdict.of(StoreError.DISK_FULL, said, "the store's quota is used up");
            default -> Verdict.of(StoreError.DENIED, said, CHECK_KEYS);
        };
    }

    private static Verdict unanswered(Throwable cause, S3Settings settings) {
        String where = settings.place();
        if (has(cause, UnknownHostException.class)) {
            return Verdict.of(StoreError.UNREACHABLE, "the name of " + where + " is not known", "check the endpoint");
        }
        if (has(cause, ConnectException.class)) {
            return Verdict.of(
                    StoreError.UNREACHABLE,
                    where + " accepts no connection",
                    "check the endpoint and that the store runs");
        }
        String text = text(cause);
        if (text.contains("Acquire operation took longer")) {
            return Verdict.of(StoreError.THROTTLED, "no connection to " + where + " became free in time");
        }
        if (text.contains("Unable to load credentials")) {
            return Verdict.of(
                    StoreError.DENIED,
                    "no credentials were found",
                    "set access_key and secret_key, or what the SDK's default chain looks for");
        }
        if (has(cause, SSLException.class) && !text.contains("closed")) {
            return Verdict.of(
                    StoreError.UNREACHABLE,
                    "no trusted TLS connection to " + where + ": " + first(cause, SSLException.class),
                    "check the endpoint's scheme and certificate");
        }
        if (has(cause, TimeoutException.class)) {
            return new Verdict(StoreError.TIMEOUT, "the connection to " + where + " fell silent", "", true);
        }
        if (has(cause, IOException.class)) {
            return new Verdict(StoreError.UNREACHABLE, "the connection to " + where + " was lost", "", true);
        }
        return new Verdict(StoreError.UNEXPECTED, "the request failed: " + text, "", true);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return first(failure, type) != null;
    }

    private static Throwable first(Throwable failure, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause()) {
            if (type.isInstance(t)) {
                return t;
            }
            depth++;
        }
        return null;
    }

    private static String text(Throwable failure) {
        StringBuilder all = new StringBuilder();
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause()) {
            all.append(depth == 0 ? "" : "; ").append(t.getMessage());
            depth++;
        }
        return all.toString();
    }
}
