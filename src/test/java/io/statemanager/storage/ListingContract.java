package io.statemanager.storage;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do: listings and keys. */
abstract class ListingContract extends ConditionContract {

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
}
