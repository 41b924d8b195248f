package io.statemanager.storage.local;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static io.statemanager.storage.StoreTests.failure;
import static io.statemanager.storage.StoreTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.statemanager.storage.Body;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the local store's files are, for those who look at them without it. */
class LocalFilesTest {
    private final Vertx vertx = Vertx.vertx();
    private LocalObjectStore store;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        store = await(LocalObjectStore.open(vertx, directory));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    @Test
    void anObjectIsAPlainFileUnderItsKey() {
        await(store.put(
                "files/data/ab/abcdef", body("content"), PutOptions.createOnly().withMetadata("a", "b")));
        await(store.put("a key/ä%.dot/.hidden", body("odd"), PutOptions.createOnly()));

        assertThat(directory.resolve("files/data/ab/abcdef")).hasContent("content");
        assertThat(directory.resolve("a key/%C3%A4%25.dot/%2Ehidden")).hasContent("odd");
    }

    @Test
    void databaseFilesLieAsLitestreamsFileReplicaHasThem() {
        String name = "0000000000000001-00000000000000ff.ltx";
        await(store.put("p/default/db/app/000a/" + name, body("x"), PutOptions.createOnly()));
        await(store.put("default/db/app/0000/" + name, body("y"), PutOptions.createOnly()));

        assertThat(directory.resolve("p/default/db/app/ltx/10/" + name)).hasContent("x");
        assertThat(directory.resolve("default/db/app/ltx/0/" + name)).hasContent("y");
        assertThat(failure(store.put("default/db/app/ltx/0/" + name, body("z"), PutOptions.overwrite()))
                        .error())
                .isEqualTo(StoreError.INVALID_KEY);
    }

    @Test
    void readsWhatOthersPutThere() throws Exception {
        Files.createDirectories(directory.resolve("default/db/app/ltx/1"));
        String name = "0000000000000001-0000000000000002.ltx";
        Files.writeString(directory.resolve("default/db/app/ltx/1").resolve(name), "theirs");
        Files.writeString(directory.resolve("default/db/app/ltx/1").resolve(name + ".tmp"), "unfinished");
        Files.writeString(directory.resolve(".hidden"), "no object");

        List<ObjectInfo> listed = await(Listing.all(store, ""));
        assertThat(listed).extracting(ObjectInfo::key).containsExactly("default/db/app/0001/" + name);
        GetResult got = await(store.get("default/db/app/0001/" + name, Range.all()));
        assertThat(text(got)).isEqualTo("theirs");
        assertThat(got.info().etag()).isEqualTo(listed.get(0).etag()).isNotEmpty();
        await(store.put(
                "default/db/app/0001/" + name,
                body("ours"),
                PutOptions.ifMatch(got.info().etag())));
    }

    @Test
    void seesAChangeThatOthersMadeInPlace() throws Exception {
        PutResult put =
                await(store.put("key", body("content"), PutOptions.createOnly().withMetadata("a", "b")));
        Path file = directory.resolve("key");
        Files.writeString(file, "changed");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));

        GetResult got = await(store.get("key", Range.all()));

        assertThat(text(got)).isEqualTo("changed");
        assertThat(got.info().etag()).isNotEqualTo(put.etag());
        assertThat(got.info().metadata()).isEmpty();
        assertThat(failure(store.put("key", body("x"), PutOptions.ifMatch(put.etag())))
                        .error())
                .isEqualTo(StoreError.PRECONDITION_FAILED);
    }

    @Test
    void noticesContentThatTheDiskChanged() throws Exception {
        Path file = directory.resolve("key");
        String hash = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
        await(store.put("key", body("content"), PutOptions.createOnly().withMetadata(PutOptions.SHA256, hash)));
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("content");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "cOntent");
        Files.setLastModifiedTime(file, time);

        assertThat(failure(store.get("key", Range.all())).error()).isEqualTo(StoreError.CORRUPT);
    }

    @Test
    void refusesAnObjectInTheWayOfAFolderAndTheOtherWayRound() {
        await(store.put("p", body("x"), PutOptions.createOnly()));
        await(store.put("q/r", body("x"), PutOptions.createOnly()));

        assertThat(failure(store.put("p/q", body("y"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(store.put("q", body("y"), PutOptions.createOnly())).error())
                .isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(store.put("q", body("y"), PutOptions.overwrite())).error())
                .isEqualTo(StoreError.INVALID_KEY);
        assertThat(failure(store.put("s/" + "x".repeat(300), body("y"), PutOptions.overwrite()))
                        .error())
                .isEqualTo(StoreError.INVALID_KEY);
        assertThat(await(store.head("p/q"))).isEmpty();
        assertThat(await(store.head("q"))).isEmpty();
        await(store.delete(List.of("q")));
        assertThat(await(Listing.all(store, ""))).extracting(ObjectInfo::key).containsExactly("p", "q/r");
    }

    @Test
    void writesNothingThroughASymlink(@TempDir Path outside) throws Exception {
        Path secret = Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(directory.resolve("key"), secret);

        assertThat(await(store.head("key"))).isEmpty();
        assertThat(failure(store.get("key", Range.all())).error()).isEqualTo(StoreError.NOT_FOUND);
        await(store.put("key", body("ours"), PutOptions.overwrite()));

        assertThat(secret).hasContent("secret");
        assertThat(text(await(store.get("key", Range.all())))).isEqualTo("ours");
    }

    @Test
    void saysThatTheDiskIsFullAndLeavesNothingBehind(@TempDir Path mount) throws Exception {
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()))
                .as("mounting a small file system needs root")
                .isZero();
        try {
            LocalObjectStore small = await(LocalObjectStore.open(vertx, mount.resolve("objects")));
            await(small.put("key", body("before"), PutOptions.createOnly()));

            StoreException failure = failure(small.put("key", Body.of(new byte[2_000_000]), PutOptions.overwrite()));

            assertThat(failure.error()).isEqualTo(StoreError.DISK_FULL);
            assertThat(failure.ambiguous()).isFalse();
            assertThat(text(await(small.get("key", Range.all())))).isEqualTo("before");
            await(small.put("key", body("after"), PutOptions.overwrite()));
            await(small.close());
        } finally {
            run("umount", "-l", mount.toString());
        }
    }

    @Test
    void saysThatTheDirectoryCannotBeMade() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");

        StoreException failure = failure(LocalObjectStore.open(vertx, file.resolve("objects")));

        assertThat(failure).hasMessageContaining("file");
        assertThat(failure.error()).isEqualTo(StoreError.UNREACHABLE);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
