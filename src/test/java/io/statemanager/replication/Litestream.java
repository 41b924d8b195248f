package io.statemanager.replication;

import io.statemanager.support.Judges;
import io.statemanager.support.S3Server;
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
        restore("file://" + replica, txid, output);
    }

    /** Likewise from any URL that it knows. */
    void restore(String url, long txid, Path output) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("restore", "-o", output.toString()));
        if (txid > 0) {
            command.addAll(List.of("-txid", String.format("%016x", txid)));
        }
        command.add(url);
        Process process = start(command);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("litestream " + command + ": " + said);
        }
    }

    /** {@code litestream replicate} of one database into a directory; runs until the process is destroyed. */
    Process replicate(Path database, Path replica) throws IOException {
        return replicate(database, "file://" + replica);
    }

    /** Likewise to any URL that it knows. */
    Process replicate(Path database, String url) throws IOException {
        Process process = start(List.of("replicate", database.toString(), url));
        Thread reader = new Thread(() -> drain(process));
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    /** The URL of a replica in the test server's bucket. */
    static String url(S3Server server, String path) {
        return "s3://" + S3Server.BUCKET + "/" + path + "?endpoint=" + server.endpoint()
                + "&region=us-east-1&forcePathStyle=true";
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
        builder.environment().put("LITESTREAM_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
        builder.environment().put("LITESTREAM_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
        return builder.start();
    }
}
