package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class Poly1305Test {

    private static byte[] mac(byte[] key, byte[] message) {
        Poly1305 poly = new Poly1305();
        poly.begin(key, Arrays.copyOfRange(key, 16, 32));
        int whole = message.length & -16;
        poly.blocks(message, 0, whole);
        byte[] mac = new byte[20];
        poly.finish(message, whole, message.length - whole, mac, 4);
        return Arrays.copyOfRange(mac, 4, 20);
    }

    private static byte[] reference(byte[] key, byte[] message) {
        byte[] masked = key.clone();
        for (int i : new int[] {3, 7, 11, 15}) {
            masked[i] &= 15;
        }
        for (int i : new int[] {4, 8, 12}) {
            masked[i] &= (byte) 252;
        }
        org.bouncycastle.crypto.macs.Poly1305 poly = new org.bouncycastle.crypto.macs.Poly1305();
        poly.init(new KeyParameter(masked));
        poly.update(message, 0, message.length);
        byte[] mac = new byte[16];
        poly.doFinal(mac, 0);
        return mac;
    }

    @Test
    void the_vector_of_rfc_8439_holds() {
        byte[] key = HexFormat.of().parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");

        byte[] mac = mac(key, "Cryptographic Forum Research Group".getBytes(StandardCharsets.US_ASCII));

        assertThat(HexFormat.of().formatHex(mac)).isEqualTo("a8061dc1305136c6c22b8baf0c0127a9");
    }

    @Test
    void another_implementation_agrees_on_random_keys_and_messages() {
        SplittableRandom random = new SplittableRandom(1);
        for (int length = 0; length < 600; length++) {
            byte[] key = new byte[32];
            byte[] message = new byte[length];
            random.nextBytes(key);
            random.nextBytes(message);
            assertThat(mac(key, message)).as("length %s", length).isEqualTo(reference(key, message));
        }
    }

    @Test
    void another_implementation_agrees_where_carries_run_through() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] patterns = {0, (byte) 0xff, (byte) 0xfb, (byte) 0xfc, 1, (byte) 0x80, 5};
        for (int round = 0; round < 20_000; round++) {
            byte[] key = new byte[32];
            byte[] message = new byte[random.nextInt(70)];
            for (int i = 0; i < key.length; i++) {
                key[i] = patterns[random.nextInt(patterns.length)];
            }
            Arrays.fill(message, patterns[random.nextInt(patterns.length)]);
            if (message.length > 0) {
                message[random.nextInt(message.length)] = patterns[random.nextInt(patterns.length)];
            }
            assertThat(mac(key, message)).isEqualTo(reference(key, message));
        }
    }
}
