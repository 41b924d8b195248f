package io.statemanager.ltx;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
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
}
