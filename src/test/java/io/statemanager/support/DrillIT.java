package io.statemanager.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code scripts/drill} against the shaded jar as a process: a machine is lost, another brings all of it back. Once on
 * each store, and the two on different Javas where there are two.
 */
class DrillIT {

    private static final Path PROJECT = Path.of(System.getProperty("project.dir", "."));
    private static final Path JAR = Path.of(System.getProperty("state-manager.jar", "target/state-manager.jar"));
    private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path folder;

    @Test
    void machineIsLostAndAnotherBringsAllBackFromTheLocalStore() throws Exception {
        // The newest Java that is at hand: this one runs the other drill.
        Path java = Boolean.getBoolean("judges.required")
                ? Judges.require(Judges.java25(), "Java 25")
                : Judges.java25().orElse(THIS_JAVA);

        String said = drill("file", java);

        assertThat(said).contains("The drill has passed");
    }

    @Test
    void machineIsLostAndAnotherBringsAllBackFromAnS3Server() throws Exception {
        Judges.require(Judges.versitygw(), "versitygw");

        String said = drill("s3", THIS_JAVA);

        assertThat(said).contains("The drill has passed");
    }

    /** Runs the script to its end and answers what it said; where judges are required, it may have left out none. */
    private String drill(String store, Path java) throws Exception {
        Path output = folder.resolve("output");
        List<String> command =
                new ArrayList<>(List.of("bash", PROJECT.resolve("scripts/drill").toString()));
        command.addAll(List.of("--short", "--jar", JAR.toString(), "--dir", folder.toString(), store));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA", java.toString());
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor(10, TimeUnit.MINUTES))
                    .as("the drill ends: %s", said(output))
                    .isTrue();
            assertThat(process.exitValue()).as(said(output)).isZero();
        } finally {
            process.destroy();
        }
        if (Boolean.getBoolean("judges.required")) {
            assertThat(said(output)).doesNotContain("LEFT OUT");
        }
        return said(output);
    }

    private static String said(Path output) throws Exception {
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
