package io.statemanager.ltx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
    @Test
    void hasTheCheckValueOfCrc64GoIso() {
        assertThat(new Crc64().update("123456789".getBytes(US_ASCII)).value()).isEqualTo(0xB90956C775A41001L);
    }

    @Test
    void doesNotDependOnHowTheBytesAreCut() {
        byte[] bytes = new byte[1000];
        Random random = new Random(1);
        random.nextBytes(bytes);
        long whole = new Crc64().update(bytes).value();
        for (int round = 0; round < 100; round++) {
            Crc64 crc = new Crc64();
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(40));
                crc.update(bytes, at, length);
                at += length;
            }
            assertThat(crc.value()).isEqualTo(whole);
        }
    }

    @Test
    void checksumsPagesAsTheReferenceDoes() {
        Crc64 crc = new Crc64();
        long first = Pages.checksum(crc, 1, Golden.page(0x11), 0, 512);
        long second = Pages.checksum(crc, 2, Golden.page(0x22), 0, 512);
        assertThat(first).isEqualTo(0xf1b1444fecd99000L);
        assertThat(second).isEqualTo(0xd362889fecd99000L);
        assertThat(Pages.combine(Pages.combine(Pages.emptyChecksum(), first), second))
                .isEqualTo(0xa2d3ccd000000000L);
    }

    @Test
    void changesOfTwoPagesThatCancelOutInTheFormatsChecksumShowInTheHash() {
        byte[] first = Golden.page(5);
        byte[] second = Golden.page(9);
        long checksum = database(true, first, second);
        long hash = database(false, first, second);
        assertThat(database(true, second, first)).isEqualTo(checksum);
        assertThat(database(false, second, first)).isNotEqualTo(hash);
        first[100] = 7;
        second[100] = 11;
        assertThat(database(true, first, second)).isEqualTo(checksum);
        assertThat(database(false, first, second)).isNotEqualTo(hash);
    }

    @Test
    void pageThatWasAddedToAHashIsTakenOutAgain() {
        long page = Pages.checksum(new Crc64(), 7, Golden.page(1), 0, 512);
        long hash = database(false, Golden.page(2), Golden.page(3));
        assertThat(Pages.combineMixed(Pages.combineMixed(hash, page), page)).isEqualTo(hash);
    }

    private static long database(boolean asTheFormat, byte[] first, byte[] second) {
        Crc64 crc = new Crc64();
        long one = Pages.checksum(crc, 1, first, 0, 512);
        long two = Pages.checksum(crc, 2, second, 0, 512);
        return asTheFormat
                ? Pages.combine(Pages.combine(Pages.emptyChecksum(), one), two)
                : Pages.combineMixed(Pages.combineMixed(Pages.emptyChecksum(), one), two);
    }
}
