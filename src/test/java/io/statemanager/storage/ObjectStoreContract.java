package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.StoreCounters.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every store must do, run against each of them. A test has a folder of its own in the store, so they may share one and leave
 * things behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ObjectStoreContract {
    private static final int MIB = 1024 * 1024;

    protected final Vertx vertx = Vertx.vertx();
    private ProbeableStore whole;
    protected DirectStore store;

    @TempDir
    Path directory;

    /** Whether characters beyond the first 65,536 are listed where their bytes put them; a server in Java may compare chars. */
    protected boolean ordersByUtf8() {
        return true;
    }

    /** Opens the store under test; called once. */
    protected abstract ProbeableStore open() throws Exception;

    @BeforeAll
    void openStore() throws Exception {
        whole = open();
    }

    @AfterAll
    void closeStore() {
        if (whole != null) {
            await(whole.close());
        }
        await(vertx.close());
    }

    @BeforeEach
    void ownFolder() {
        store = new ResolvingObjectStore(vertx, PrefixedObjectStore.of(whole, "test/" + UUID.randomUUID()));
    }

    // ---- put, get, head ----

    @Test
    void givesBackWhatWasPut() {
        Instant before = Instant.now().minusSeconds(5);
        PutResult put = await(
                store.put("folder/key", body("content"), PutOptions.overwrite().withMetadata("a", "b c")));

        GetResult got = await(store.get("folder/key", Range.all()));
        Optional<ObjectInfo> head = await(store.head("folder/key"));

        assertThat(text(got)).isEqualTo("content");
        assertThat(got.info().etag()).isEqualTo(put.etag()).doesNotContain("\"");
        assertThat(got.info().size()).isEqualTo(7);
        assertThat(got.info().metadata()).containsExactlyEntriesOf(Map.of("a", "b c"));
        assertThat(head).isPresent();
        assertThat(head.get().etag()).isEqualTo(put.etag());
        assertThat(head.get().key()).isEqualTo("folder/key");
        assertThat(head.get().metadata()).containsExactlyEntriesOf(Map.of("a", "b c"));
        assertThat(head.get().lastModified()).isBetween(before, Instant.now().plusSeconds(5));
        assertThat(put.date()).isBetween(before, Instant.now().plusSeconds(5));
        assertThat(head.get().date()).isBetween(before, Instant.now().plusSeconds(5));
    }

    @Test
    void overwritesContentAndMetadataTogether() {
        PutResult first =
                await(store.put("key", body("one"), PutOptions.overwrite().withMetadata("n", "1")));
        PutResult second = await(store.put("key", body("two"), PutOptions.overwrite()));

        GetResult got = await(store.get("key", Range.all()));

        assertThat(second.etag()).isNotEqualTo(first.etag());
        assertThat(text(got)).isEqualTo("two");
        assertThat(got.info().metadata()).isEmpty();
    }

    @Test
    void keepsAnEmptyObject() {
        await(store.put("empty", body(""), PutOptions.createOnly().withMetadata("n", "1")));

        GetResult got = await(store.get("empty", Range.all()));

        assertThat(got.body().length()).isZero();
        assertThat(got.info().size()).isZero();
        assertThat(got.info().metadata()).containsEntry("n", "1");
        assertThat(failure(store.get("empty", Range.from(0))).error()).isEqualTo(StoreError.INVALID_RANGE);
    }

    @Test
    void saysWhenThereIsNoObject() {
        assertThat(await(store.head("nothing"))).isEmpty();
        StoreException failure = failure(store.get("nothing", Range.all()));
        assertThat(failure.error()).isEqualTo(StoreError.NOT_FOUND);
        assertThat(failure.key()).isEqualTo("nothing");
        assertThat(failure.retryable()).isFalse();
        assertThat(failure(store.getToFile("nothing", Range.all(), directory.resolve("f"), 0))
                        .error())
                .isEqualTo(StoreError.NOT_FOUND);
        assertThat(failure(store.copy("nothing", "to", Condition.none())).error())
                .isEqualTo(StoreError.NOT_FOUND);
        assertThat(failure(store.copy("nothing", "to", Condition.createOnly())).error())
                .isEqualTo(StoreError.NOT_FOUND);
    }

    @Test
    void readsRanges() {
        await(store.put("key", body("0123456789"), PutOptions.overwrite()));

        assertThat(text(await(store.get("key", Range.of(2, 3))))).isEqualTo("234");
        assertThat(text(await(store.get("key", Range.of(8, 10))))).isEqualTo("89");
        assertThat(text(await(store.get("key", Range.from(7))))).isEqualTo("789");
        assertThat(text(await(store.get("key", Range.last(4))))).isEqualTo("6789");
        assertThat(text(await(store.get("key", Range.last(40))))).isEqualTo("0123456789");
        assertThat(await(store.get("key", Range.of(2, 3))).info().size()).isEqualTo(10);
        assertThat(failure(store.get("key", Range.of(10, 1))).error()).isEqualTo(StoreError.INVALID_RANGE);
        assertThat(failure(store.get("key", Range.from(11))).error()).isEqualTo(StoreError.INVALID_RANGE);
    }

    @Test
    void readsIntoFilesAtPlaces() throws Exception {
        await(store.put("key", body("0123456789"), PutOptions.overwrite()));
        Path file = directory.resolve("target");
        Files.writeString(file, "..............................");

        FileResult all = await(store.getToFile("key", Range.all(), file, 15));
        FileResult part = await(store.getToFile("key", Range.of(1, 2), file, 3));

        assertThat(all.bytes()).isEqualTo(10);
        assertThat(part.bytes()).isEqualTo(2);
        assertThat(part.info().size()).isEqualTo(10);
        assertThat(Files.readString(file)).isEqualTo("...12..........0123456789.....");
    }

    @Test
    void putsRangesOfFiles() throws Exception {
        byte[] content = random(3 * MIB, 1);
        Path file = Files.write(directory.resolve("source"), content);

        PutResult put = await(store.put("part", Body.ofFile(file, 1000, MIB), PutOptions.createOnly()));
        await(store.put("none", Body.ofFile(file, 5, 0), PutOptions.createOnly()));

        GetResult got = await(store.get("part", Range.all()));
        assertThat(got.body().getBytes()).isEqualTo(Arrays.copyOfRange(content, 1000, 1000 + MIB));
        assertThat(got.info().etag()).isEqualTo(put.etag());
        assertThat(await(store.head("none")).orElseThrow().size()).isZero();
    }

    @Test
    void failsWhereTheBodysFileIsTooShort() throws Exception {
        Path file = Files.write(directory.resolve("short"), new byte[100]);

        StoreException failure = failure(store.put("key", Body.ofFile(file, 50, 100), PutOptions.overwrite()));

        assertThat(failure.error()).isEqualTo(StoreError.LOCAL_IO);
        assertThat(await(store.head("key"))).isEmpty();
    }

    @Test
    void storesLargeFilesAndStreamsInParts() throws Exception {
        byte[] content = random(21 * MIB + 12345, 2);
        Path file = Files.write(directory.resolve("large"), content);

        await(store.put(
                "file",
                Body.ofFile(file, 0, content.length),
                PutOptions.overwrite().withNonce("n1")));
        await(StoreTests.onContext(
                vertx,
                () -> store.put(
                        "stream",
                        new Body.Stream(StoreTests.stream(vertx, content, 50_000), content.length),
                        PutOptions.overwrite())));

        for (String key : List.of("file", "stream")) {
            Path back = directory.resolve(key + ".back");
            assertThat(await(store.getToFile(key, Range.all(), back, 0)).bytes())
                    .isEqualTo(content.length);
            assertThat(Files.mismatch(file, back)).isEqualTo(-1);
        }
        assertThat(await(store.head("file")).orElseThrow().metadata()).containsEntry("nonce", "n1");
        assertThat(failure(store.get("file", Range.all())).error()).isEqualTo(StoreError.TOO_LARGE);
        assertThat(await(store.get("file", Range.of(20 * MIB, 100))).body().getBytes())
                .isEqualTo(Arrays.copyOfRange(content, 20 * MIB, 20 * MIB + 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000})
    void storesStreams(int length) {
        byte[] content = random(length, 3);

        await(StoreTests.onContext(
                vertx,
                () -> store.put(
                        "stream",
                        new Body.Stream(StoreTests.stream(vertx, content, 999), length),
                        PutOptions.createOnly())));

        assertThat(await(store.get("stream", Range.all())).body().getBytes()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void storesNothingOfAStreamOfAnotherLength(int difference) {
        int announced = 18 * MIB;
        byte[] content = random(announced + difference, 4);

        StoreException failure = failure(StoreTests.onContext(
                vertx,
                () -> store.put(
                        "stream",
                        new Body.Stream(StoreTests.stream(vertx, content, MIB), announced),
                        PutOptions.overwrite())));

        assertThat(failure).hasMessageContaining("has not the " + announced + " bytes");
        assertThat(failure.ambiguous()).isFalse();
        assertThat(await(store.head("stream"))).isEmpty();
    }

    // ---- conditions ----

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

    // ---- list ----

    @Test
    void listsInByteOrderInPages() {
        List<String> keys =
                new ArrayList<>(List.of("a/b/c", "a/b/d", "a/b0", "a0", "b", "c/ü", "c/z", "c/\u4e2d", "c/\uff5e"));
        if (ordersByUtf8()) {
            keys.add("c/\ud83d\ude00");
        }
        keys.forEach(key -> await(store.put(key, body(key), PutOptions.overwrite())));
        List<String> expected = keys.stream().sorted(Keys.ORDER).toList();

        List<String> byOne = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            ListPage page = await(store.list("", next.get(), 1));
            page.objects().forEach(info -> byOne.add(info.key()));
            next = page.next();
        }

        assertThat(byOne).isEqualTo(expected);
        assertThat(await(Listing.all(store, ""))).extracting(ObjectInfo::key).isEqualTo(expected);
        assertThat(keys("a/", "")).containsExactly("a/b/c", "a/b/d", "a/b0");
        assertThat(keys("a/b", "")).containsExactly("a/b/c", "a/b/d", "a/b0");
        assertThat(keys("a", "a/b/c")).containsExactly("a/b/d", "a/b0", "a0");
        assertThat(keys("a", "a/b/zzz")).containsExactly("a/b0", "a0");
        assertThat(keys("", "c/zz")).doesNotContain("b", "c/z").contains("c/\u4e2d");
        assertThat(keys("x", "")).isEmpty();
        assertThat(await(Listing.folders(store, ""))).containsExactly("a", "c");
        assertThat(await(Listing.folders(store, "a/"))).containsExactly("b");
    }

    private List<String> keys(String prefix, String startAfter) {
        return await(store.list(prefix, startAfter, 1000)).objects().stream()
                .map(ObjectInfo::key)
                .toList();
    }

    @Test
    void listsSizeTagAndTime() {
        PutResult put =
                await(store.put("key", body("content"), PutOptions.overwrite().withMetadata("a", "b")));

        ObjectInfo listed = await(store.list("", "", 10)).objects().get(0);
        ObjectInfo head = await(store.head("key")).orElseThrow();

        assertThat(listed.size()).isEqualTo(7);
        assertThat(listed.etag()).isEqualTo(put.etag());
        assertThat(listed.metadata()).isEmpty();
        assertThat(Duration.between(listed.lastModified(), head.lastModified()).abs())
                .isLessThan(Duration.ofSeconds(1));
        assertThat(listed.age()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void listsAndDeletesMoreThanOnePage() {
        int count = 60;
        List<Future<PutResult>> puts = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            String key = String.format("many/%02d/%05d", i % 7, i);
            keys.add(key);
            if (i < count) {
                puts.add(store.put(key, body("x"), PutOptions.createOnly()));
            }
        }
        await(Future.join(puts));
        List<String> listed = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            ListPage page = await(store.list("many/", next.get(), 7));
            assertThat(page.objects()).hasSizeLessThanOrEqualTo(7);
            page.objects().forEach(info -> listed.add(info.key()));
            next = page.next();
        }

        assertThat(listed).isEqualTo(keys.stream().limit(count).sorted().toList());
        await(store.delete(keys));

        assertThat(await(Listing.all(store, ""))).isEmpty();
    }

    // ---- copy, delete ----

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

    // ---- keys ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "ключ/データ/äö",
                "a b+c&d=e?f#g%20h",
                "emoji-\ud83d\ude00",
                "quote'\"<x>`",
                "back\\slash",
                "*|:;,@!~()$",
                ".hidden/.dots..",
                ".state-manager/tmp",
                "%41%2F",
                "=2Fx.db"
            })
    void takesEveryKindOfKey(String key) {
        await(store.put(key, body(key), PutOptions.createOnly()));

        assertThat(text(await(store.get(key, Range.all())))).isEqualTo(key);
        assertThat(await(store.head(key)).orElseThrow().key()).isEqualTo(key);
        assertThat(keys("", "")).containsExactly(key);
        await(store.copy(key, "copy of/" + key, Condition.none()));
        await(store.delete(List.of(key, "copy of/" + key)));
        assertThat(keys("", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "a/../b", ".", "a/./b", "line\nbreak", "\u0000", "lone\ud800"})
    void refusesKeysThatNoStoreCanHold(String key) {
        assertThat(failure(whole.put(key, body("x"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(whole.get(key, Range.all())).error()).isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(whole.head(key)).error()).isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(whole.delete(List.of("a", key))).error()).isEqualTo(StoreError.INVALID_KEY);
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        String key = "long/".repeat(250) + "x";

        assertThat(failure(whole.put(key, body("x"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.INVALID_KEY);
    }

    @Test
    void keepsDatabaseFilesUnderTheirKeys() {
        List<String> keys = List.of(
                "default/db/app/0000/0000000000000001-0000000000000001.ltx",
                "default/db/app/0000/0000000000000002-0000000000000002.ltx",
                "default/db/app/0009/0000000000000001-0000000000000001.ltx",
                "default/db/app/000a/0000000000000001-0000000000000002.ltx",
                "default/db/sub=2Fx.db/0001/0000000000000001-0000000000000007.ltx");
        keys.forEach(key -> await(store.put(key, body(key), PutOptions.createOnly())));

        assertThat(keys("", "")).isEqualTo(keys);
        assertThat(keys("default/db/app/0000/", keys.get(0))).containsExactly(keys.get(1));
        assertThat(keys("default/db/app/", keys.get(1))).containsExactly(keys.get(2), keys.get(3));
        assertThat(keys("default/db/app/0009", "")).containsExactly(keys.get(2));
        assertThat(await(Listing.folders(store, "default/db/app/"))).containsExactly("0000", "0009", "000a");
        await(store.delete(keys));
        assertThat(keys("", "")).isEmpty();
    }

    // ---- gate, context, counters ----

    @Test
    void writesOnlyThroughAnOpenGate() {
        LeaseGate gate = new LeaseGate();
        ObjectStore gated = new GatedObjectStore(store, gate);
        StoreException closed = failure(gated.put("key", body("x"), PutOptions.createOnly()));

        gate.openWithoutLease(1);
        await(gated.put("key", body("x"), PutOptions.createOnly()));
        gate.close("for the test");

        assertThat(closed.error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(closed.ambiguous()).isFalse();
        assertThat(failure(gated.put("key", body("y"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure(gated.delete(List.of("key"))).error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(failure(gated.copy("key", "to", Condition.none())).error()).isEqualTo(StoreError.GATE_CLOSED);
        assertThat(text(await(gated.get("key", Range.all())))).isEqualTo("x");
    }

    @Test
    void answersOnTheCallersContext() {
        Context context = vertx.getOrCreateContext();
        Promise<Boolean> same = Promise.promise();

        context.runOnContext(v -> store.put(
                        "key", body("x"), PutOptions.createOnly().withNonce("n"))
                .compose(put -> store.get("key", Range.all()))
                .compose(got -> store.head("nothing"))
                .onComplete(done -> same.complete(done.succeeded() && Vertx.currentContext() == context)));

        assertThat(await(same.future())).isTrue();
    }

    @Test
    void countsWhatIsAsked() {
        StoreCounters counters = store.counters();
        long puts = counters.requests(Kind.PUT);
        long sent = counters.bytesSent();
        long failed = counters.failures(Kind.PUT, StoreError.PRECONDITION_FAILED);

        await(store.put("key", body("12345"), PutOptions.createOnly()));
        failure(store.put("key", body("12345"), PutOptions.createOnly()));

        assertThat(counters.requests(Kind.PUT) - puts).isEqualTo(2);
        assertThat(counters.bytesSent() - sent).isEqualTo(5);
        assertThat(counters.failures(Kind.PUT, StoreError.PRECONDITION_FAILED) - failed)
                .isEqualTo(1);
        assertThat(counters.inFlight()).isZero();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
