package io.statemanager.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
    /** "ü" in Latin-1: no UTF-8 text. */
    private static final String LATIN = "na\u00efve-\u00ff";

    @TempDir
    Path dir;

    Directory top;

    @BeforeEach
    void open() throws IOException {
        top = Directory.open(RawName.of(dir));
    }

    @AfterEach
    void close() {
        top.close();
    }

    @Test
    void namesOfAnyBytesAreListedOpenedAndRead() throws Exception {
        try (OpenFile file = top.createFile(LATIN)) {
            file.writeAt(0, "content".getBytes(StandardCharsets.UTF_8), 0, 7);
        }
        top.edit().makeDirectory("line\nbreak");

        assertThat(top.names()).containsExactlyInAnyOrder(LATIN, "line\nbreak");
        assertThat(top.stat(LATIN).size()).isEqualTo(7);
        try (OpenFile file = top.openFile(LATIN)) {
            assertThat(file.stream().readAllBytes()).asString().isEqualTo("content");
        }
        assertThat(RawName.display(LATIN)).isEqualTo("na\\xefve-\\xff");
    }

    @Test
    void aListLongerThanTheBufferIsWhole() throws Exception {
        for (int i = 0; i < 12_000; i++) {
            top.createFile("a-name-of-some-length-" + i).close();
        }

        assertThat(top.names())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 12_000)
                        .mapToObj(i -> "a-name-of-some-length-" + i)
                        .toList());
    }

    @Test
    void statSaysWhatTheKernelKnows() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "12345");
        Files.createLink(dir.resolve("g"), file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(-5, 123_456_789)));

        FileStat stat = top.stat("f");

        Map<String, Object> unix = Files.readAttributes(file, "unix:*");
        assertThat(stat.mode()).isEqualTo(unix.get("mode"));
        assertThat(stat.inode()).isEqualTo(unix.get("ino"));
        assertThat(stat.device()).isEqualTo(unix.get("dev"));
        assertThat(stat.user()).isEqualTo(unix.get("uid"));
        assertThat(stat.group()).isEqualTo(unix.get("gid"));
        assertThat(stat.links()).isEqualTo(2);
        assertThat(stat.size()).isEqualTo(5);
        // Not every file system keeps times before 1970; the kernel's own answer is the measure.
        assertThat(Instant.ofEpochSecond(stat.mtimeSeconds(), stat.mtimeNanos()))
                .isEqualTo(((FileTime) unix.get("lastModifiedTime")).toInstant());
        assertThat(Instant.ofEpochSecond(stat.ctimeSeconds(), stat.ctimeNanos()))
                .isEqualTo(((FileTime) unix.get("ctime")).toInstant());
        assertThat(top.stat().isDirectory()).isTrue();
        assertThat(top.statIfThere("none")).isNull();
        assertThatThrownBy(() -> top.stat("none"))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(ErrnoException.ENOENT)).isTrue())
                .hasMessageContaining(dir + "/none");
    }

    @Test
    void noSymlinkIsFollowedAnywhere() throws Exception {
        Files.createDirectories(dir.resolve("real/inner"));
        Files.createSymbolicLink(dir.resolve("bent"), Path.of("real"));
        Files.createSymbolicLink(dir.resolve("file"), Path.of("/etc/passwd"));

        assertThatThrownBy(() -> top.openChild("bent")).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> top.openBelow("bent/inner")).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> top.openBelow("real/../..")).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> top.openFile("file"))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(ErrnoException.ELOOP)).isTrue());
        assertThat(top.stat("file").type()).isEqualTo(FileType.SYMLINK);
        assertThat(top.readLink("file")).isEqualTo("/etc/passwd");
        top.openBelow("real/inner").close();
    }

    @Test
    void aPathLongerThanTheKernelTakesIsWalkedInSteps() throws Exception {
        String name = "d".repeat(200);
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            try (Directory at = top.openBelow(path.toString())) {
                at.edit().makeDirectory(name);
            }
            path.append(path.isEmpty() ? "" : "/").append(name);
        }

        try (Directory deep = top.openBelow(path.toString())) {
            deep.createFile("bottom").close();
            assertThat(deep.names()).containsExactly("bottom");
        }
        removeDeep(path.toString(), name);
    }

    /** JUnit's own clean-up cannot walk there. */
    private void removeDeep(String path, String name) throws IOException {
        try (Directory deep = top.openBelow(path)) {
            deep.edit().remove("bottom");
        }
        for (String at = path; !at.isEmpty(); ) {
            at = at.length() == name.length() ? "" : at.substring(0, at.length() - name.length() - 1);
            try (Directory parent = top.openBelow(at)) {
                parent.edit().removeDirectory(name);
            }
        }
    }

    @Test
    void changesReachSymlinksThemselves() throws Exception {
        DirectoryEditor edit = top.edit();
        Files.writeString(dir.resolve("target"), "");
        FileStat before = top.stat("target");
        edit.makeSymlink("link", "target");

        edit.setTime("link", 1_000_000_000L, 987_654_321);

        assertThat(top.stat("link").mtimeNanos()).isEqualTo(987_654_321);
        assertThat(top.stat("link").mtimeSeconds()).isEqualTo(1_000_000_000L);
        assertThat(top.stat("target")).isEqualTo(before);
    }

    @Test
    void everyKindOfEntryCanBeMade() throws Exception {
        DirectoryEditor edit = top.edit();

        edit.makeFifo("fifo");
        edit.makeSymlink("dangling", "no\u00ffwhere");
        edit.makeDirectory("sub");
        top.createFile("f").close();
        edit.link(top, "f", "g");
        edit.setMode("f", 06751);
        edit.rename("g", "h");

        assertThat(top.stat("fifo").type()).isEqualTo(FileType.FIFO);
        assertThat(top.readLink("dangling")).isEqualTo("no\u00ffwhere");
        assertThat(top.stat("h").permissions()).isEqualTo(06751);
        assertThat(top.stat("h").links()).isEqualTo(2);
        assertThatThrownBy(() -> top.createFile("f")).isInstanceOf(ErrnoException.class);
        edit.remove("fifo");
        edit.removeDirectory("sub");
        assertThat(top.names()).containsExactlyInAnyOrder("dangling", "f", "h");
    }

    @Test
    void holesAreFoundAndMade() throws Exception {
        try (OpenFile file = top.createFile("sparse")) {
            file.setSize(8 << 20);
            file.writeAt(4 << 20, new byte[4096], 0, 4096);

            assertThat(file.nextData(0, 8 << 20)).isEqualTo(4 << 20);
            assertThat(file.nextHole(4 << 20)).isEqualTo((4 << 20) + 4096);
            assertThat(file.nextData((4 << 20) + 4096, 8 << 20)).isEqualTo(8 << 20);
            assertThat(file.stat().blocks()).isLessThan(1024);
        }
    }

    @Test
    void attributesOfFilesLinksAndDirectoriesAreKept() throws Exception {
        Files.writeString(dir.resolve("f"), "");
        Files.createDirectory(dir.resolve("d"));
        top.edit().makeSymlink("l", "f");
        assumeTrue(attributesWork(), "the temporary directory's filesystem has no user attributes");

        top.xattrs("f").set("user.b", new byte[] {0, 1, (byte) 255});
        top.xattrs("f").set("user.a", new byte[0]);
        top.xattrs("d").set("user.d", new byte[] {7});

        assertThat(top.xattrs("f").all()).containsOnlyKeys("user.a", "user.b");
        assertThat(top.xattrs("f").get("user.b")).containsExactly(0, 1, 255);
        assertThat(top.xattrs("l").all()).isEmpty();
        try (Directory d = top.openChild("d")) {
            assertThat(d.xattrs().all()).containsOnlyKeys("user.d");
        }
        top.xattrs("f").remove("user.a");
        assertThat(top.xattrs("f").names()).isEqualTo(List.of("user.b"));
        assertThat(top.xattrs("f").get("user.none")).isNull();
    }

    private boolean attributesWork() throws IOException {
        try {
            top.xattrs("f").set("user.probe", new byte[0]);
            top.xattrs("f").remove("user.probe");
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    @Test
    void aThousandOpensLeaveNoDescriptorBehind() throws Exception {
        long before = descriptors();
        for (int i = 0; i < 1000; i++) {
            top.openBelow("").close();
            top.createFile("f" + i).close();
            top.openFile("f" + i).close();
        }

        assertThat(descriptors()).isLessThan(before + 50);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
