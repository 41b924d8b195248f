package io.statemanager.supervision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last lines of a process in memory: at most {@value #MOST_LINES} and {@value #MOST_BYTES} bytes of them. Safe for any thread.
 */
final class OutputTail {
    static final int MOST_LINES = 1000;
    static final int MOST_BYTES = 128 * 1024;

    private final Deque<OutputLine> lines = new ArrayDeque<>();
    private long bytes;
    private long next;

    /** Numbers a line and keeps it. */
    synchronized OutputLine add(long epochMs, OutputLine.Stream stream, byte[] text) {
        OutputLine line = new OutputLine(++next, epochMs, stream, text);
        lines.addLast(line);
        bytes += text.length;
        while (lines.size() > MOST_LINES || bytes > MOST_BYTES) {
            bytes -= lines.removeFirst().bytes().length;
        }
        return line;
    }

    /** The last {@code count} lines after a number, oldest first. */
    synchronized List<OutputLine> last(int count, long after) {
        List<OutputLine> found = new ArrayList<>();
        Iterator<OutputLine> back = lines.descendingIterator();
        while (back.hasNext() && found.size() < count) {
            OutputLine line = back.next();
            if (line.number() <= after) {
                break;
            }
            found.add(0, line);
        }
        return found;
    }

    /** The number of the newest line, 0 where there was none. */
    synchronized long newest() {
        return next;
    }
}
