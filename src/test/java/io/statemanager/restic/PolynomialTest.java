package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PolynomialTest {

    private static final long KNOWN = 0x3DA3358B4DC173L;

    @Test
    void polynomials_that_restic_made_are_taken() {
        assertThat(Polynomial.parse("25b468838dcb75").bits()).isEqualTo(0x25b468838dcb75L);
        assertThat(Polynomial.parse("2223fc4abe22bf")).hasToString("2223fc4abe22bf");
        assertThat(new Polynomial(KNOWN)).hasToString("3da3358b4dc173");
    }

    @Test
    void others_are_refused() {
        // Even, of another degree, and products.
        for (long bits : new long[] {0, 1, KNOWN << 1, KNOWN - 1, 1L << 53, (1L << 53) | 1, 0x3DA3358B4DC175L, -1}) {
            assertThatThrownBy(() -> new Polynomial(bits)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Polynomial.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Polynomial.parse("25b468838dcb75z")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void random_ones_pass_another_test_of_irreducibility() {
        for (int i = 0; i < 10; i++) {
            assertThat(isIrreducible(Polynomial.random().bits())).isTrue();
        }
    }

    @Test
    void both_tests_agree_on_anything_of_the_degree() {
        SplittableRandom random = new SplittableRandom(1);
        int irreducible = 0;
        for (int i = 0; i < 2000; i++) {
            long bits = (random.nextLong() >>> 10) | (1L << 53) | 1;
            boolean expected = isIrreducible(bits);
            irreducible += expected ? 1 : 0;
            assertThat(accepts(bits)).as("%x", bits).isEqualTo(expected);
        }
        assertThat(irreducible).as("about 2 in 53").isBetween(30, 150);
    }

    private static boolean accepts(long bits) {
        try {
            new Polynomial(bits);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** For the prime degree 53 Rabin's test is: x^(2^53) = x, and no root; a constant term and an odd number of terms rule out the roots 0 and 1. */
    private static boolean isIrreducible(long bits) {
        BigInteger modulus = BigInteger.valueOf(bits);
        BigInteger power = BigInteger.TWO;
        for (int i = 0; i < 53; i++) {
            power = mod(square(power), modulus);
        }
        return power.equals(BigInteger.TWO) && bits % 2 != 0 && Long.bitCount(bits) % 2 == 1;
    }

    private static BigInteger square(BigInteger p) {
        BigInteger square = BigInteger.ZERO;
        for (int i = 0; i < p.bitLength(); i++) {
            square = p.testBit(i) ? square.setBit(2 * i) : square;
        }
        return square;
    }

    private static BigInteger mod(BigInteger p, BigInteger modulus) {
        BigInteger rest = p;
        while (rest.bitLength() >= modulus.bitLength()) {
            rest = rest.xor(modulus.shiftLeft(rest.bitLength() - modulus.bitLength()));
        }
        return rest;
    }
}
