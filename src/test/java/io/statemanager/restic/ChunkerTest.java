package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the definition written out; that the definition is restic's is judged by restic ({@link ResticJudgesTest}). */
class ChunkerTest {

    private static final Polynomial POLYNOMIAL = new Polynomial(0x3DA3358B4DC173L);

    /** A window of 64 bytes, its polynomial reduced from scratch in each step: slow and plain. */
    private static List<Integer> lengthsByDefinition(byte[] file) {
        List<Integer> lengths = new ArrayList<>();
        int start = 0;
        while (start < file.length) {
            int end = start + Chunker.MIN_SIZE;
            while (end < Math.min(file.length, start + Chunker.MAX_SIZE) && (fingerprint(file, end) & 0xfffff) != 0) {
                end++;
            }
            end = Math.min(end, file.length);
            lengths.add(end - start);
            start = end;
        }
        return lengths;
    }

    private static long fingerprint(byte[] file, int end) {
        long hash = 0;
        for (int i = end - 64; i < end; i++) {
            hash = Polynomial.mod(hash << 8 | (file[i] & 0xff), POLYNOMIAL.bits());
        }
        return hash;
    }

    private static List<Integer> lengths(ReadableByteChannel file) throws IOException {
        ChunkReader reader = new ChunkReader(POLYNOMIAL);
        reader.begin(file);
        List<Integer> lengths = new ArrayList<>();
        while (reader.next()) {
            lengths.add(reader.length());
        }
        return lengths;
    }

    private static ReadableByteChannel whole(byte[] file) {
        return Channels.newChannel(new ByteArrayInputStream(file));
    }

    /** A channel that gives a few bytes at a time. */
    private static ReadableByteChannel dripping(byte[] file, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer rest = ByteBuffer.wrap(file);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                if (!rest.hasRemaining()) {
                    return -1;
                }
                int length = Math.min(Math.min(rest.remaining(), target.remaining()), 1 + random.nextInt(100_000));
                target.put(rest.slice(rest.position(), length));
                rest.position(rest.position() + length);
                return length;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void a_random_file_is_cut_where_the_definition_says() throws IOException {
        byte[] file = Samples.random(1, 6_000_000);

        List<Integer> lengths = lengths(whole(file));

        assertThat(lengths).isEqualTo(lengthsByDefinition(file)).hasSizeGreaterThan(2);
    }

    @Test
    void the_cuts_do_not_depend_on_how_the_bytes_arrive() throws IOException {
        byte[] file = Samples.random(2, 20_000_000);

        List<Integer> lengths = lengths(whole(file));

        for (int seed = 0; seed < 3; seed++) {
            assertThat(lengths(dripping(file, seed))).isEqualTo(lengths);
        }
    }

    @Test
    void chunks_are_the_file() throws IOException {
        byte[] file = Samples.random(3, 13_000_000);
        ChunkReader reader = new ChunkReader(POLYNOMIAL);
        reader.begin(dripping(file, 5));
        ByteBuffer joined = ByteBuffer.allocate(file.length);
        while (reader.next()) {
            joined.put(reader.buffer(), reader.offset(), reader.length());
        }

        assertThat(joined.array()).isEqualTo(file);
    }

    @Test
    void a_file_without_cuts_is_cut_at_the_largest_size() throws IOException {
        // A constant byte whose fingerprint has no 20 zero bits.
        byte[] file = new byte[20_000_000];
        java.util.Arrays.fill(file, (byte) 1);

        assertThat(lengths(whole(file)))
                .containsExactly(Chunker.MAX_SIZE, Chunker.MAX_SIZE, 20_000_000 - 2 * Chunker.MAX_SIZE);
    }

    @Test
    void zeros_are_cut_at_the_smallest_size() throws IOException {
        assertThat(lengths(whole(new byte[3 * Chunker.MIN_SIZE])))
                .containsExactly(Chunker.MIN_SIZE, Chunker.MIN_SIZE, Chunker.MIN_SIZE);
    }

    @Test
    void sizes_around_the_smallest_one_and_none_at_all() throws IOException {
        assertThat(lengths(whole(new byte[0]))).isEmpty();
        for (int length : new int[] {1, Chunker.MIN_SIZE - 1, Chunker.MIN_SIZE}) {
            assertThat(lengths(whole(Samples.random(4, length)))).containsExactly(length);
        }
    }

    @Test
    void a_reader_is_of_use_for_file_after_file() throws IOException {
        ChunkReader reader = new ChunkReader(POLYNOMIAL);
        byte[] large = Samples.random(5, 9_000_000);
        byte[] small = Samples.random(6, 1000);
        for (byte[] file : List.of(large, small, large)) {
            reader.begin(whole(file));
            int total = 0;
            while (reader.next()) {
                total += reader.length();
            }
            assertThat(total).isEqualTo(file.length);
        }
    }
}
