package io.statemanager.storage.s3;

import io.statemanager.storage.ObjectInfo;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/** Reads what the store's answers have in common. */
final class S3Answers {
    private S3Answers() {}

    /** The answer's own date; {@link ObjectInfo#NO_DATE} where there is none that can be read. */
    static Instant date(S3Response answer) {
        SdkHttpResponse http = answer.sdkHttpResponse();
        return http.firstMatchingHeader("Date").map(S3Answers::parse).orElse(ObjectInfo.NO_DATE);
    }

    private static Instant parse(String date) {
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            return ObjectInfo.NO_DATE;
        }
    }

    static String etag(String quoted) {
        return quoted == null ? "" : quoted.replace("\"", "");
    }

    static ObjectInfo info(String key, HeadObjectResponse answer) {
        return new ObjectInfo(
                key,
                answer.contentLength() == null ? 0 : answer.contentLength(),
                etag(answer.eTag()),
                answer.lastModified() == null ? date(answer) : answer.lastModified(),
                metadata(answer.metadata()),
                date(answer));
    }

    static ObjectInfo info(String key, GetObjectResponse answer, long size) {
        return new ObjectInfo(
                key,
                size,
                etag(answer.eTag()),
                answer.lastModified() == null ? date(answer) : answer.lastModified(),
                metadata(answer.metadata()),
                date(answer));
    }

    /** Servers differ in the case of header names. */
    private static Map<String, String> metadata(Map<String, String> sent) {
        Map<String, String> names = new LinkedHashMap<>();
        sent.forEach((name, value) -> names.put(name.toLowerCase(Locale.ROOT), value));
        return names;
    }
}
