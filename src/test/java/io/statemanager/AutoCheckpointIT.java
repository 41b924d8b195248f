package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Automatic checkpoints with a real manager: nobody asks for one, and the machine is lost. */
class AutoCheckpointIT extends ManagerFixture {
    @Test
    void whatNobodyCheckpointedIsBackOnAnotherMachineAndOldOnesGo() throws IOException {
        Manager first = machine("a").start().awaitRunning();
        assertThat(first.post("/checkpoint", "{\"id\":\"mine\"}").status()).isEqualTo(200);
        Files.writeString(first.envDir().resolve("x"), "1");
        String written = first.await(
                        "an automatic checkpoint", s -> !automatic(first).isEmpty())
                .getString("state");
        assertThat(written).isEqualTo("running");
        String seen = automatic(first).get(0);
        first.await("it is followed by two more and goes", s -> {
            List<String> ids = automatic(first);
            return !ids.contains(seen) && ids.size() == 2;
        });
        assertThat(all(first)).contains("mine");
        first.kill();

        Manager other = machine("b").start().awaitRunning();

        assertThat(Files.readString(other.envDir().resolve("x"))).isEqualTo("1");
    }

    private static List<String> automatic(Manager manager) {
        return all(manager).stream().filter(id -> id.startsWith("auto-")).toList();
    }

    private static List<String> all(Manager manager) {
        return manager.get("/checkpoints").json().getJsonArray("checkpoints").stream()
                .map(checkpoint -> ((JsonObject) checkpoint).getString("id"))
                .toList();
    }

    private Manager machine(String name) {
        JsonObject settings = Settings.local(dir.resolve("store"), "6s")
                .put("checkpoints", new JsonObject().put("auto_interval", "1s").put("keep_last", 2));
        return manager(name).config(settings);
    }
}
