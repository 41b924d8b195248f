package io.statemanager.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Damage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged logs, seeded: each holds what the whole log held after one of its transactions, or nothing. Behind a known position it holds
 * exactly what the index calls committed, or ends in a {@link WalException}. Quickly, and in memory bounded by its size.
 *
 * <p>SQLite's checksum is a sum, in which flips of the highest bits of two words can cancel out; then SQLite takes the log as it is, and so
 * do we. Three in a million are met here at most.
 */
class WalMutationTest {
    private static final int ROUNDS = Damage.rounds(110_000);
    private static final int DECEIVED = 1 + ROUNDS / 300_000;
    private static final long MEMORY = 1 << 20;
    private static final int PAGE = 512;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damagedLogIsTheWholeOneAtAnEarlierCommit(boolean bigEndian) throws IOException {
        SyntheticWal log = log(bigEndian, Damage.random(8));
        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        Map<WalPosition, String> states = states(log, header);
        Damage damage = new Damage(4);
        int shorter = 0;
        int deceived = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ByteSource damaged = SyntheticWal.source(damage.of(log.bytes()));
            long before = Damage.allocated();
            Optional<WalHeader> found = WalHeader.read(damaged);
            if (found.isPresent()) {
                assertThat(found.get()).isEqualTo(header);
                WalTail tail = WalTail.recovered(new WalReader(damaged, header));
                deceived += describe(tail).equals(states.get(tail.end())) ? 0 : 1;
                shorter += tail.frames() < 14 ? 1 : 0;
            }
            assertThat(Damage.allocated() - before).isLessThan(MEMORY);
        }
        assertThat(shorter).isBetween(ROUNDS / 2, ROUNDS - 1);
        assertThat(deceived).isLessThan(DECEIVED);
    }

    @Test
    void tailBehindAPositionIsTheCommittedOneOrAnError() throws IOException {
        SyntheticWal log = log(false, Damage.random(9));
        WalHeader header = WalHeader.read(log.source()).orElseThrow();
        WalPosition position = middle(log, header);
        WalTail whole = WalTail.recovered(((WalResume.Continues) WalResume.at(log.source(), position)).reader());
        WalIndex index = index(header, whole);
        String expected = describe(whole);
        Damage damage = new Damage(5);
        int right = 0;
        int deceived = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ByteSource damaged = SyntheticWal.source(damage.of(log.bytes()));
            if (WalResume.at(damaged, position) instanceof WalResume.Continues continues) {
                try {
                    WalTail tail = WalTail.committed(continues.reader(), index, Integer.MAX_VALUE);
                    deceived += describe(tail).equals(expected) ? 0 : 1;
                    right++;
                } catch (WalException e) {
                    assertThat(e.reason()).isEqualTo(WalException.Reason.FRAME_MISSING);
                }
            }
        }
        assertThat(right).isBetween(ROUNDS / 50, ROUNDS / 2);
        assertThat(deceived).isLessThan(DECEIVED);
    }

    @Test
    void forgedLogsWithRightChecksumsAreWellFormedOrRefused() throws IOException {
        Random random = Damage.random(6);
        int refused = 0;
        int[] numbers = {0, 1, 2, 7, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
        for (int round = 0; round < ROUNDS / 4; round++) {
            SyntheticWal log = new SyntheticWal(ByteOrder.LITTLE_ENDIAN, PAGE);
            for (int frame = random.nextInt(6); frame >= 0; frame--) {
                int pgno = numbers[random.nextInt(numbers.length)];
                log.frame(pgno, numbers[random.nextInt(numbers.length)], new byte[PAGE]);
            }
            WalHeader header = WalHeader.read(log.source()).orElseThrow();
            WalReader reader = new WalReader(log.source(), header);
            long before = Damage.allocated();
            try {
                WalTail tail = WalTail.recovered(reader);
                assertThat(Damage.allocated() - before).isLessThan(MEMORY);
                for (int i = 0; i < tail.pages().size(); i++) {
                    int pgno = tail.pages().pgno(i);
                    assertThat(pgno).isBetween(1, tail.commit());
                    assertThat(tail.pages().frameOf(pgno))
                            .isEqualTo(tail.pages().frame(i));
                }
            } catch (WalException e) {
                assertThat(e.reason()).isEqualTo(WalException.Reason.TOO_LARGE);
                refused++;
            }
        }
        assertThat(refused).isBetween(ROUNDS / 40, ROUNDS / 5);
    }

    /** Fourteen frames in five transactions: growth, one that shrinks, the same page twice in one. */
    private static SyntheticWal log(boolean bigEndian, Random random) {
        SyntheticWal log = new SyntheticWal(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, PAGE);
        int[][] frames = {
            {1, 0}, {2, 0}, {3, 3}, {2, 3}, {1, 0}, {4, 0}, {5, 0}, {5, 5}, {1, 2}, {1, 0}, {2, 0}, {3, 0}, {3, 0},
            {4, 4}
        };
        for (int[] frame : frames) {
            byte[] page = new byte[PAGE];
            random.nextBytes(page);
            log.frame(frame[0], frame[1], page);
        }
        return log;
    }

    /** What the log holds at each of its commits, and that is nothing at its start. */
    private static Map<WalPosition, String> states(SyntheticWal log, WalHeader header) throws IOException {
        Map<WalPosition, String> states = new HashMap<>();
        for (int frames = 0; frames <= 14; frames++) {
            byte[] prefix = Arrays.copyOf(log.bytes(), (int) header.frameOffset(frames + 1));
            WalTail tail = WalTail.recovered(new WalReader(SyntheticWal.source(prefix), header));
            states.put(tail.end(), describe(tail));
        }
        assertThat(states).hasSize(6);
        return states;
    }

    /** The position behind the second transaction. */
    private static WalPosition middle(SyntheticWal log, WalHeader header) throws IOException {
        WalReader reader = new WalReader(log.source(), header);
        for (int frame = 0; frame < 4; frame++) {
            assertThat(reader.next()).isTrue();
        }
        return reader.position();
    }

    private static WalIndex index(WalHeader header, WalTail tail) {
        WalMarks marks = new WalMarks(0, 0, List.of());
        return new WalIndex(1, header.checksumOrder(), PAGE, tail.commit(), tail.end(), marks, true);
    }

    private static String describe(WalTail tail) {
        StringBuilder text =
                new StringBuilder().append(tail.frames()).append(" of ").append(tail.commit());
        for (int i = 0; i < tail.pages().size(); i++) {
            text.append(' ')
                    .append(tail.pages().pgno(i))
                    .append('@')
                    .append(tail.pages().frame(i));
        }
        return text.append(' ').append(tail.end()).toString();
    }
}
