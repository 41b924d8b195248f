package io.statemanager.config;

import static io.statemanager.config.Documents.bytes;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.ConfigCommands;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.runtime.Ticker;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ReloadTest {
    private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.statemanager");
    private static final Logger ALL = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private static final String S3 = "'storage':{'bucket':'b','access_key':'AKIDEXAMPLE','secret_key':'%s'}";
    private static final String WEB = "'processes':{'web':{'command':['serve']}}";

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @TempDir
    Path directory;

    private final StoreRecorder store = new StoreRecorder();
    private final List<ProcessCommands.Apply> applied = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level atStart = OURS.getLevel();
    private Bus bus;
    private Events events;
    private Path file;
    private volatile CommandException processFailure;

    @BeforeEach
    void started() throws IOException {
        file = directory.resolve("dev.json");
        bus = new Bus(fixture.vertx());
        events = new Events(fixture.vertx());
        log.start();
        ALL.addAppender(log);
        await(bus.handle(ProcessCommands.APPLY, apply -> {
            applied.add(apply);
            return processFailure == null || applied.size() != 1
                    ? Future.succeededFuture(Nothing.NOTHING)
                    : Future.failedFuture(processFailure);
        }));
        edit(document("hunter2old", WEB));
        Loaded loaded = ConfigSources.load(directory, file, Map.of());
        var setup = new ConfigVerticle.Setup(
                directory, loaded, List.of(), Optional.of(file), Duration.ofMillis(50), store, Ticker.system());
        await(fixture.vertx().deployVerticle(new ConfigVerticle(bus, events, setup), ConfigVerticle.deployment()));
    }

    @AfterEach
    void quiet() {
        ALL.detachAppender(log);
        OURS.setLevel(atStart);
    }

    @Test
    void processesAreAppliedAndReported() throws IOException {
        edit(document("hunter2old", "'processes':{'web':{'command':['serve','-v']},'job':{'command':['work']}}"));

        JsonObject report = event("config.reloaded", 1);

        assertThat(report.getJsonArray("applied")).containsExactly("processes.job", "processes.web.command");
        assertThat(report.getJsonArray("restart_required")).isEmpty();
        assertThat(applied).hasSize(1);
        assertThat(applied.get(0).processes())
                .extracting(ProcessCommands.Definition::command)
                .containsExactly(List.of("serve", "-v"), List.of("work"));
        assertThat(event("config.changed", 1).getJsonArray("paths")).hasSize(2);
        assertThat(current().processes()).containsOnlyKeys("web", "job");
    }

    @Test
    void whatCannotChangeIsNamedAndStaysWhatItWas() throws IOException {
        edit(document("hunter2old", WEB + ",'name':'other','lease':{'ttl':'60s'},'checkpoints':{'keep_last':9}"));

        JsonObject report = event("config.reloaded", 1);

        assertThat(report.getJsonArray("applied")).containsExactly("checkpoints.keep_last");
        assertThat(report.getJsonArray("restart_required")).containsExactly("lease.ttl", "name");
        assertThat(current().name()).isEqualTo("default");
        assertThat(current().lease().ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(current().checkpoints().keepLast()).isEqualTo(9);
        assertThat(shown().restartRequired()).containsExactly("lease.ttl", "name");
        assertThat(applied).isEmpty();
    }

    @Test
    void newCredentialsAreTriedAndThenUsed() throws IOException {
        edit(document("hunter2new", WEB));

        assertThat(event("config.reloaded", 1).getJsonArray("applied")).containsExactly("storage.secret_key");
        assertThat(store.calls).containsExactly("probe hunter2new", "credentials hunter2new");
        assertThat(current().storage().secretKey()).isEqualTo(Secret.of("hunter2new"));
        assertThat(written()).doesNotContain("hunter2");
    }

    @Test
    void credentialsThatTheStoreDeniesChangeNothingAtAll() throws IOException {
        store.probeFailure = CommandException.of(FailureCode.STORE_DENIED, "access denied to bucket b");
        edit(document("hunter2bad", "'processes':{'web':{'command':['other']}}"));

        assertThat(event("config.rejected", 1).getString("detail")).isEqualTo("access denied to bucket b");
        assertThat(store.calls).containsExactly("probe hunter2bad");
        assertThat(applied).isEmpty();
        assertThat(current().processes().get("web").command()).containsExactly("serve");
    }

    @Test
    void aStepThatFailsTakesTheEarlierOnesBack() throws IOException {
        processFailure = CommandException.of(FailureCode.TIMEOUT, "the supervisor did not answer");
        edit(document("hunter2new", "'processes':{'web':{'command':['other']}}"));

        event("config.rejected", 1);

        assertThat(store.calls).containsExactly("probe hunter2new", "credentials hunter2new", "credentials hunter2old");
        assertThat(applied)
                .extracting(apply -> apply.processes().get(0).command())
                .containsExactly(List.of("other"), List.of("serve"));
        assertThat(current().storage().secretKey()).isEqualTo(Secret.of("hunter2old"));
    }

    @Test
    void anInvalidFileChangesNothingAndIsReportedOnceForEachContent() throws IOException {
        String bad = document("hunter2old", WEB + ",'bogus':1,'name':'X'");
        edit(bad);
        assertThat(event("config.rejected", 1).getJsonArray("faults")).hasSize(2);

        edit("{'storage':{'bucket':'hunter2half");
        assertThat(event("config.rejected", 2).getString("detail")).startsWith("malformed JSON");
        Files.delete(file);
        assertThat(event("config.rejected", 3).getString("detail")).contains("is empty or cannot be read");
        edit(document("hunter2old", WEB + ",'log':{'level':'debug'}"));
        event("config.reloaded", 1);
        edit(bad);
        event("config.rejected", 4);

        assertThat(count("not used")).isEqualTo(4);
        assertThat(written()).doesNotContain("hunter2").doesNotContain("Error while");
        assertThat(applied).isEmpty();
        assertThat(store.calls).isEmpty();
    }

    @Test
    void theLogLevelFollowsAndGoesBack() throws IOException {
        edit(document("hunter2old", WEB + ",'log':{'level':'trace'}"));
        event("config.reloaded", 1);
        assertThat(OURS.getLevel()).isEqualTo(Level.TRACE);

        edit(document("hunter2old", WEB));
        event("config.reloaded", 2);
        assertThat(OURS.getLevel()).isEqualTo(atStart);
    }

    @Test
    void whatComesFromAFileIsReplacedThere() {
        CommandException failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                CommandException.class,
                () -> await(bus.request(
                        ConfigCommands.APPLY,
                        new ConfigCommands.Apply(Documents.document("{'replace':true," + Documents.FILE + "}")))));

        assertThat(failure.code()).isEqualTo(FailureCode.ALREADY_CONFIGURED);
        assertThat(failure.detail()).contains("--config");
        assertThat(directory.resolve("config.json")).doesNotExist();
    }

    private static String document(String secret, String rest) {
        return "{" + S3.formatted(secret) + "," + rest + "}";
    }

    /** As careful editors save: a new file renamed over the old one. */
    private void edit(String document) throws IOException {
        Path temporary = Files.write(directory.resolve("dev.json.new"), bytes(document));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private JsonObject event(String type, int number) {
        await().until(() -> ofType(type).size() >= number);
        return ofType(type).get(number - 1);
    }

    private List<JsonObject> ofType(String type) {
        return events.since(0, "config").stream()
                .filter(event -> event.getString("type").equals(type))
                .toList();
    }

    private CurrentConfig shown() {
        return await(bus.request(CurrentConfig.COMMAND, Nothing.NOTHING));
    }

    private Configuration current() {
        return shown().configuration().orElseThrow();
    }

    private long count(String text) {
        return log.list.stream()
                .filter(line -> line.getFormattedMessage().contains(text))
                .count();
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        log.list.forEach(line -> text.append(line.getFormattedMessage())
                .append(line.getKeyValuePairs())
                .append(
                        line.getThrowableProxy() == null
                                ? ""
                                : line.getThrowableProxy().getMessage())
                .append('\n'));
        return text + events.since(0, null).toString();
    }
}
