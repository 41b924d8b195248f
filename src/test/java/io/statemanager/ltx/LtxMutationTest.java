package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Damaged files, seeded: each ends in an {@link LtxException} or in exactly the content of the whole file, and quickly. */
class LtxMutationTest {
    private static final int ROUNDS = 6000;

    @Test
    void damageNeverYieldsOtherContent() throws IOException {
        List<byte[]> files =
                List.of(Golden.SNAPSHOT_BLOCK, Golden.SNAPSHOT_FRAME, Golden.INCREMENT_BLOCK, Golden.INCREMENT_FRAME);
        Random random = new Random(20240601);
        int refused = 0;
        for (byte[] file : files) {
            SortedMap<Integer, byte[]> content = LtxFiles.read(file);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] damaged = damage(file, random);
                refused += readsAs(damaged, content) ? 0 : 1;
                indexNeverLeadsOutside(damaged);
            }
        }
        assertThat(refused).isGreaterThan(files.size() * ROUNDS * 9 / 10);
    }

    private static boolean readsAs(byte[] damaged, SortedMap<Integer, byte[]> content) throws IOException {
        SortedMap<Integer, byte[]> read;
        try {
            read = LtxFiles.read(damaged);
        } catch (LtxException e) {
            return false;
        }
        assertThat(read.keySet()).isEqualTo(content.keySet());
        read.forEach((pgno, page) -> assertThat(page).isEqualTo(content.get(pgno)));
        return true;
    }

    /** The path of ranged reads has no file checksum: it must stay inside the file and give whole pages or an error. */
    private static void indexNeverLeadsOutside(byte[] damaged) throws IOException {
        if (damaged.length < LtxHeader.SIZE + PageIndex.TAIL) {
            return;
        }
        try {
            LtxHeader header = LtxHeader.decode(damaged);
            byte[] tail = Arrays.copyOfRange(damaged, damaged.length - PageIndex.TAIL, damaged.length);
            int stored = PageIndex.storedLength(tail, damaged.length);
            int end = damaged.length - 16;
            PageIndex index = PageIndex.parse(Arrays.copyOfRange(damaged, end - stored, end), damaged.length, header);
            PageCodec codec = new PageCodec(header.pageSize());
            byte[] page = new byte[header.pageSize()];
            for (int i = 0; i < index.size(); i++) {
                codec.decode(damaged, Math.toIntExact(index.offset(i)), index.length(i), page, 0);
            }
        } catch (LtxException e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    private static byte[] damage(byte[] file, Random random) {
        int at = random.nextInt(file.length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(file, at);
            case 1 -> lengthened(file, at, 1 + random.nextInt(64));
            case 2 -> filled(file, at, random.nextBoolean() ? 0xff : 0);
            case 3 -> moved(file, at, random.nextInt(at + 1));
            default -> flipped(file, random);
        };
    }

    private static byte[] lengthened(byte[] file, int at, int more) {
        byte[] longer = Arrays.copyOf(file, file.length + more);
        System.arraycopy(file, at, longer, at + more, file.length - at);
        return longer;
    }

    private static byte[] filled(byte[] file, int at, int value) {
        byte[] number = file.clone();
        Arrays.fill(number, at, Math.min(file.length, at + 8), (byte) value);
        return number;
    }

    private static byte[] moved(byte[] file, int from, int to) {
        byte[] moved = file.clone();
        System.arraycopy(file, from, moved, to, Math.min(40, file.length - from));
        return moved;
    }

    private static byte[] flipped(byte[] file, Random random) {
        byte[] flipped = file.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            flipped[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }
}
