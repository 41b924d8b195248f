package io.statemanager.replication;

import com.fasterxml.jackson.databind.JsonNode;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.DatabaseCommands;
import io.statemanager.bus.FailureCode;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collector;

/**
 * Takes a query's rows one by one as they are read, up to a number of rows, and to a number of bytes: what comes after these ends the
 * reading, so that no answer fills the memory. Confined to the thread that reads.
 */
final class Answer {
    /** Text of all values together, blobs as Base64. An answer is in memory a few times until it is sent. */
    static final int MAX_BYTES = 8 << 20;

    /** Bytes of one value, and so of what the driver holds before it can be counted here. SQLite itself refuses a longer one. */
    static final int MAX_VALUE = 4 << 20;

    private final int limit;
    private final List<List<JsonNode>> rows = new ArrayList<>();
    private long bytes;
    private boolean truncated;

    private Answer(int limit) {
        this.limit = limit;
    }

    static Collector<Row, Answer, Answer> of(int limit) {
        return Collector.of(() -> new Answer(limit), Answer::add, (a, b) -> {
            throw new IllegalStateException("rows are read by one thread");
        });
    }

    private void add(Row row) {
        if (rows.size() == limit) {
            truncated = true;
            return;
        }
        List<JsonNode> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            JsonNode value = Queries.json(row.getValue(i));
            bytes += value.isTextual() ? value.textValue().length() : Long.BYTES;
            values.add(value);
        }
        if (bytes > MAX_BYTES) {
            throw tooLarge("the answer has more than " + (MAX_BYTES >> 20) + " MiB after " + rows.size() + " rows");
        }
        rows.add(values);
    }

    static CommandException tooLarge(String detail) {
        return CommandException.of(FailureCode.ANSWER_TOO_LARGE, detail)
                .withHint(
                        "ask for fewer rows or columns; length(column) and substr(column, start, count) look at a part"
                                + " of a value");
    }

    DatabaseCommands.Rows rows(List<String> columns) {
        return new DatabaseCommands.Rows(columns == null ? List.of() : columns, rows, truncated);
    }
}
