package io.statemanager.restic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Ways in which bytes go bad. */
final class Damage {

    private Damage() {}

    /** One damage; null: the object is gone. */
    static byte[] apply(byte[] whole, SplittableRandom random) {
        List<UnaryOperator<byte[]>> kinds = List.of(
                bytes -> {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    return bytes;
                },
                bytes -> {
                    bytes[random.nextInt(bytes.length)] = (byte) "0129-\"{}[],:\\abtnul.e ".charAt(random.nextInt(22));
                    return bytes;
                },
                bytes -> Arrays.copyOf(bytes, random.nextInt(bytes.length)),
                bytes -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100)),
                bytes -> {
                    int at = random.nextInt(bytes.length);
                    Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 600)), (byte) 0);
                    return bytes;
                },
                bytes -> {
                    int from = random.nextInt(bytes.length);
                    int to = random.nextInt(bytes.length);
                    System.arraycopy(
                            whole,
                            from,
                            bytes,
                            to,
                            Math.min(random.nextInt(1, 300), bytes.length - Math.max(from, to)));
                    return bytes;
                },
                bytes -> insert(
                        bytes,
                        random.nextInt(bytes.length),
                        "9".repeat(1 + random.nextInt(12)).getBytes(StandardCharsets.US_ASCII)),
                bytes -> null);
        return kinds.get(random.nextInt(kinds.size())).apply(whole.clone());
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(bytes, at, longer, at + more.length, bytes.length - at);
        System.arraycopy(more, 0, longer, at, more.length);
        return longer;
    }
}
