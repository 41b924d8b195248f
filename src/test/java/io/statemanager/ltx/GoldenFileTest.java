package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Files of the reference library are read as it reads them, and written byte for byte as it writes them. */
class GoldenFileTest {
    @Test
    void readsBothEncodingsOfASnapshot() throws IOException {
        for (byte[] file : new byte[][] {Golden.SNAPSHOT_BLOCK, Golden.SNAPSHOT_FRAME}) {
            LtxReader reader = new LtxReader(new ByteArrayInputStream(file));
            assertThat(reader.header()).isEqualTo(Golden.SNAPSHOT);
            SortedMap<Integer, byte[]> pages = LtxFiles.read(file);
            assertThat(pages.keySet()).containsExactly(1, 2);
            assertThat(pages.get(1)).isEqualTo(Golden.page(0x11));
            assertThat(pages.get(2)).isEqualTo(Golden.page(0x22));
        }
    }

    @Test
    void readsBothEncodingsOfAnIncrement() throws IOException {
        for (byte[] file : new byte[][] {Golden.INCREMENT_BLOCK, Golden.INCREMENT_FRAME}) {
            LtxReader reader = new LtxReader(new ByteArrayInputStream(file));
            assertThat(reader.header()).isEqualTo(Golden.INCREMENT);
            SortedMap<Integer, byte[]> pages = LtxFiles.read(file);
            assertThat(pages.keySet()).containsExactly(2, 3);
            assertThat(pages.get(2)).isEqualTo(Golden.page(0x99));
            assertThat(pages.get(3)).isEqualTo(Golden.page(0x33));
        }
    }

    @Test
    void writesTheSameBytesFromTheSameBlocks() throws IOException {
        PageCodec.Compressor reference = Golden::compress;
        assertThat(write(Golden.SNAPSHOT, 0, PageEncoding.BLOCK, reference, 0x11, 0x22))
                .isEqualTo(Golden.SNAPSHOT_BLOCK);
        assertThat(write(Golden.SNAPSHOT, 0, PageEncoding.FRAME, reference, 0x11, 0x22))
                .isEqualTo(Golden.SNAPSHOT_FRAME);
        assertThat(write(Golden.INCREMENT, 2, PageEncoding.BLOCK, reference, 0x99, 0x33))
                .isEqualTo(Golden.INCREMENT_BLOCK);
        assertThat(write(Golden.INCREMENT, 2, PageEncoding.FRAME, reference, 0x99, 0x33))
                .isEqualTo(Golden.INCREMENT_FRAME);
    }

    @Test
    void writesTheChecksumThatTheReferenceFoundForLiteralBlocks() throws IOException {
        byte[] file = write(Golden.SNAPSHOT, 0, PageEncoding.BLOCK, GoldenFileTest::literals, 0x11, 0x22);
        byte[] checksum = Arrays.copyOfRange(file, file.length - 8, file.length);
        assertThat(checksum).asHexString().isEqualToIgnoringCase("d45812f71a7200ee");
        assertThat(LtxFiles.read(file).get(2)).isEqualTo(Golden.page(0x22));
    }

    private static byte[] write(
            LtxHeader header, int previousCommit, PageEncoding encoding, PageCodec.Compressor compressor, int... fills)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(out, header, previousCommit, encoding, new PageCodec(512, compressor));
        for (int i = 0; i < fills.length; i++) {
            writer.page((int) header.minTxid() + i, Golden.page(fills[i]), 0);
        }
        assertThat(writer.finish().size()).isEqualTo(out.size());
        return out.toByteArray();
    }

    /** An LZ4 block of 512 literals: token 15, length 512 − 15 as 255 + 242, the bytes. */
    private static int literals(byte[] page, int offset, byte[] out, int outOffset) {
        out[outOffset] = (byte) 0xf0;
        out[outOffset + 1] = (byte) 0xff;
        out[outOffset + 2] = (byte) 242;
        System.arraycopy(page, offset, out, outOffset + 3, 512);
        return 515;
    }
}
