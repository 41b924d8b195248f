package io.statemanager.checkpoint;

import io.statemanager.linux.Directory;
import io.statemanager.linux.DirectoryEditor;
import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** A small tree with one of every awkward thing that a directory can hold. */
public final class AwkwardTree {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private AwkwardTree() {}

    /** Makes it in an empty directory. */
    public static void make(Path top) throws IOException {
        try (Directory d = Directory.open(RawName.of(top))) {
            DirectoryEditor edit = d.edit();
            file(d, "plain", "some text\n".getBytes(StandardCharsets.UTF_8), 0644);
            file(d, "empty", new byte[0], 0600);
            file(d, "\u00ff\u00fe latin", "no UTF-8 name".getBytes(StandardCharsets.UTF_8), 0644);
            file(d, RawName.ofText("größe-日本"), "UTF-8 name".getBytes(StandardCharsets.UTF_8), 0644);
            file(d, "line\nbreak \"quoted\" \\back\\", new byte[] {1}, 0640);
            file(d, "x".repeat(255), new byte[] {2}, 0644);
            file(d, "set-id", new byte[] {3}, 06755);
            file(d, "secret", new byte[] {4}, 0);
            file(d, "large", random(5 << 20, 1), 0644);
            file(d, "many-zeros", new byte[3 << 20], 0644);
            sparse(d);
            edit.makeSymlink("link", "plain");
            edit.makeSymlink("dangling", "../no\u00ff/where");
            edit.makeSymlink("absolute", "/etc/passwd");
            edit.makeSymlink("loop", "loop");
            edit.setTime("link", 1_234_567_890L, 123_456_789);
            edit.makeFifo("fifo");
            edit.setMode("fifo", 0622);
            hardLinks(d);
            directories(d);
            attributes(d);
            edit.setTime("plain", -86_400L * 365 * 20, 999_999_999);
            edit.setTime("empty", 5_000_000_000L, 1);
            owner(edit);
        }
    }

    private static void hardLinks(Directory d) throws IOException {
        d.edit().makeDirectory("links");
        file(d, "z-first", random(100_000, 2), 0644);
        d.edit().link(d, "z-first", "a-second");
        d.edit().link(d, "dangling", "dangling-too");
        try (Directory links = d.openChild("links")) {
            links.edit().link(d, "z-first", "third");
        }
    }

    private static void directories(Directory d) throws IOException {
        d.edit().makeDirectory("dir");
        d.edit().makeDirectory("empty-dir");
        d.edit().setMode("empty-dir", 01777);
        d.edit().makeDirectory("closed");
        try (Directory closed = d.openChild("closed")) {
            file(closed, "inside", new byte[] {5}, 0400);
        }
        d.edit().setMode("closed", 0500);
        d.edit().setTime("closed", 1_000_000_000L, 7);
        try (Directory dir = d.openChild("dir")) {
            String path = "";
            for (int i = 0; i < 20; i++) {
                try (Directory at = dir.openBelow(path)) {
                    file(at, "f" + i, random(i * 1000, i), 0644);
                    at.edit().makeDirectory("deeper");
                }
                path = RawName.join(path, "deeper");
            }
        }
    }

    private static void sparse(Directory d) throws IOException {
        try (OpenFile file = d.createFile("sparse")) {
            file.setSize(40 << 20);
            byte[] data = random(100_000, 3);
            file.writeAt(10 << 20, data, 0, data.length);
            file.writeAt((30 << 20) + 5, data, 0, data.length);
            file.setMode(0644);
        }
    }

    private static void attributes(Directory d) throws IOException {
        try {
            d.xattrs("plain").set("user.text", "value".getBytes(StandardCharsets.UTF_8));
            d.xattrs("plain").set("user.bytes", new byte[] {0, (byte) 0xff, 7});
            d.xattrs("dir").set("user.of-a-directory", new byte[] {1});
            d.xattrs("empty").set("user.empty", new byte[0]);
        } catch (ErrnoException e) {
            // A filesystem without attributes: the rest of the tree is awkward enough.
        }
    }

    private static void owner(DirectoryEditor edit) throws IOException {
        if (ROOT) {
            edit.setOwner("line\nbreak \"quoted\" \\back\\", 12345, 54321);
            edit.setOwner("absolute", 1, 2);
            edit.setOwner("empty-dir", 65534, 65534);
        }
    }

    static void file(Directory d, String name, byte[] content, int mode) throws IOException {
        try (OpenFile file = d.createFile(name)) {
            file.writeAt(0, content, 0, content.length);
            file.setMode(mode);
        }
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
