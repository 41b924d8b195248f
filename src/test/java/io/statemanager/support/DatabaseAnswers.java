package io.statemanager.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What integration tests ask a manager about its databases. */
public final class DatabaseAnswers {
    private DatabaseAnswers() {}

    /** Makes a checkpoint; its answer. */
    public static JsonObject checkpoint(Manager manager, String id) {
        Manager.Answer answer = manager.post("/checkpoint", "{\"id\":\"" + id + "\"}");
        assertThat(answer.status()).as(answer.body() + "\n" + manager.printed()).isEqualTo(200);
        return answer.json();
    }

    /** Waits until the table {@code t} has so many rows. */
    public static void awaitRows(Manager manager, String database, long atLeast) {
        manager.await(atLeast + " rows in " + database, status -> rows(manager, database) >= atLeast);
    }

    /** Rows of the table {@code t}; 0 while it cannot be asked. */
    public static long rows(Manager manager, String database) {
        Manager.Answer answer = query(manager, database, "SELECT count(*) FROM t");
        return answer.status() == 200 ? Long.parseLong(value(answer)) : 0;
    }

    /** The first value that a query gives. */
    public static String first(Manager manager, String database, String sql) {
        Manager.Answer answer = query(manager, database, sql);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return value(answer);
    }

    private static Manager.Answer query(Manager manager, String database, String sql) {
        return manager.post(
                "/databases/" + database + "/query",
                new JsonObject().put("sql", sql).encode());
    }

    private static String value(Manager.Answer answer) {
        JsonArray row = answer.json().getJsonArray("rows").getJsonArray(0);
        return String.valueOf(row.getValue(0));
    }
}
