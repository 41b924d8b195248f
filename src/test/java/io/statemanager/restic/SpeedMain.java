package io.statemanager.restic;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How fast the parts are on this machine, one thread, MB per second of its CPU time; run by hand: {@code mvn -q test-compile}, then {@code java -cp
 * target/classes:target/test-classes:… io.statemanager.restic.SpeedMain}. The best of several rounds is shown beside the first, which a cold JVM gives.
 */
public final class SpeedMain {

    private static final int MIB = 1024 * 1024;
    private static final int ROUNDS = 8;
    private static final long ROUND_NANOS = 400_000_000L;

    /** Of this thread, so that others on the machine count little. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private SpeedMain() {}

    private interface Work {
        void run() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        byte[] random = Samples.random(1, 16 * MIB);
        byte[] text = Samples.text(2, MIB);
        byte[] small = Samples.text(3, 7000);
        chunker(random);
        crypto(random);
        zstd("1 MiB of text", text);
        zstd("7,000 bytes of text", small);
        writer(text, small);
        index();
    }

    private static void chunker(byte[] random) throws IOException {
        Chunker chunker = new Chunker(new Polynomial(0x3DA3358B4DC173L));
        measure("chunker, every byte of it looked at", random.length, () -> {
            int start = 0;
            for (int end = 0; end >= 0; start = Math.max(end, start)) {
                end = chunker.next(random, start, start, random.length);
            }
        });
    }

    private static void crypto(byte[] random) throws IOException {
        Sealer sealer = new Sealer(MasterKey.random());
        byte[] buffer = new byte[MIB + Sealer.OVERHEAD];
        System.arraycopy(random, 0, buffer, Sealer.IV, MIB);
        measure("encrypt and MAC, 1 MiB", MIB, () -> sealer.seal(buffer, 0, MIB));
        measure("MAC alone, 1 MiB", MIB, () -> sealer.verify(buffer, 0, buffer.length));
        byte[] little = new byte[3000 + Sealer.OVERHEAD];
        measure("encrypt and MAC, 3,000 bytes", 3000, () -> sealer.seal(little, 0, 3000));
        measure("SHA-256, 1 MiB", MIB, () -> Id.hashOf(random, 0, MIB));
    }

    private static void zstd(String what, byte[] bytes) throws IOException {
        byte[] target = new byte[bytes.length + 1000];
        try (ZstdDecompressCtx unzip = new ZstdDecompressCtx()) {
            for (int level : List.of(1, 3)) {
                try (ZstdCompressCtx zip = new ZstdCompressCtx()) {
                    zip.setLevel(level);
                    int[] size = new int[1];
                    measure(
                            "zstd level " + level + ", " + what,
                            bytes.length,
                            () -> size[0] = zip.compressByteArray(target, 0, target.length, bytes, 0, bytes.length));
                    byte[] back = new byte[bytes.length];
                    measure(
                            "  back, " + size[0] + " bytes",
                            bytes.length,
                            () -> unzip.decompressByteArray(back, 0, back.length, target, 0, size[0]));
                }
            }
        }
    }

    private static void writer(byte[] text, byte[] small) throws IOException {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (CodecPool codecs = new CodecPool(MasterKey.random())) {
            for (boolean verify : List.of(false, true)) {
                WriterOptions options = new WriterOptions(8 * MIB, 1, 3, verify);
                String how = verify ? ", verified" : "";
                measure("whole writer, 1 MiB of text" + how, MIB, save(codecs, options, executor, text));
                measure(
                        "whole writer, 7,000 bytes of text" + how,
                        small.length,
                        save(codecs, options, executor, small));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static Work save(CodecPool codecs, WriterOptions options, ExecutorService executor, byte[] bytes) {
        Backend nowhere = new NowhereBackend();
        BlobIndex index = new BlobIndex();
        BlobWriter writer =
                new BlobWriter(nowhere, codecs, new Documents(nowhere, codecs), index, true, options, executor);
        long[] counter = new long[1];
        return () -> {
            Bytes.putLong(bytes, 0, counter[0]++);
            writer.save(BlobType.DATA, bytes);
        };
    }

    private static void index() {
        System.gc();
        long before = used();
        BlobTable table = new BlobTable();
        long started = System.nanoTime();
        byte[] seed = Samples.random(5, 32);
        Id pack = Id.hashOf(seed);
        for (int i = 0; i < 1_000_000; i++) {
            Bytes.putLong(seed, 0, i);
            if (i % 50 == 0) {
                pack = Id.hashOf(seed, 0, 31);
            }
            table.add(new PackedBlob(pack, new BlobHandle(BlobType.DATA, Id.hashOf(seed)), i % 50 * 1000L, 1000, 3000));
        }
        long nanos = System.nanoTime() - started;
        System.gc();
        System.out.printf(
                Locale.ROOT,
                "index of %,d blobs in 20,000 packs: %.1f MB, built in %.2f s%n",
                table.size(),
                (used() - before) / 1e6,
                nanos / 1e9);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void measure(String what, int bytes, Work work) throws IOException {
        double first = 0;
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long started = CPU.getCurrentThreadCpuTime();
            long done = 0;
            while (CPU.getCurrentThreadCpuTime() - started < ROUND_NANOS) {
                work.run();
                done += bytes;
            }
            double speed = done * 1e3 / (CPU.getCurrentThreadCpuTime() - started);
            first = round == 0 ? speed : first;
            best = Math.max(best, speed);
        }
        System.out.printf(Locale.ROOT, "%-50s %,8.0f MB/s (first round %,.0f)%n", what, best, first);
    }

    /** Takes everything and keeps nothing. */
    private static final class NowhereBackend implements Backend {
        @Override
        public void save(FileType type, String name, ByteBuffer data) {}

        @Override
        public byte[] load(FileType type, String name) throws IOException {
            throw new MissingObject(type, name);
        }

        @Override
        public byte[] load(FileType type, String name, long offset, int length) throws IOException {
            throw new MissingObject(type, name);
        }

        @Override
        public List<FileInfo> list(FileType type) {
            return List.of();
        }

        @Override
        public void remove(FileType type, String name) {}
    }
}
