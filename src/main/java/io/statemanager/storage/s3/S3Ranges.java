package io.statemanager.storage.s3;

import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Ranges as HTTP writes them (RFC 9110, section 14). */
final class S3Ranges {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");

    private S3Ranges() {}

    /** The header's value, or null for the whole object. */
    static String header(Range range) {
        if (range instanceof Range.Slice slice) {
            return "bytes=" + slice.offset() + "-" + (slice.offset() + slice.length() - 1);
        }
        if (range instanceof Range.From from) {
            return "bytes=" + from.offset() + "-";
        }
        return range instanceof Range.Last last ? "bytes=-" + last.length() : null;
    }

    /** The whole object's size, after a check that the answer is about the range that was asked for. */
    static long size(String key, Range range, GetObjectResponse answer) {
        if (range instanceof Range.All) {
            return answer.contentLength();
        }
        Matcher told = CONTENT_RANGE.matcher(answer.contentRange() == null ? "" : answer.contentRange());
        if (!told.matches()) {
            throw new StoreException(StoreError.UNSUPPORTED, "get", key, "the store answers no ranges");
        }
        long first = Long.parseLong(told.group(1));
        long length = Long.parseLong(told.group(2)) - first + 1;
        long size = Long.parseLong(told.group(3));
        if (first != firstByte(range, size) || length != answer.contentLength()) {
            throw new StoreException(
                    StoreError.CORRUPT, "get", key, "the store answered another range: " + answer.contentRange());
        }
        return size;
    }

    private static long firstByte(Range range, long size) {
        if (range instanceof Range.Last last) {
            return Math.max(0, size - last.length());
        }
        return range instanceof Range.Slice slice ? slice.offset() : ((Range.From) range).offset();
    }
}
