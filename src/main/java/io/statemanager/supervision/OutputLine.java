package io.statemanager.supervision;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A line that a process wrote.
 *
 * @param number grows by one from line to line of a process
 * @param epochMs when it was read
 * @param stream which of its two outputs it wrote to
 * @param bytes as it was written, without the line's end; never changed
 */
@SuppressWarnings(
        "ArrayRecordComponent") // Lines are not compared; text would cost twice the memory and the bytes that are no
// UTF-8.
record OutputLine(long number, long epochMs, Stream stream, byte[] bytes) {

    /** The two outputs of a process. */
    enum Stream {
        STDOUT,
        STDERR;

        String word() {
            return this == STDOUT ? "stdout" : "stderr";
        }
    }

    Instant time() {
        return Instant.ofEpochMilli(epochMs);
    }

    /** As text; what is not UTF-8 is replaced. */
    String text() {
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
