package io.statemanager.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawNameTest {
    @TempDir
    Path dir;

    @Test
    void aPathKeepsItsBytes() {
        assertThat(RawName.of(Path.of("/a b/ü%/x"))).isEqualTo(RawName.ofText("/a b/ü%/x"));
        assertThat(RawName.of(dir)).isEqualTo(RawName.ofText(dir.toString()));
        assertThat(RawName.of(Path.of("/"))).isEqualTo("/");
    }

    @Test
    void onlyOneEntryOfADirectoryIsPlain() {
        assertThat(List.of("a", "...", "\u00ff", " ")).allMatch(RawName::isPlain);
        assertThat(List.of("", ".", "..", "a/b", "/", "a\0b", "x".repeat(256))).noneMatch(RawName::isPlain);
    }

    /** The C locale is what containers and cron give; Java 17 then takes every other byte for a question mark. */
    @Test
    void inTheCLocaleEveryNameIsStillThere() throws Exception {
        try (Directory top = Directory.open(RawName.of(dir))) {
            top.createFile("\u00ff\u00fe").close();
            top.createFile(RawName.ofText("grün")).close();
            top.edit().makeDirectory(RawName.ofText("ordner-ß"));
        }

        String listed = inTheCLocale(dir);

        assertThat(listed.lines())
                .containsExactlyInAnyOrder("fffe file", "6772c3bc6e file", "6f72646e65722dc39f directory");
    }

    private static String inTheCLocale(Path dir) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Lister.class.getName(),
                dir.toString());
        builder.environment().put("LC_ALL", "C");
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** Prints the bytes of each name, and that its entry can be reached by it. */
    static final class Lister {
        public static void main(String[] args) throws IOException {
            try (Directory top = Directory.open(RawName.of(Path.of(args[0])))) {
                for (String name : top.names()) {
                    StringBuilder hex = new StringBuilder();
                    for (byte b : RawName.bytes(name)) {
                        hex.append(String.format("%02x", b));
                    }
                    String type = top.stat(name).isDirectory() ? "directory" : "file";
                    System.out.println(hex + " " + type);
                }
            }
        }
    }
}
