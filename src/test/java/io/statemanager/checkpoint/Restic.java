package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Judges;
import io.statemanager.support.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The official restic, on a repository in a directory. */
public final class Restic {
    private final Path program = Judges.require(Judges.restic(), "restic");
    private final String repository;
    private final Map<String, String> environment = new HashMap<>();

    public Restic(Path repository, String password) {
        this(repository.toString(), password);
    }

    private Restic(String repository, String password) {
        this.repository = repository;
        environment.put("RESTIC_PASSWORD", password);
    }

    /** On a repository below {@code files/} in the test's S3 server. */
    public static Restic onS3(URI endpoint, String password) {
        Restic restic = new Restic("s3:" + endpoint + "/" + S3Server.BUCKET + "/files", password);
        restic.environment.put("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
        restic.environment.put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
        return restic;
    }

    /** Runs it and returns what it printed; it must succeed. */
    public String run(String... arguments) throws IOException, InterruptedException {
        return run(true, "--no-lock", arguments);
    }

    /** Runs it with its locks and returns what it printed; it must fail. */
    public String failing(String... arguments) throws IOException, InterruptedException {
        return run(false, "--retry-lock=0s", arguments);
    }

    private String run(boolean succeeds, String lock, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--repo", repository, "--no-cache", lock));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("restic", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            int exit = builder.start().waitFor();
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            assertThat(exit == 0).as(text).isEqualTo(succeeds);
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Every pack, blob and tree, read whole. */
    public void check() throws IOException, InterruptedException {
        assertThat(run("check", "--read-data")).contains("no errors were found");
    }
}
