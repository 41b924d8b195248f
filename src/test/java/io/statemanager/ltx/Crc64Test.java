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
}
