package io.statemanager.restic;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as Go writes them in JSON: RFC 3339, fractions of a second without trailing zeros, years 0 to 9999. */
final class GoTime {

    /** Go's zero time, for what is absent. */
    static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

    /** What an {@link OffsetDateTime} in UTC can say, where an instant goes on for a year. */
    private static final Instant FIRST = LocalDateTime.MIN.toInstant(ZoneOffset.UTC);

    private static final Instant LAST = LocalDateTime.MAX.toInstant(ZoneOffset.UTC);

    private static final int MAX_YEAR = 9999;

    private GoTime() {}

    static String format(OffsetDateTime time) {
        StringBuilder text = new StringBuilder(35);
        append(text, clamp(time));
        return text.toString();
    }

    /** In UTC, so that a change of the machine's zone changes no tree. */
    static String format(Instant time) {
        if (time.isBefore(FIRST)) {
            return format(OffsetDateTime.MIN);
        }
        return format(time.isAfter(LAST) ? OffsetDateTime.MAX : time.atOffset(ZoneOffset.UTC));
    }

    /** restic moves years it cannot write to the nearest that it can, and leaves the rest of the time. */
    private static OffsetDateTime clamp(OffsetDateTime time) {
        if (time.getYear() < 0) {
            return time.withYear(0);
        }
        return time.getYear() > MAX_YEAR ? time.withYear(MAX_YEAR) : time;
    }

    private static void append(StringBuilder text, OffsetDateTime time) {
        digits(text, time.getYear(), 4).append('-');
        digits(text, time.getMonthValue(), 2).append('-');
        digits(text, time.getDayOfMonth(), 2).append('T');
        digits(text, time.getHour(), 2).append(':');
        digits(text, time.getMinute(), 2).append(':');
        digits(text, time.getSecond(), 2);
        fraction(text, time.getNano());
        zone(text, time.getOffset().getTotalSeconds() / 60);
    }

    private static void fraction(StringBuilder text, int nanos) {
        if (nanos == 0) {
            return;
        }
        digits(text.append('.'), nanos, 9);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        text.setLength(end);
    }

    private static void zone(StringBuilder text, int minutes) {
        if (minutes == 0) {
            text.append('Z');
            return;
        }
        int size = Math.abs(minutes);
        digits(text.append(minutes < 0 ? '-' : '+'), size / 60, 2).append(':');
        digits(text, size % 60, 2);
    }

    private static StringBuilder digits(StringBuilder text, int value, int width) {
        int divisor = 1;
        for (int i = 1; i < width; i++) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            text.append((char) ('0' + value / divisor % 10));
        }
        return text;
    }

    /** Reads one; the empty string (a value that is absent) is Go's zero time. */
    static OffsetDateTime parse(String text, String object) throws IOException {
        if (text.isEmpty()) {
            return ZERO.atOffset(ZoneOffset.UTC);
        }
        try {
            return new Parser(text).parse();
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            throw new CorruptObject(object, "a time is not RFC 3339: " + text, e);
        }
    }

    static Instant parseInstant(String text, String object) throws IOException {
        return parse(text, object).toInstant();
    }

    /** By hand, since a million of them are read for a large tree. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        OffsetDateTime parse() {
            int year = number(4);
            int month = number('-', 2);
            int day = number('-', 2);
            int hour = number('T', 2);
            int minute = number(':', 2);
            int second = number(':', 2);
            int nanos = text.charAt(at) == '.' ? nanos() : 0;
            ZoneOffset zone = zone();
            if (at != text.length()) {
                throw new DateTimeException("something follows");
            }
            return OffsetDateTime.of(year, month, day, hour, minute, second, nanos, zone);
        }

        private int number(char separator, int width) {
            if (text.charAt(at++) != separator) {
                throw new DateTimeException("no " + separator);
            }
            return number(width);
        }

        private int number(int width) {
            int value = 0;
            for (int end = at + width; at < end; at++) {
                value = value * 10 + digit(text.charAt(at));
            }
            return value;
        }

        private int nanos() {
            at++;
            int value = 0;
            int scale = 100_000_000;
            for (; isDigit(text.charAt(at)); at++) {
                value += digit(text.charAt(at)) * scale;
                scale /= 10;
            }
            return value;
        }

        private ZoneOffset zone() {
            char sign = text.charAt(at++);
            if (sign == 'Z') {
                return ZoneOffset.UTC;
            }
            if (sign != '+' && sign != '-') {
                throw new DateTimeException("no zone");
            }
            int minutes = number(2) * 60;
            minutes += number(':', 2);
            return ZoneOffset.ofTotalSeconds((sign == '-' ? -minutes : minutes) * 60);
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static int digit(char c) {
            if (!isDigit(c)) {
                throw new DateTimeException("not a digit");
            }
            return c - '0';
        }
    }
}
