package io.statemanager.storage.s3;

import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.util.concurrent.CompletionException;
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
        StoreException ours = S3Unanswered.first(cause, StoreException.class);
        if (ours != null) {
            return ours;
        }
        Verdict verdict =
                cause instanceof S3Exception answer ? answered(answer, settings) : S3Unanswered.of(cause, settings);
        return new StoreException(
                verdict.error, operation, key, verdict.reason, verdict.hint, write && verdict.mayHaveHappened, cause);
    }

    /** What a failure means. */
    record Verdict(StoreError error, String reason, String hint, boolean mayHaveHappened) {
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
            case 401, 403 -> denied(code, said, settings);
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

    private static Verdict denied(String code, String said, S3Settings settings) {
        return switch (code) {
            case "RequestTimeTooSkewed" ->
                Verdict.of(StoreError.DENIED, said, "this machine's clock differs too much from the store's: set it");
            case "QuotaExceeded", "XMinioAdminBucketQuotaExceeded" ->
                Verdict.of(StoreError.DISK_FULL, said, "the store's quota is used up");
            case "InvalidAccessKeyId" ->
                Verdict.of(
                        StoreError.DENIED,
                        said + ": the store does not know the access key",
                        "check the access key (storage.access_key), and that the endpoint is this store's");
            case "SignatureDoesNotMatch" ->
                Verdict.of(
                        StoreError.DENIED,
                        said + ": the secret key does not fit the access key",
                        "check the secret key (storage.secret_key)");
            case "AccessDenied", "AllAccessDisabled" ->
                Verdict.of(
                        StoreError.DENIED,
                        said + ": the keys may not do this on " + settings.place(),
                        "permit reading, writing, deleting and listing on the bucket, or " + CHECK_KEYS);
            default -> Verdict.of(StoreError.DENIED, said, CHECK_KEYS);
        };
    }
}
