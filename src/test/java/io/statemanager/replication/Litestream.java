package io.statemanager.replication;

import io.statemanager.support.Judges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Litestream itself, as a judge. */
final class Litestream {
    private final Path program;

    private Litestream(Path program) {
        this.program = program;
    }

    /** The judge, or the test is left out. */
    static Litestream required() {
        return new Litestream(Judges.require(Judges.litestream(), "litestream"));
    }

    /** {@code litestream restore} of a directory's replica; {@code txid} 0 for the newest. */
    void restore(Path replica, long txid, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("restore", "-o", output.toString()));
        if (txid > 0) {
            command.addAll(List.of("-txid", String.format("%016x", txid)));
        }
        command.add("file://" + replica);
        Process process = start(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("litestream " + command + ": " + said);
        }
    }

    /** {@code litestream replicate} of one database into a directory; runs until the process is destroyed. */
    Process replicate(Path database, Path replica) throws IOException {
        Process process = start(List.of("replicate", database.toString(), "file://" + replica));
        Thread reader = new Thread(() -> drain(process));
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private static void drain(Process process) {
        try {
            process.getInputStream().transferTo(System.err);
        } catch (IOException e) {
            return; // it has ended
        }
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("AWS_CA_BUNDLE");
        return builder.start();
    }
}
