package io.statemanager.storage.s3;

import io.statemanager.storage.Body;
import io.statemanager.storage.Condition;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.StoreCounters.Kind;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.StoreQuirks;
import io.vertx.core.Future;
import java.util.Base64;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Writes in one request. */
final class S3Puts {
    private final S3Settings settings;

    S3Puts(S3Settings settings) {
        this.settings = settings;
    }

    Future<PutResult> put(S3Call call, StoreQuirks quirks, String key, Body body, PutOptions options) {
        S3Call.Effect effect = effect(options);
        return call.upload(
                        Kind.PUT,
                        effect,
                        body,
                        (client, sent) -> client.putObject(
                                request(quirks, key, body, options, S3Bodies.contentMd5(key, body)), sent),
                        answer -> new PutResult(S3Answers.etag(answer.eTag()), S3Answers.date(answer)))
                .recover(failure -> Future.failedFuture(absentIsUnmatched(failure, options.condition())))
                .onSuccess(result -> call.sent(body.length()));
    }

    /** A repetition of a conditional write may meet its own first effect. */
    static S3Call.Effect effect(PutOptions options) {
        return options.condition().isConditional() ? S3Call.Effect.ONCE : S3Call.Effect.REPEATABLE;
    }

    /** Where If-Match meets no object, servers differ between 404 and 412. */
    static Throwable absentIsUnmatched(Throwable failure, Condition condition) {
        return condition instanceof Condition.IfMatch
                        && failure instanceof StoreException e
                        && e.error() == StoreError.NOT_FOUND
                ? new StoreException(
                        StoreError.PRECONDITION_FAILED,
                        e.operation(),
                        e.key(),
                        "the condition does not hold: there is no such object",
                        "",
                        e.ambiguous(),
                        e.getCause())
                : failure;
    }

    private PutObjectRequest request(StoreQuirks quirks, String key, Body body, PutOptions options, String contentMd5) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(settings.bucket())
                .key(key)
                .contentLength(body.length())
                .contentMD5(contentMd5)
                .metadata(options.metadata());
        if (options.condition() instanceof Condition.CreateOnly) {
            request.ifNoneMatch("*");
        } else if (options.condition() instanceof Condition.IfMatch match) {
            request.ifMatch(etag(quirks, match));
        }
        return request.build();
    }

    static String etag(StoreQuirks quirks, Condition.IfMatch match) {
        return quirks.quotedEtags() ? '"' + match.etag() + '"' : match.etag();
    }

    /** Sends a checksum that cannot be right; success is the store's not looking at it. */
    Future<PutResult> putWithWrongChecksum(S3Call call, StoreQuirks quirks, String key, Body body) {
        String wrong = Base64.getEncoder().encodeToString(new byte[16]);
        return call.upload(
                Kind.PUT,
                S3Call.Effect.SPOILT,
                body,
                (client, sent) -> client.putObject(request(quirks, key, body, PutOptions.overwrite(), wrong), sent),
                answer -> new PutResult(S3Answers.etag(answer.eTag()), S3Answers.date(answer)));
    }
}
