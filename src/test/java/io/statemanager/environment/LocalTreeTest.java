package io.statemanager.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTreeTest {
    @TempDir
    Path dir;

    private Path env;
    private LocalTree tree;

    @BeforeEach
    void tree() throws IOException {
        env = dir.resolve("env");
        Files.createFile(dir.resolve("lock"));
        tree = new LocalTree(env, dir);
    }

    @Test
    void nothingAndAnUntouchedDefaultDatabaseAreEmpty() throws Exception {
        assertThat(tree.isEmpty()).isTrue();
        tree.create();
        assertThat(tree.isEmpty()).isTrue();

        sql("PRAGMA journal_mode=WAL");

        assertThat(tree.isEmpty()).isTrue();
    }

    @Test
    void aTableMakesTheDefaultDatabaseSomebodysOwn() throws Exception {
        tree.create();
        sql("PRAGMA journal_mode=WAL", "CREATE TABLE t(a)");

        assertThat(tree.isEmpty()).isFalse();
    }

    @Test
    void anyOtherFileOrDirectoryIsSomebodysOwn() throws IOException {
        tree.create();
        Files.createDirectory(env.resolve("uploads"));

        assertThat(tree.isEmpty()).isFalse();
    }

    @Test
    void aLinkInThePlaceOfTheDirectoryIsNotEmpty() throws IOException {
        Files.createSymbolicLink(env, dir);

        assertThat(tree.isEmpty()).isFalse();
    }

    @Test
    void clearingKeepsDatabasesAndTheWayToThem() throws IOException {
        Files.createDirectories(env.resolve("db"));
        Files.createDirectories(env.resolve("a/b"));
        Files.writeString(env.resolve("db/app.sqlite"), "x");
        Files.writeString(env.resolve("a/b/c"), "x");

        tree.clear(Set.of(env.resolve("db/app.sqlite")));

        assertThat(env.resolve("db/app.sqlite")).exists();
        assertThat(env.resolve("a")).doesNotExist();
    }

    @Test
    void anotherDirectoryInTheSamePlaceIsAnotherTree() throws IOException {
        tree.create();
        StateDocument.Machine before = tree.machine();

        Files.move(env, dir.resolve("old"));
        tree.create();

        assertThat(tree.machine().sameDirectory(before)).isTrue();
        assertThat(tree.machine().sameTree(before)).isFalse();
    }

    private void sql(String... statements) throws SQLException, IOException {
        Files.createDirectories(env.resolve("db"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + env.resolve("db/app.sqlite"));
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }
}
