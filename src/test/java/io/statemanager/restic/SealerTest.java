package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SealerTest {

    private final Sealer sealer = new Sealer(MasterKey.random());

    private byte[] seal(byte[] plain) {
        byte[] buffer = new byte[plain.length + Sealer.OVERHEAD];
        System.arraycopy(plain, 0, buffer, Sealer.IV, plain.length);
        assertThat(sealer.seal(buffer, 0, plain.length)).isEqualTo(buffer.length);
        return buffer;
    }

    @Test
    void what_was_sealed_opens_at_any_length() {
        for (int length : new int[] {0, 1, 15, 16, 17, 8191, 8192, 8193, 16384, 100_001}) {
            byte[] plain = Samples.random(length, length);
            byte[] sealed = seal(plain);

            assertThat(Arrays.copyOfRange(sealed, 16, 16 + length))
                    .satisfiesAnyOf(
                            bytes -> assertThat(length).isLessThan(4),
                            bytes -> assertThat(bytes).isNotEqualTo(plain));
            assertThat(sealer.open(sealed, 0, sealed.length)).isEqualTo(length);
            assertThat(Arrays.copyOfRange(sealed, 16, 16 + length)).isEqualTo(plain);
        }
    }

    @Test
    void any_changed_bit_is_found_and_the_bytes_stay_as_they_are() {
        byte[] sealed = seal(Samples.random(1, 50));
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] before = changed.clone();

            assertThat(sealer.open(changed, 0, changed.length)).isNegative();
            assertThat(changed).isEqualTo(before);
        }
    }

    @Test
    void what_is_cut_short_is_found() {
        byte[] sealed = seal(Samples.random(1, 50));
        for (int length = 0; length < sealed.length; length++) {
            assertThat(sealer.verify(sealed, 0, length)).isFalse();
        }
    }

    @Test
    void another_key_opens_nothing() {
        byte[] sealed = seal(Samples.random(1, 50));

        assertThat(new Sealer(MasterKey.random()).verify(sealed, 0, sealed.length))
                .isFalse();
    }

    @Test
    void no_nonce_comes_twice() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            nonces.add(Arrays.toString(Arrays.copyOf(seal(new byte[0]), Sealer.IV)));
        }
        assertThat(nonces).hasSize(2000);
    }

    @Test
    void a_stream_decrypts_as_a_whole_does() throws IOException {
        byte[] plain = Samples.random(3, 20_000);
        byte[] sealed = seal(plain);

        assertThat(sealer.decrypting(sealed, 0, sealed.length).readAllBytes()).isEqualTo(plain);
    }
}
