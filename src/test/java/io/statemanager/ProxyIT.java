package io.statemanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.HttpApp;
import io.statemanager.support.JavaProgram;
import io.statemanager.support.Manager;
import io.statemanager.support.RawHttp;
import io.statemanager.support.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manager in front of a real web application, which takes a moment from its start until it listens: who is asked for which host, and that
 * nobody sees a restart, a crash or a checkpoint but by a longer wait.
 */
class ProxyIT {
    private static final String CONTROL = "Host: fly-app-controller";
    private static final String APP = "Host: shop.example.com";

    private static final int CLIENTS = 3;

    @TempDir
    static Path dir;

    private static final AtomicInteger answered = new AtomicInteger();

    private static Manager manager;

    @BeforeAll
    static void start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        JsonObject settings = Settings.local(dir.resolve("store"), "60s");
        settings.put("proxy", new JsonObject().put("hold_time", "60s"));
        settings.getJsonObject("supervisor").put("restart_delay", "300ms");
        manager = Manager.at(dir.resolve("data"))
                .config(settings)
                .options("--target", "127.0.0.1:" + port)
                .running(
                        JavaProgram.of(List.of(), HttpApp.class, port).command().toArray(new String[0]))
                .start();
        // No wait for anything: the very first request is held until the application is there.
        assertThat(app("/first").status()).as(manager.printed()).isEqualTo(200);
        manager.awaitRunning();
    }

    @AfterAll
    static void end() {
        manager.close();
    }

    @Test
    void theHostDecidesWhoIsAsked() {
        String token = "Authorization: Bearer " + manager.token();
        for (String host : List.of(CONTROL, "Host: FLY-APP-Controller.:8080")) {
            assertThat(RawHttp.once(manager.port(), "GET", "/status", null, host)
                            .status())
                    .isEqualTo(401);
            RawHttp.Answer control = RawHttp.once(manager.port(), "GET", "/status", null, host, token);
            assertThat(new JsonObject(control.body()).getString("state")).isEqualTo("running");
        }

        RawHttp.Answer answer = RawHttp.once(
                manager.port(),
                "POST",
                "/status?x=1",
                "text",
                APP,
                token,
                "X-Own: kept",
                "Connection: X-Hop",
                "X-Hop: 1");

        assertThat(answer.status()).isEqualTo(200);
        JsonObject seen = new JsonObject(answer.body());
        assertThat(seen.getString("method")).isEqualTo("POST");
        assertThat(seen.getString("path")).isEqualTo("/status?x=1");
        assertThat(seen.getString("body")).isEqualTo("text");
        JsonObject headers = seen.getJsonObject("headers");
        assertThat(headers.getString("host")).isEqualTo("shop.example.com");
        assertThat(headers.getString("x-own")).isEqualTo("kept");
        assertThat(headers.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(headers.fieldNames()).doesNotContain("x-hop", "authorization");
    }

    @Test
    void anApplicationThatWasStoppedIsA503AndIsThereAgainWithItsStart() {
        assertThat(manager.post("/processes/app/stop", "{}").status()).isEqualTo(200);

        RawHttp.Answer down = app("/x");
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.header("retry-after")).isEqualTo("1");
        assertThat(down.header("x-state-manager-reason")).isEqualTo("application_unavailable");
        assertThat(new JsonObject(down.body()).getString("detail")).isEqualTo("the application is stopped");
        assertThat(RawHttp.once(manager.port(), "GET", "/healthz", null, CONTROL)
                        .status())
                .isEqualTo(200);

        assertThat(manager.post("/processes/app/start", "{}").status()).isEqualTo(200);
        assertThat(app("/x").status()).isEqualTo(200);
    }

    @Test
    void nobodySeesARestartOrACrashButByALongerWait() throws Exception {
        long before = pid(app("/x"));
        List<RawHttp.Answer> answers = whileAsking(() -> {
            assertThat(manager.post("/processes/app/restart", "{}").status()).isEqualTo(200);
            long restarted = pid(app("/x"));
            assertThat(restarted).isNotEqualTo(before);
            ProcessHandle.of(restarted).orElseThrow().destroyForcibly();
            ProcessHandle.of(restarted).ifPresent(handle -> handle.onExit().join());
            assertThat(pid(app("/after-the-crash"))).isNotEqualTo(restarted);
        });

        // Each client had an answer before the restart and one after the crash.
        assertThat(answers.stream().map(ProxyIT::pid).distinct())
                .contains(before, pid(app("/x")))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void nobodySeesACheckpoint() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.write(manager.envDir().resolve("file" + i), new byte[10_000]);
        }
        long pid = pid(app("/x"));
        List<RawHttp.Answer> answers = whileAsking(() -> {
            for (int i = 0; i < 5; i++) {
                Files.writeString(manager.envDir().resolve("changed"), "version " + i);
                int before = answered.get();
                assertThat(manager.post("/checkpoint", "{}").status()).isEqualTo(200);
                Awaitility.await().until(() -> answered.get() > before);
            }
        });

        assertThat(answers).hasSizeGreaterThan(CLIENTS + 5).allMatch(answer -> pid(answer) == pid);
        String events = manager.get("/events?topic=process&follow=false").body();
        assertThat(events).contains("process.frozen", "process.thawed");
    }

    private interface Work {
        void run() throws Exception;
    }

    /**
     * Asks without a pause while something happens; every answer must be a good one. Each client has its first answer before that begins, and asks for
     * its last one after it has ended.
     */
    private static List<RawHttp.Answer> whileAsking(Work work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<List<RawHttp.Answer>>> clients = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(CLIENTS);
        for (int client = 0; client < CLIENTS; client++) {
            clients.add(CompletableFuture.supplyAsync(() -> answersUntil(over, begun)));
        }
        try {
            assertThat(begun.await(60, TimeUnit.SECONDS)).as(manager.printed()).isTrue();
            work.run();
        } finally {
            over.set(true);
        }
        List<RawHttp.Answer> all = new ArrayList<>();
        for (CompletableFuture<List<RawHttp.Answer>> client : clients) {
            try {
                all.addAll(client.get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError(manager.printed(), e.getCause());
            }
        }
        assertThat(all)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.body()).isEqualTo(200));
        return all;
    }

    private static List<RawHttp.Answer> answersUntil(AtomicBoolean over, CountDownLatch begun) {
        List<RawHttp.Answer> answers = new ArrayList<>();
        answers.add(app("/asked"));
        begun.countDown();
        boolean last;
        do {
            last = over.get();
            answers.add(app("/asked"));
            answered.incrementAndGet();
        } while (!last);
        return answers;
    }

    private static RawHttp.Answer app(String path) {
        return RawHttp.once(manager.port(), "GET", path, null, APP);
    }

    private static long pid(RawHttp.Answer answer) {
        return new JsonObject(answer.body()).getLong("pid");
    }
}
