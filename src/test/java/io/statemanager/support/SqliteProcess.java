package io.statemanager.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An application in another process that has SQLite databases open: a Python interpreter that runs a line at a time. The name {@code db}
 * is its connection. One thread at a time.
 */
public final class SqliteProcess implements AutoCloseable {
    private static final String LOOP = """
            import sqlite3, sys, os, time
            for line in sys.stdin:
                try:
                    text = line.rstrip('\\n').replace('\\\\n', '\\n')
                    try:
                        result = eval(text)
                    except SyntaxError:
                        exec(text)
                        result = ''
                    print('ok ' + str(result), flush=True)
                except Exception as e:
                    print('failed ' + repr(e).replace('\\n', ' '), flush=True)
            """;

    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;

    private SqliteProcess(Process process) {
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a process and opens a database in WAL mode there. */
    public static SqliteProcess open(Path database) throws IOException {
        SqliteProcess opened = start();
        opened.connect(database);
        opened.sql("PRAGMA journal_mode=WAL");
        opened.sql("PRAGMA synchronous=OFF"); // no test cuts the power; each commit would wait for the disk
        return opened;
    }

    /** Starts a process that has nothing open yet. */
    public static SqliteProcess start() throws IOException {
        Process process = new ProcessBuilder("python3", "-u", "-c", LOOP)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new SqliteProcess(process);
    }

    public void connect(Path database) throws IOException {
        run("db = sqlite3.connect(" + quoted(database.toString()) + ", isolation_level=None)");
    }

    /** Runs a statement of SQL on its connection; gives the first column of the first row, or an empty text. */
    public String sql(String statement) throws IOException {
        return run("''.join(str(row[0]) for row in db.execute(" + quoted(statement) + ").fetchmany(1))");
    }

    /** Runs a line of Python: an expression, whose value is given back as text, or a statement. */
    public String run(String python) throws IOException {
        in.println(python.replace("\n", "\\n"));
        String answer = out.readLine();
        if (answer == null || !answer.startsWith("ok ")) {
            throw new IOException("python: " + python + ": " + answer);
        }
        return answer.substring(3);
    }

    public long pid() {
        return process.pid();
    }

    /** Closes its connection; the process goes on. */
    public void disconnect() throws IOException {
        run("db.close()");
    }

    /** Ends the process as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
