package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.Manager;
import io.statemanager.support.ManagerFixture;
import io.statemanager.support.S3Server;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The store out of reach, with real managers: at the start, and for longer than the lease lives. */
class StoreLossIT extends ManagerFixture {
    private static final String TICKS =
            "i=0; while :; do i=$((i+1)); echo $i > $STATE_MANAGER_ENV_DIR/ticks; sleep 0.05; done";

    @Test
    void aStoreOutOfReachAtTheStartKeepsTheProcessesWaitingAndStatusSaysWhy() throws IOException {
        try (S3Server server = S3Server.start();
                FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint())) {
            proxy.failWhen(request -> true, Fault.RESET_BEFORE, Integer.MAX_VALUE);
            Manager manager = manager("a", Settings.s3(proxy.endpoint(), "4s"))
                    .running("sh", "-c", TICKS)
                    .start();

            JsonObject waiting = manager.await(
                    "the reason", status -> "waiting".equals(status.getString("state")) && saysWhy(status));
            assertThat(waiting.getBoolean("running")).isFalse();
            assertThat(manager.get("/readyz").status()).isEqualTo(503);
            assertThat(manager.get("/healthz").status()).isEqualTo(200);
            assertThat(manager.post("/checkpoint", "{}").status()).isGreaterThanOrEqualTo(400);
            assertThat(manager.envDir().resolve("ticks")).doesNotExist();

            proxy.healthy();
            manager.await("the application runs", status -> status.getBoolean("running", false));
        }
    }

    @Test
    void aStoreLostForLongerThanTheTtlFreezesTheProcessesAndNothingIsReportedDurable() throws IOException {
        try (S3Server server = S3Server.start();
                FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint())) {
            Manager manager = manager("a", Settings.s3(proxy.endpoint(), "4s"))
                    .running("sh", "-c", TICKS)
                    .start()
                    .awaitRunning();
            proxy.failWhen(request -> true, Fault.RESET_BEFORE, Integer.MAX_VALUE);

            manager.await(
                    "the freeze",
                    status -> "frozen".equals(status.getJsonObject("lease").getString("state")));
            String frozenAt = Files.readString(manager.envDir().resolve("ticks"));
            assertThat(manager.get("/readyz").status()).isEqualTo(503);
            Manager.Answer refused = manager.post("/checkpoint", "{\"id\":\"meanwhile\"}");
            assertThat(refused.status()).as(refused.body()).isGreaterThanOrEqualTo(500);
            assertThat(Files.readString(manager.envDir().resolve("ticks"))).isEqualTo(frozenAt);

            proxy.healthy();
            manager.await(
                    "the thaw",
                    status -> "held".equals(status.getJsonObject("lease").getString("state")));
            manager.await(
                    "the application goes on",
                    status -> !read(manager.envDir().resolve("ticks")).equals(frozenAt));
            assertThat(manager.post("/checkpoint", "{\"id\":\"after\"}").status())
                    .isEqualTo(200);
            assertThat(manager.get("/checkpoints/meanwhile").status()).isEqualTo(404);
        }
    }

    @Test
    void startWithoutLeaseTakesTheRiskOnATreeThatIsWhole() throws IOException {
        try (S3Server server = S3Server.start();
                FaultProxy proxy = FaultProxy.inFrontOf(server.endpoint())) {
            JsonObject settings = Settings.s3(proxy.endpoint(), "4s");
            settings.getJsonObject("lease").put("start_without_lease", true);
            Manager first =
                    manager("a", settings).running("sh", "-c", TICKS).start().awaitRunning();
            first.stop();
            proxy.failWhen(request -> true, Fault.RESET_BEFORE, Integer.MAX_VALUE);

            Manager again = manager("a", settings).running("sh", "-c", TICKS).start();

            again.await("the application runs all the same", status -> status.getBoolean("running", false));
            assertThat(again.get("/readyz").status()).isEqualTo(503);
            proxy.healthy();
            again.awaitRunning();
            again.await("the application runs", status -> status.getBoolean("running", false));
        }
    }

    private static boolean saysWhy(JsonObject status) {
        String reason = String.valueOf(status.getString("reason"));
        return reason.contains("was lost") && reason.contains("check the endpoint");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Manager manager(String name, JsonObject settings) {
        return manager(name).config(settings);
    }
}
