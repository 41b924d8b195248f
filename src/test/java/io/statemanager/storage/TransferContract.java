package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do: bytes in and out. */
abstract class TransferContract extends StoreFixture {

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
}
