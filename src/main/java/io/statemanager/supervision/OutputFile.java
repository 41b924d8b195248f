package io.statemanager.supervision;

import io.statemanager.runtime.IoReason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's output in a file: {@code <time> <stream> <text>} for each line. When it is {@code limit} bytes long it becomes {@code <file>.1},
 * so at most twice the limit is kept. A disk that is full or broken costs lines and never the process: it is tried again after
 * {@value #RETRY_MS} ms.
 *
 * <p>Confined to the output thread; lines are in the file after {@link #flush}.
 */
final class OutputFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFile.class);
    private static final long RETRY_MS = 10_000;
    private static final int BUFFER = 8 * 1024;

    private final Path directory;
    private final String name;
    private final Path file;
    private final long limit;
    private OutputStream out;
    private long size;
    private long retryAtMs;

    OutputFile(Path directory, String name, long limit) {
        this.directory = directory;
        this.name = name;
        this.file = directory.resolve(name);
        this.limit = limit;
    }

    void add(OutputLine line) {
        if (out == null && line.epochMs() < retryAtMs) {
            return;
        }
        byte[] head = (line.time() + " " + line.stream().word() + " ").getBytes(StandardCharsets.US_ASCII);
        try {
            makeRoom(head.length + line.bytes().length + 1);
            out.write(head);
            out.write(line.bytes());
            out.write('\n');
        } catch (IOException e) {
            giveUp(e, line.epochMs());
        }
    }

    void flush() {
        try {
            if (out != null) {
                out.flush();
            }
        } catch (IOException e) {
            giveUp(e, System.currentTimeMillis());
        }
    }

    @Override
    public void close() {
        flush();
        quietlyClose();
    }

    private void makeRoom(int length) throws IOException {
        if (out == null) {
            Files.createDirectories(directory);
            out = new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), BUFFER);
            size = Files.size(file);
        }
        if (size > 0 && size + length > limit) {
            out.close();
            out = null;
            Files.move(file, directory.resolve(name + ".1"), StandardCopyOption.REPLACE_EXISTING);
            makeRoom(length);
            return;
        }
        size += length;
    }

    private void giveUp(IOException e, long nowMs) {
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("cause", IoReason.of(e))
                .log("A process's output cannot be written to its file; lines are left out");
        quietlyClose();
        retryAtMs = nowMs + RETRY_MS;
    }

    private void quietlyClose() {
        OutputStream closing = out;
        out = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("file", file).log("The file could not be closed");
        }
    }
}
