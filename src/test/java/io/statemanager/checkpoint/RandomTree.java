package io.statemanager.checkpoint;

import io.statemanager.linux.Directory;
import io.statemanager.linux.DirectoryEditor;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.OpenFile;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trees that nobody would think of, the same for the same seed; and changes to them of every kind. */
final class RandomTree {
    private final Random random;
    private final Path top;

    RandomTree(Path top, long seed) {
        this.top = top;
        this.random = new Random(seed);
    }

    /** Fills an empty directory by as many changes as that takes. */
    void grow(int changes) throws IOException {
        for (int i = 0; i < changes; i++) {
            change(random.nextInt(3));
        }
        change(changes / 2);
    }

    /** Makes random changes. */
    void change(int changes) throws IOException {
        try (Directory d = Directory.open(RawName.of(top))) {
            for (int i = 0; i < changes; i++) {
                String at = anyDirectory(d);
                try (Directory directory = d.openBelow(at)) {
                    change(d, directory);
                }
            }
        }
    }

    private String anyDirectory(Directory d) throws IOException {
        String path = "";
        while (random.nextInt(3) != 0) {
            try (Directory at = d.openBelow(path)) {
                List<String> below = new ArrayList<>();
                for (String name : at.names()) {
                    if (at.stat(name).isDirectory()) {
                        below.add(name);
                    }
                }
                below.sort(null);
                if (below.isEmpty()) {
                    return path;
                }
                path = RawName.join(path, below.get(random.nextInt(below.size())));
            }
        }
        return path;
    }

    private void change(Directory d, Directory at) throws IOException {
        String name = name();
        FileStat there = at.statIfThere(name);
        DirectoryEditor edit = at.edit();
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> file(at, name, there);
            case 3 -> make(at, name, there, () -> edit.makeDirectory(name));
            case 4 -> make(at, name, there, () -> edit.makeSymlink(name, name() + "/" + name()));
            case 5 -> make(at, name, there, () -> edit.makeFifo(name));
            case 6 -> remove(at, name, there);
            case 7 -> link(d, at, name, there);
            case 8 -> rename(at, name, there);
            case 9 -> metadata(at, name, there);
            case 10 -> sameSizeSameTime(at, name, there);
            default -> attribute(at, name, there);
        }
    }

    private String name() {
        return String.valueOf((char) ('a' + random.nextInt(6))) + (random.nextInt(4) == 0 ? "\u00ff" : "");
    }

    private interface Making {
        void make() throws IOException;
    }

    private void make(Directory at, String name, FileStat there, Making making) throws IOException {
        remove(at, name, there);
        making.make();
    }

    private void remove(Directory at, String name, FileStat there) throws IOException {
        if (there == null) {
            return;
        }
        if (!there.isDirectory()) {
            at.edit().remove(name);
            return;
        }
        try (Directory child = at.openChild(name)) {
            for (String inside : child.names()) {
                remove(child, inside, child.stat(inside));
            }
        }
        at.edit().removeDirectory(name);
    }

    private void file(Directory at, String name, FileStat there) throws IOException {
        if (there != null && there.isFile() && random.nextBoolean()) {
            try (OpenFile file = at.openForWrite(name)) {
                if (random.nextBoolean()) {
                    file.setSize(random.nextInt(200_000));
                }
                byte[] bytes = content();
                file.writeAt(random.nextInt(100_000), bytes, 0, bytes.length);
            }
            return;
        }
        remove(at, name, there);
        try (OpenFile file = at.createFile(name)) {
            byte[] bytes = content();
            file.writeAt(0, bytes, 0, bytes.length);
            file.setMode(random.nextInt(01000) | 0400);
        }
    }

    private byte[] content() {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? 3_000_000 : random.nextInt(5000)];
        if (random.nextInt(4) != 0) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private void link(Directory d, Directory at, String name, FileStat there) throws IOException {
        String other = anyDirectory(d);
        try (Directory from = d.openBelow(other)) {
            for (String candidate : from.names()) {
                FileStat stat = from.stat(candidate);
                boolean same = there != null && there.inode() == stat.inode();
                if (!stat.isDirectory() && !same && (there == null || !there.isDirectory())) {
                    remove(at, name, there);
                    at.edit().link(from, candidate, name);
                    return;
                }
            }
        }
    }

    private void rename(Directory at, String name, FileStat there) throws IOException {
        String other = name();
        if (there != null && at.statIfThere(other) == null) {
            at.edit().rename(name, other);
        }
    }

    private void metadata(Directory at, String name, FileStat there) throws IOException {
        if (there != null) {
            at.edit().setOwner(name, random.nextInt(3), random.nextInt(3));
            if (at.stat(name).type() != io.statemanager.linux.FileType.SYMLINK) {
                at.edit().setMode(name, random.nextInt(010000) | 0700);
            }
            at.edit().setTime(name, random.nextInt(), random.nextInt(1_000_000_000));
        }
    }

    /** What fools every tool that goes by size and time of modification. */
    private void sameSizeSameTime(Directory at, String name, FileStat there) throws IOException {
        if (there != null && there.isFile() && there.size() > 0) {
            try (OpenFile file = at.openForWrite(name)) {
                file.writeAt(random.nextInt((int) there.size()), new byte[] {(byte) random.nextInt()}, 0, 1);
                file.setTime(there.mtimeSeconds(), there.mtimeNanos());
            }
        }
    }

    private void attribute(Directory at, String name, FileStat there) throws IOException {
        if (there != null && (there.isFile() || there.isDirectory())) {
            at.xattrs(name).set("user." + (char) ('a' + random.nextInt(6)), new byte[] {(byte) random.nextInt()});
        }
    }
}
