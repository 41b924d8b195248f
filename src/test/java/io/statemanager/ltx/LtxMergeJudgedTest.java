package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.statemanager.support.Judges;
import io.statemanager.support.SqliteProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judged by Litestream: it restores what we merged, byte for byte, of our files and of its own. */
class LtxMergeJudgedTest {
    @TempDir
    Path dir;

    private Path litestream;
    private Path replica;

    @BeforeEach
    void start() {
        litestream = Judges.require(Judges.litestream(), "litestream");
        replica = dir.resolve("replica");
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 8192, 32768, 65536})
    void mergesOfADatabaseThatGrowsAndShrinksAreRestored(int pageSize) throws Exception {
        List<byte[]> states = states(pageSize);
        assertThat(states.stream().mapToInt(state -> state.length).max().orElseThrow())
                .as("it shrank")
                .isGreaterThan(states.get(states.size() - 1).length);
        for (int txid = 1; txid <= states.size(); txid++) {
            capture(txid, pageSize, states);
        }
        merge(0, 1, 2, 5, PageEncoding.BLOCK);
        merge(0, 1, 6, 7, PageEncoding.FRAME);
        merge(0, 1, 8, 12, PageEncoding.BLOCK);
        merge(1, 2, 2, 7, PageEncoding.BLOCK);
        merge(0, 9, 1, 4, PageEncoding.FRAME);
        deleteLevel(0);
        assertRestores(4, states);
        assertRestores(7, states);
        assertRestores(12, states);
        deleteLevel(9);
        write(new LtxFile(9, 1, 12, 0), run(states, pageSize), PageEncoding.BLOCK);
        deleteLevel(1);
        deleteLevel(2);
        assertRestores(12, states);
    }

    @Test
    void mergeOfFilesOfLitestreamIsTheSameDatabase() throws Exception {
        Path database = dir.resolve("a.db");
        try (SqliteProcess application = SqliteProcess.open(database)) {
            application.sql("CREATE TABLE t(id INTEGER PRIMARY KEY, x)");
            Process replicate = start("replicate", database.toString(), "file://" + replica);
            try {
                for (int i = 1; i <= 4; i++) {
                    long before = newest();
                    application.run("db.executemany('INSERT INTO t(x) VALUES (?)',"
                            + " [(os.urandom(700),) for i in range(100)])");
                    application.sql("DELETE FROM t WHERE id % 5 = " + i);
                    await().atMost(Duration.ofMinutes(2)).until(() -> newest() > before);
                }
            } finally {
                replicate.destroy();
                replicate.waitFor();
            }
        }
        long newest = newest();
        Path theirs = restore(newest);
        Path original = replica;
        List<LtxSource> raw = files(0).map(LtxMergeJudgedTest::source).toList();
        assertThat(raw.size()).isGreaterThan(3);
        for (PageEncoding encoding : PageEncoding.values()) {
            replica = dir.resolve("merged-" + encoding);
            write(new LtxFile(9, 1, newest, 0), raw, encoding);
            assertThat(restore(newest)).hasSameBinaryContentAs(theirs);
            replica = original;
        }
    }

    /** Database files after each of twelve transactions: it grows by noise, rows go, and a vacuum cuts it. */
    private List<byte[]> states(int pageSize) throws SQLException, IOException {
        Path database = dir.resolve("source.db");
        List<byte[]> states = new ArrayList<>();
        for (int txid = 1; txid <= 12; txid++) {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA page_size=" + pageSize);
                statement.execute("CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, x BLOB)");
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)"
                        + " INSERT INTO t(x) SELECT randomblob(i * 7 % 900) FROM n");
                if (txid == 6 || txid == 9) {
                    statement.execute("DELETE FROM t WHERE id % 20 != " + txid);
                    statement.execute("VACUUM");
                }
                if (txid == 12) {
                    statement.execute("DELETE FROM t");
                    statement.execute("VACUUM");
                }
            }
            states.add(Files.readAllBytes(database));
        }
        return states;
    }

    /** Writes a level-0 file with the pages in which one state differs from the one before. */
    private void capture(int txid, int pageSize, List<byte[]> states) throws IOException {
        byte[] now = states.get(txid - 1);
        byte[] before = txid == 1 ? new byte[0] : states.get(txid - 2);
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int at = 0; at < now.length; at += pageSize) {
            boolean same = at < before.length && Arrays.equals(now, at, at + pageSize, before, at, at + pageSize);
            if (!same) {
                pages.put(at / pageSize + 1, Arrays.copyOfRange(now, at, at + pageSize));
            }
        }
        LtxHeader header = LtxHeader.of(pageSize, now.length / pageSize, txid, txid, 1000L * txid, WalSpan.START);
        Path file = path(new LtxFile(0, txid, txid, 0));
        Files.createDirectories(file.getParent());
        PageEncoding encoding = txid % 2 == 0 ? PageEncoding.BLOCK : PageEncoding.FRAME;
        Files.write(file, LtxFiles.write(header, before.length / pageSize, encoding, pages));
    }

    /** Merges the files of a level that lie within these TXIDs. */
    private void merge(int from, int to, long min, long max, PageEncoding encoding) throws IOException {
        List<LtxSource> run = files(from)
                .filter(file -> {
                    LtxFile parsed = parse(file);
                    return parsed.minTxid() >= min && parsed.maxTxid() <= max;
                })
                .map(LtxMergeJudgedTest::source)
                .toList();
        write(new LtxFile(to, min, max, 0), run, encoding);
    }

    /** A run of the merged files, the first TXID by itself. */
    private List<LtxSource> run(List<byte[]> states, int pageSize) throws IOException {
        capture(1, pageSize, states);
        return List.of(
                source(path(new LtxFile(0, 1, 1, 0))),
                source(path(new LtxFile(2, 2, 7, 0))),
                source(path(new LtxFile(1, 8, 12, 0))));
    }

    private void write(LtxFile target, List<LtxSource> run, PageEncoding encoding) throws IOException {
        Path file = path(target);
        Files.createDirectories(file.getParent());
        LtxMerge merge = target.level() % 2 == 0
                ? LtxMerge.whole(run, 1 << 20, PageCheck.NONE)
                : LtxMerge.needed(run, 1 << 20, PageCheck.NONE);
        assertThat(merge.header().minTxid()).isEqualTo(target.minTxid());
        assertThat(merge.header().maxTxid()).isEqualTo(target.maxTxid());
        try (OutputStream out = Files.newOutputStream(file)) {
            merge.writeTo(out, encoding);
        }
    }

    private void assertRestores(int txid, List<byte[]> states) throws Exception {
        assertThat(Files.readAllBytes(restore(txid))).as("TXID %d", txid).isEqualTo(states.get(txid - 1));
    }

    private Path restore(long txid) throws Exception {
        Path output = Files.createTempFile(dir, "restored", ".db");
        Files.delete(output);
        Process process =
                start("restore", "-o", output.toString(), "-txid", String.format("%016x", txid), "file://" + replica);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return output;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(litestream.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("AWS_CA_BUNDLE");
        if (arguments[0].equals("replicate")) {
            builder.redirectOutput(dir.resolve("replicate.log").toFile());
        }
        return builder.start();
    }

    private long newest() throws IOException {
        return files(0).mapToLong(file -> parse(file).maxTxid()).max().orElse(0);
    }

    private Stream<Path> files(int level) throws IOException {
        Path folder = replica.resolve("ltx/" + level);
        if (!Files.exists(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> listed = Files.list(folder)) {
            return listed.filter(file -> file.toString().endsWith(".ltx")).sorted().toList().stream();
        }
    }

    private void deleteLevel(int level) throws IOException {
        for (Path file : files(level).toList()) {
            Files.delete(file);
        }
    }

    private Path path(LtxFile file) {
        return replica.resolve(file.directoryKey());
    }

    private LtxFile parse(Path file) {
        return LtxFile.parse(replica.relativize(file).toString(), 0).orElseThrow();
    }

    private static LtxSource source(Path file) {
        try {
            return LtxSource.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
