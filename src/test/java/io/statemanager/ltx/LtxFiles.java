package io.statemanager.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whole files in memory, for tests: writing one from a map of pages, reading one into a map. */
final class LtxFiles {
    private LtxFiles() {}

    static byte[] write(LtxHeader header, int previousCommit, PageEncoding encoding, SortedMap<Integer, byte[]> pages)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(out, header, previousCommit, encoding);
        for (Map.Entry<Integer, byte[]> page : pages.entrySet()) {
            writer.page(page.getKey(), page.getValue(), 0);
        }
        writer.finish();
        return out.toByteArray();
    }

    static SortedMap<Integer, byte[]> read(byte[] file) throws IOException {
        LtxReader reader = new LtxReader(new ByteArrayInputStream(file));
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        byte[] page = new byte[reader.header().pageSize()];
        for (int pgno = reader.next(page); pgno != 0; pgno = reader.next(page)) {
            pages.put(pgno, page.clone());
        }
        return pages;
    }

    /** The same file with database checksums, which our writer does not write. */
    static byte[] withChecksums(byte[] file, long before, long after) throws IOException {
        byte[] changed = file.clone();
        ByteBuffer.wrap(changed).putInt(4, 0).putLong(40, before).putLong(file.length - 16, after);
        return withChecksum(changed);
    }

    /** The same file with the checksum that its bytes should have; frames are taken as they come. */
    static byte[] withChecksum(byte[] file) throws IOException {
        byte[] changed = file.clone();
        LtxHeader header = LtxHeader.decode(file);
        PageCodec codec = new PageCodec(header.pageSize());
        Crc64 crc = new Crc64().update(changed, 0, LtxHeader.SIZE);
        byte[] frame = new byte[codec.maxFrame()];
        byte[] page = new byte[header.pageSize()];
        InputStream in = new ByteArrayInputStream(file, LtxHeader.SIZE, file.length);
        int at = LtxHeader.SIZE;
        for (int length = codec.read(in, frame); length > 0; length = codec.read(in, frame)) {
            codec.decode(frame, 0, length, page, 0);
            crc.update(frame, 0, PageCodec.checksummedPrefix(frame, 0)).update(page);
            at += length;
        }
        crc.update(changed, at, file.length - 8 - at);
        ByteBuffer.wrap(changed).putLong(file.length - 8, 1L << 63 | crc.value());
        return changed;
    }

    static void assertSame(SortedMap<Integer, byte[]> actual, SortedMap<Integer, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((pgno, page) -> assertThat(Arrays.equals(page, expected.get(pgno)))
                .as("page %d", pgno)
                .isTrue());
    }

    static byte[] noise(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
