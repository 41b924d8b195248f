package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.Judges;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merged snapshot that reaches past the page at 1 GiB, which no file holds: Litestream restores it, and so do we. */
class MergeLockPageIT {
    private static final int PAGE = 65536;
    private static final int LOCK = Pages.lockPage(PAGE);

    @TempDir
    Path dir;

    @Test
    void snapshotPastTheLockPageIsRestoredByLitestreamAndByUs() throws Exception {
        Path litestream = Judges.require(Judges.litestream(), "litestream");
        byte[] text = new byte[PAGE];
        text[7] = 7;
        SortedMap<Integer, byte[]> grown = new TreeMap<>();
        for (int pgno : new int[] {3, LOCK - 1, LOCK + 1, LOCK + 2}) {
            grown.put(pgno, text);
        }
        byte[] growth = LtxFiles.write(
                LtxHeader.of(PAGE, LOCK + 2, 2, 2, 2, WalSpan.START), LOCK - 1, PageEncoding.FRAME, grown);
        Path merged = dir.resolve("replica").resolve(new LtxFile(9, 1, 2, 0).directoryKey());
        Files.createDirectories(merged.getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(merged))) {
            LtxMerge.whole(List.of(LtxSource.of(snapshot()), LtxSource.of(growth)), 1 << 20, PageCheck.NONE)
                    .writeTo(out, PageEncoding.BLOCK);
        }

        Path theirs = dir.resolve("theirs");
        ProcessBuilder restore = new ProcessBuilder(
                litestream.toString(), "restore", "-o", theirs.toString(), "file://" + dir.resolve("replica"));
        restore.environment().remove("AWS_CA_BUNDLE");
        Process process = restore.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Path ours = dir.resolve("ours");
        try (FileChannel target = FileChannel.open(
                        ours, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                InputStream in = Files.newInputStream(merged)) {
            new LtxChain(new DatabaseFile(target)).apply(in);
        }
        assertThat(Files.size(theirs)).isEqualTo((LOCK + 2L) * PAGE);
        assertThat(Files.mismatch(theirs, ours)).isEqualTo(-1);
        try (FileChannel read = FileChannel.open(ours)) {
            ByteBuffer pages = ByteBuffer.allocate(3 * PAGE);
            while (pages.hasRemaining() && read.read(pages, (LOCK - 2L) * PAGE + pages.position()) > 0) {}
            assertThat(pages.get(7)).isEqualTo((byte) 7);
            assertThat(pages.get(PAGE + 7)).isZero();
            assertThat(pages.get(2 * PAGE + 7)).isEqualTo((byte) 7);
        }
    }

    private static byte[] snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxWriter writer =
                new LtxWriter(out, LtxHeader.of(PAGE, LOCK - 1, 1, 1, 1, WalSpan.START), 0, PageEncoding.BLOCK);
        byte[] zeros = new byte[PAGE];
        for (int pgno = 1; pgno < LOCK; pgno++) {
            writer.page(pgno, zeros, 0);
        }
        writer.finish();
        return out.toByteArray();
    }
}
