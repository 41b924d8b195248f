package io.statemanager.lease;

import static io.statemanager.bus.Nothing.NOTHING;
import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.statemanager.bus.Bus;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.Events;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.LeaseCommands.Document;
import io.statemanager.bus.LeaseCommands.Found;
import io.statemanager.bus.LeaseCommands.Seek;
import io.statemanager.bus.LeaseCommands.Take;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.runtime.Ticker;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.statemanager.support.FaultProxy;
import io.statemanager.support.FaultProxy.Fault;
import io.statemanager.support.S3Server;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lease on a real S3 server, machines being Vert.x instances of their own. */
class LeaseVerticleTest {
    private S3Server server;
    private FaultProxy proxy;
    private final List<Machine> machines = new ArrayList<>();

    /** One manager's lease: its own event loop, bus, gate, and a record of what was asked of the processes. */
    private static final class Machine {
        final Vertx vertx = Vertx.vertx();
        final Bus bus = new Bus(vertx);
        final LeaseGate gate = new LeaseGate();
        final List<String> asked = new CopyOnWriteArrayList<>();
        final S3ObjectStore store;
        private boolean stopped;

        Machine(URI endpoint) {
            store = await(S3ObjectStore.open(
                    vertx,
                    S3Settings.of(
                            S3Server.BUCKET,
                            Optional.of(endpoint),
                            "us-east-1",
                            new S3Credentials.Fixed(S3Server.ACCESS_KEY, S3Server.SECRET_KEY, Optional.empty()))));
            await(bus.handle(ProcessCommands.FREEZE, request -> {
                asked.add("freeze");
                return Future.succeededFuture(new ProcessCommands.Frozen(List.of(), 0));
            }));
            await(bus.handle(ProcessCommands.KILL_ALL, request -> {
                asked.add("kill");
                return Future.succeededFuture(NOTHING);
            }));
            await(bus.handle(ProcessCommands.THAW, request -> {
                asked.add("thaw");
                return Future.succeededFuture(new ProcessCommands.Thawed(false, 0, null));
            }));
            await(bus.handle(LeaseCommands.LOST, lost -> {
                asked.add("lost");
                return Future.succeededFuture(NOTHING);
            }));
            await(vertx.deployVerticle(new LeaseVerticle(bus, new Events(vertx), Ticker.system(), store, gate)));
        }

        /** Ends it without a release. Again does nothing. */
        void stop() {
            if (!stopped) {
                stopped = true;
                await(store.close().otherwiseEmpty());
                await(vertx.close());
            }
        }

        Found seek(long ttlMs, boolean patient, String... own) {
            return await(bus.request(
                    LeaseCommands.SEEK,
                    new Seek(
                            "default",
                            "m",
                            true,
                            ttlMs,
                            ttlMs / 10,
                            ttlMs / 10,
                            "freeze",
                            List.of(own),
                            patient,
                            false)));
        }

        Future<String> take(Found over, long ttlMs) {
            String nonce = UUID.randomUUID().toString();
            long generation = over.current() == null ? 1 : over.current().generation() + 1;
            Document next = new Document(1, "env", generation, "m", nonce, 0, ttlMs, false);
            return bus.request(LeaseCommands.TAKE, new Take(over, next)).map(nonce);
        }

        String state() {
            return await(bus.request(LeaseCommands.GET, NOTHING)).state();
        }
    }

    @BeforeEach
    void start() {
        server = S3Server.start();
        proxy = FaultProxy.inFrontOf(server.endpoint());
    }

    @AfterEach
    void end() {
        machines.forEach(Machine::stop);
        proxy.close();
        server.close();
    }

    private Machine machine() {
        Machine machine = new Machine(proxy.endpoint());
        machines.add(machine);
        return machine;
    }

    @Test
    void anAbsentLeaseIsTakenAtOnceAndOpensTheGate() {
        Machine one = machine();

        await(one.take(one.seek(30_000, true), 30_000));

        assertThat(one.state()).isEqualTo("held");
        assertThat(one.gate.isOpen()).isTrue();
        assertThat(await(one.bus.request(LeaseCommands.CONFIRM, NOTHING)).generation())
                .isEqualTo(1);
    }

    @Test
    void anImpatientSecondIsRefusedAndToldByWhom() {
        Machine one = machine();
        Machine two = machine();
        await(one.take(one.seek(30_000, true), 30_000));

        CommandException refused = catchThrowableOfType(CommandException.class, () -> two.seek(30_000, false));

        assertThat(refused.code()).isEqualTo(FailureCode.LEASE_HELD);
        assertThat(refused.detail()).contains("generation 1");
    }

    @Test
    void aReleasedLeaseIsTakenAtOnce() {
        Machine one = machine();
        Machine two = machine();
        await(one.take(one.seek(30_000, true), 30_000));
        await(one.bus.request(LeaseCommands.FREE, NOTHING));

        Found found = two.seek(30_000, false);
        await(two.take(found, 30_000));

        assertThat(found.current().released()).isTrue();
        assertThat(two.state()).isEqualTo("held");
        assertThat(one.gate.isOpen()).isFalse();
    }

    @Test
    void aRenewedLeaseIsLeftAloneAndAnAbandonedOneIsTakenAfterItsTtl() {
        Machine one = machine();
        Machine two = machine();
        await(one.take(one.seek(1_500, true), 1_500));
        Future<Found> waiting = two.bus.request(
                LeaseCommands.SEEK, new Seek("default", "m2", true, 1_500, 150, 150, "freeze", List.of(), true, false));
        Awaitility.await()
                .until(() -> proxy.requests().stream()
                                .filter(r -> r.isPut("lease.json"))
                                .count()
                        >= 5);
        assertThat(waiting.isComplete()).as("renewals keep a contender away").isFalse();

        one.stop();

        assertThat(await(waiting).current().generation()).isEqualTo(1);
    }

    @Test
    void ofRacersForOneLeaseExactlyOneHoldsIt() {
        Machine one = machine();
        Machine two = machine();
        String held = "none";
        for (int round = 1; round <= 100; round++) {
            Found found = one.seek(60_000, false, held);
            two.seek(60_000, false, held);
            Future<String> first = one.take(found, 60_000);
            Future<String> second = two.take(found, 60_000);
            await(Future.join(first, second).otherwiseEmpty());
            assertThat(first.succeeded()).as("round %d", round).isNotEqualTo(second.succeeded());
            assertThat(one.gate.isOpen()).isNotEqualTo(two.gate.isOpen());
            held = first.succeeded() ? first.result() : second.result();
        }
    }

    @Test
    void anOwnNonceIsTakenBackAtOnce() {
        Machine one = machine();
        String nonce = await(one.take(one.seek(60_000, true), 60_000));
        one.stop();
        Machine again = machine();

        assertThat(again.seek(60_000, false, nonce).current().nonce()).isEqualTo(nonce);
    }

    @Test
    void aLostReplyOfATakeIsResolvedByReadingBack() {
        Machine one = machine();
        Found found = one.seek(30_000, true);
        proxy.failWhen(r -> r.isPut("lease.json"), Fault.RESET_AFTER, 1);

        await(one.take(found, 30_000));

        assertThat(one.state()).isEqualTo("held");
    }

    @Test
    void renewalsWhoseReplyIsLostGoOn() {
        Machine one = machine();
        await(one.take(one.seek(2_000, true), 2_000));
        proxy.failWhen(r -> r.isPut("lease.json"), Fault.RESET_AFTER, 2);

        Awaitility.await()
                .until(() -> proxy.requests().stream()
                                .filter(r -> r.isPut("lease.json"))
                                .count()
                        >= 6);

        assertThat(one.state()).isEqualTo("held");
        assertThat(one.asked).isEmpty();
    }

    @Test
    void aStoreThatIsDownFreezesTheHolderBeforeItsDeadlineAndThawsItAfterwards() {
        Machine one = machine();
        await(one.take(one.seek(1_500, true), 1_500));

        proxy.failWhen(r -> true, Fault.ERROR_503, Integer.MAX_VALUE);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> one.asked.contains("freeze"));
        assertThat(one.state()).isEqualTo("frozen");
        assertThat(one.gate.isOpen()).isFalse();
        proxy.healthy();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> one.asked.contains("thaw"));

        Awaitility.await().until(() -> one.gate.isOpen());
        assertThat(one.state()).isEqualTo("held");
    }

    @Test
    void aHolderThatFindsAnotherOwnerKillsItsProcessesAndSaysSo() {
        Machine one = machine();
        Machine two = machine();
        String nonce = await(one.take(one.seek(1_500, true), 1_500));

        await(two.take(two.seek(60_000, false, nonce), 60_000));

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> one.asked.contains("lost"));
        assertThat(one.asked).containsSubsequence("kill", "lost");
        assertThat(one.gate.isOpen()).isFalse();
        assertThat(one.state()).isEqualTo("lost");
        assertThat(catchThrowableOfType(
                                CommandException.class, () -> await(one.bus.request(LeaseCommands.CONFIRM, NOTHING)))
                        .code())
                .isEqualTo(FailureCode.LEASE_LOST);
    }
}
