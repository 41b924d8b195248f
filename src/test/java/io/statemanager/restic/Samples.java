package io.statemanager.restic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Seeded data. */
final class Samples {

    private static final String WORDS =
            "lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt ut labore ";

    private Samples() {}

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Compresses to about a third. */
    static byte[] text(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(length + 20);
        while (text.length() < length) {
            int from = random.nextInt(WORDS.length() - 12);
            text.append(WORDS, from, from + 3 + random.nextInt(9));
        }
        return text.substring(0, length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** A tree with small and large files, empty ones, links and names that need quoting. */
    static Path folder(Path root) throws IOException {
        Files.createDirectories(root.resolve("a/b/empty"));
        Files.createDirectories(root.resolve("many"));
        Files.write(root.resolve("a/none"), new byte[0]);
        Files.write(root.resolve("a/text"), text(1, 70_000));
        Files.write(root.resolve("a/b/random 5 MB"), random(2, 5_000_000));
        Files.write(root.resolve("a/b/text 9 MB"), text(3, 9_000_000));
        Files.write(root.resolve("a/b/zeros"), new byte[3_000_000]);
        Files.write(root.resolve("a/copy"), text(1, 70_000));
        Files.write(root.resolve("quo\"te\\ <&> \t\n ünï\u2028x\u00a0y"), text(4, 100));
        Files.createSymbolicLink(root.resolve("a/link"), Path.of("../many/<target>"));
        for (int i = 0; i < 300; i++) {
            Files.write(root.resolve("many/file" + i), text(100 + i, 10 + i * 7));
        }
        return root;
    }

    /** What is below a folder, readable and comparable. */
    static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                found.put(root.relativize(file).toString(), describe(file));
            }
        }
        return found;
    }

    private static String describe(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        return Files.isDirectory(file)
                ? "folder"
                : Id.hashOf(Files.readAllBytes(file)).toString();
    }
}
