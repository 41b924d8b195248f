package io.statemanager.storage.local;

import static io.statemanager.storage.StoreTests.await;

import io.statemanager.storage.Body;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A second process on a local store: what a test starts as a JVM of its own. The first argument says what to do, the second where.
 *
 * <ul>
 *   <li>{@code count N}: adds one to the object {@code counter} N times by compare-and-swap, prints how often;
 *   <li>{@code write SEED}: writes objects for ever, each named by its size and seed, and prints each key when it is acknowledged;
 *   <li>{@code hold}: takes the directory's lock, says so and keeps it.
 * </ul>
 */
public final class StoreProcess {
    private StoreProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "count" -> count(directory, Integer.parseInt(arguments[2]));
            case "write" -> write(directory, Long.parseLong(arguments[2]));
            case "hold" -> hold(directory);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Starts this class in a JVM of its own; what it says goes into a file, its errors go where the test's go. */
    static Process start(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The whole lines that a process has said so far. */
    static List<String> said(Path output) throws IOException {
        String text = Files.exists(output) ? Files.readString(output) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static void count(Path directory, int times) {
        Vertx vertx = Vertx.vertx();
        LocalObjectStore store = await(LocalObjectStore.open(vertx, directory));
        System.out.println("ready");
        System.out.flush();
        int acknowledged = 0;
        while (acknowledged < times) {
            acknowledged += add(store);
        }
        System.out.println(acknowledged);
        System.exit(0);
    }

    /** Tries eight additions at once; how many were acknowledged. */
    static int add(LocalObjectStore store) {
        List<Future<Integer>> additions =
                Stream.generate(() -> addOne(store)).limit(8).toList();
        await(Future.join(additions));
        return additions.stream().mapToInt(Future::result).sum();
    }

    private static Future<Integer> addOne(LocalObjectStore store) {
        return store.get("counter", Range.all())
                .compose(there -> {
                    int next = Integer.parseInt(there.body().toString()) + 1;
                    return store.put(
                            "counter",
                            Body.of(Buffer.buffer(Integer.toString(next))),
                            PutOptions.ifMatch(there.info().etag()));
                })
                .map(1)
                .recover(lost -> StoreException.is(lost, StoreError.PRECONDITION_FAILED)
                        ? Future.succeededFuture(0)
                        : Future.failedFuture(lost));
    }

    private static void write(Path directory, long seed) {
        Vertx vertx = Vertx.vertx();
        LocalObjectStore store = await(LocalObjectStore.open(vertx, directory));
        Random sizes = new Random(seed);
        for (int i = 0; ; i++) {
            long own = seed * 1_000_000 + i;
            String key = "written/" + (i % 16) + "/" + own;
            await(store.put(key, Body.of(content(own, sizes.nextInt(400_000))), options(i, own)));
            System.out.println(key);
            System.out.flush();
        }
    }

    private static PutOptions options(int i, long own) {
        return (i % 2 == 0 ? PutOptions.createOnly() : PutOptions.overwrite()).withMetadata("seed", Long.toString(own));
    }

    /** The bytes that an object with this seed has. */
    static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void hold(Path directory) throws Exception {
        LocalDirectory open = LocalDirectory.open(directory);
        open.exclusively(System.nanoTime() + TimeUnit.SECONDS.toNanos(30), () -> {
            System.out.println("held");
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return null;
        });
    }
}
