package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every store must do: conditions, races, copies. */
abstract class ConditionContract extends TransferContract {

    @Test
    void createsOnlyOnce() {
        await(store.put("key", body("first"), PutOptions.createOnly()));

        StoreException failure = failure(store.put("key", body("second"), PutOptions.createOnly()));

        assertThat(failure.error()).isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(failure.ambiguous()).isFalse();
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("first");
        await(store.delete(List.of("key")));
        await(store.put("key", body("third"), PutOptions.createOnly()));
    }

    @Test
    void replacesOnlyTheVersionThatWasMeant() {
        PutResult first = await(store.put("key", body("1"), PutOptions.createOnly()));
        PutResult second = await(store.put("key", body("2"), PutOptions.ifMatch(first.etag())));

        StoreException stale = failure(store.put("key", body("3"), PutOptions.ifMatch(first.etag())));
        StoreException absent = failure(store.put("other", body("3"), PutOptions.ifMatch(second.etag())));

        assertThat(stale.error()).isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(absent.error()).isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(await(store.head("other"))).isEmpty();
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("2");
        await(store.put("key", body("4"), PutOptions.ifMatch(second.etag())));
    }

    @Test
    void honoursConditionsOfLargeObjects() throws Exception {
        int size = 17 * MIB;
        Path file = Files.write(directory.resolve("large"), random(size, 5));
        Body large = Body.ofFile(file, 0, size);
        PutResult first = await(store.put("key", large, PutOptions.createOnly()));

        assertThat(failure(store.put("key", large, PutOptions.createOnly())).error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        PutResult second = await(store.put("key", body("small"), PutOptions.ifMatch(first.etag())));
        assertThat(failure(store.put("key", large, PutOptions.ifMatch(first.etag())))
                        .error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        await(store.put("key", large, PutOptions.ifMatch(second.etag())));

        assertThat(await(store.head("key")).orElseThrow().size()).isEqualTo(size);
    }

    @Test
    void knowsItsOwnWriteAgain() {
        PutOptions mine = PutOptions.createOnly().withNonce("mine");
        PutResult first = await(store.put("key", body("content"), mine));

        PutResult again = await(store.put("key", body("content"), mine));

        assertThat(again.etag()).isEqualTo(first.etag());
        assertThat(failure(store.put("key", body("other content"), mine)).error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
        assertThat(failure(store.put(
                                "key", body("content"), PutOptions.createOnly().withNonce("theirs")))
                        .error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
    }

    @Test
    void hasOneWinnerOfEachRaceToCreate() {
        for (int round = 0; round < 20; round++) {
            String key = "race-" + round;
            List<Future<PutResult>> racers = race(key, PutOptions.createOnly());
            assertOneWinner(key, racers);
        }
    }

    @Test
    void hasOneWinnerOfEachRaceToReplace() {
        String etag =
                await(store.put("race", body("start"), PutOptions.createOnly())).etag();
        for (int round = 0; round < 20; round++) {
            etag = assertOneWinner("race", race("race", PutOptions.ifMatch(etag)));
        }
    }

    private List<Future<PutResult>> race(String key, PutOptions options) {
        List<Future<PutResult>> racers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            racers.add(store.put(
                    key,
                    body("racer " + i + " " + UUID.randomUUID()),
                    options.withMetadata("n", "" + i)
                            .withNonce(UUID.randomUUID().toString())));
        }
        return racers;
    }

    private String assertOneWinner(String key, List<Future<PutResult>> racers) {
        await(Future.join(racers).otherwiseEmpty());
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < racers.size(); i++) {
            if (racers.get(i).succeeded()) {
                winners.add(i);
            } else {
                assertThat(racers.get(i).cause())
                        .matches(e -> StoreException.is(e, StoreError.PRECONDITION_FAILED), "loses by its condition");
            }
        }
        assertThat(winners).hasSize(1);
        GetResult there = await(store.get(key, Range.all()));
        assertThat(text(there)).startsWith("racer " + winners.get(0) + " ");
        assertThat(there.info().metadata()).containsEntry("n", "" + winners.get(0));
        assertThat(there.info().etag())
                .isEqualTo(racers.get(winners.get(0)).result().etag());
        return there.info().etag();
    }

    @Test
    void neverShowsHalfOfAWrite() {
        await(store.put("key", sized(0), PutOptions.overwrite().withMetadata("n", "0")));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            int n = i % 7;
            all.add(store.put("key", sized(n), PutOptions.overwrite().withMetadata("n", "" + n)));
            all.add(store.get("key", Range.all()).map(got -> {
                int seen = got.body().getByte(0);
                assertThat(got.body().length()).isEqualTo(1000 + seen);
                assertThat(got.info().metadata()).containsEntry("n", "" + seen);
                assertThat(got.body().getBytes()).containsOnly(seen);
                return got;
            }));
        }
        await(Future.join(all));
    }

    private static Body sized(int n) {
        byte[] bytes = new byte[1000 + n];
        Arrays.fill(bytes, (byte) n);
        return Body.of(bytes);
    }

    // ---- copies ----

    @Test
    void copiesContentAndMetadata() {
        await(store.put("from", body("content"), PutOptions.overwrite().withMetadata("a", "b")));

        PutResult copy = await(store.copy("from", "to/here", Condition.none()));

        GetResult got = await(store.get("to/here", Range.all()));
        assertThat(text(got)).isEqualTo("content");
        assertThat(got.info().etag()).isEqualTo(copy.etag());
        assertThat(got.info().metadata()).containsEntry("a", "b");
        assertThat(text(await(store.get("from", Range.all())))).isEqualTo("content");
    }

    @Test
    void copiesUnderConditionsSmallAndLarge() throws Exception {
        int size = 9 * MIB;
        Path file = Files.write(directory.resolve("large"), random(size, 6));
        await(store.put(
                "large", Body.ofFile(file, 0, size), PutOptions.overwrite().withMetadata("a", "b")));
        await(store.put("small", body("content"), PutOptions.createOnly().withNonce("n")));

        for (String from : List.of("small", "large")) {
            String to = from + ".copy";
            PutResult copy = await(store.copy(from, to, Condition.createOnly()));
            ObjectInfo there = await(store.head(to)).orElseThrow();
            assertThat(there.size())
                    .isEqualTo(await(store.head(from)).orElseThrow().size());
            assertThat(there.metadata())
                    .isEqualTo(await(store.head(from)).orElseThrow().metadata());
            await(store.put("taken", body(from), PutOptions.overwrite()));
            assertThat(failure(store.copy(from, "taken", Condition.createOnly()))
                            .error())
                    .isEqualTo(StoreError.PRECONDITION_FAILED);
            await(store.copy(from, to, Condition.ifMatch(copy.etag())));
        }
        // A copy that is repeated finds its own.
        await(store.copy("small", "small.copy", Condition.createOnly()));
    }

    @Test
    void deletesWhatIsThereAndWhatIsNot() {
        await(store.put("a/b/c", body("1"), PutOptions.overwrite()));
        await(store.put("a/d", body("2"), PutOptions.overwrite()));

        await(store.delete(List.of("a/b/c", "nothing")));
        await(store.delete(List.of("a/b/c")));
        await(store.delete(List.of()));

        assertThat(await(store.head("a/b/c"))).isEmpty();
        assertThat(keys("", "")).containsExactly("a/d");
        // No folder is left behind that would be in an object's way.
        await(store.put("a/b", body("3"), PutOptions.createOnly()));
        assertThat(text(await(store.get("a/b", Range.all())))).isEqualTo("3");
    }
}
