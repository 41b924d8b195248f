package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.JavaProgram;
import io.statemanager.support.Judges;
import io.statemanager.support.Manager;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same jar on Java 25: what it does on 17 it does there too, and the newer JVM has nothing to warn of. */
class Java25IT {
    @TempDir
    Path dir;

    @Test
    void itIsConfiguredMakesACheckpointAndRestoresItWithoutAWarning() throws IOException {
        Path java = Judges.require(Judges.java25(), "Java 25");
        assertThat(JavaProgram.output(new ProcessBuilder(java.toString(), "-version")))
                .contains(" version \"25");
        try (Manager manager = Manager.at(dir.resolve("data")).java(java).running("sleep", "1000")) {
            manager.start().awaitState("unconfigured");
            JsonObject settings = Settings.local(dir.resolve("store"), "60s");
            settings.getJsonObject("storage").put("password", "secret");
            Manager.Answer configured = manager.post("/config", settings.encode());
            assertThat(configured.status()).as(configured.body()).isEqualTo(200);
            Path file = Files.writeString(manager.envDir().resolve("file"), "one");
            assertThat(manager.post("/checkpoint", "{\"id\":\"one\"}").status()).isEqualTo(200);
            Files.writeString(file, "two");
            Manager.Answer restored = manager.post("/restore", "{\"id\":\"one\"}");

            assertThat(restored.status()).as(restored.body()).isEqualTo(200);
            assertThat(file).hasContent("one");
            assertThat(manager.status().getJsonArray("databases")).isNotEmpty();
            assertThat(manager.stop()).as(manager.printed()).isZero();
            assertThat(manager.printed().lines().filter(line -> line.contains("WARNING")))
                    .isEmpty();
        }
    }
}
