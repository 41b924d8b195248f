package io.statemanager.ltx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** A database that grows, shrinks and changes at random: the file of each TXID, and the content after each. */
final class History {
    final List<byte[]> files = new ArrayList<>();
    final List<SortedMap<Integer, byte[]>> states = new ArrayList<>();
    final List<Integer> commits = new ArrayList<>();
    private final int pageSize;
    private final Random random;
    private final PageEncoding[] encodings;

    /** @param encodings of which each file has one at random */
    History(long seed, int pageSize, int txids, PageEncoding... encodings) throws IOException {
        this.random = new Random(seed);
        this.pageSize = pageSize;
        this.encodings = encodings;
        for (int txid = 1; txid <= txids; txid++) {
            write(txid);
        }
    }

    LtxHeader header(int txid) {
        return LtxHeader.of(pageSize, commits.get(txid - 1), txid, txid, 1000L + txid, new WalSpan(32, 8, txid, 9));
    }

    /** The files of these TXIDs as sources. */
    List<LtxSource> sources(int from, int to) {
        return files.subList(from - 1, to).stream().map(LtxSource::of).toList();
    }

    /** Pages that a merge of these TXIDs holds: those that some file of them changed and that are still there. */
    SortedMap<Integer, byte[]> merged(int from, int to) throws IOException {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int txid = from; txid <= to; txid++) {
            pages.tailMap(commits.get(txid - 1) + 1).clear();
            pages.putAll(LtxFiles.read(files.get(txid - 1)));
        }
        return pages;
    }

    private void write(int txid) throws IOException {
        int before = txid == 1 ? 0 : commits.get(txid - 2);
        int commit = txid == 1 ? 12 : Math.max(1, before + random.nextInt(13) - 6);
        SortedMap<Integer, byte[]> state = new TreeMap<>();
        if (txid > 1) {
            state.putAll(states.get(txid - 2));
            state.tailMap(commit + 1).clear();
        }
        SortedMap<Integer, byte[]> changed = new TreeMap<>();
        for (int pgno = 1; pgno <= commit; pgno++) {
            if (pgno > before || random.nextInt(4) == 0) {
                changed.put(pgno, page());
            }
        }
        state.putAll(changed);
        commits.add(commit);
        states.add(state);
        files.add(LtxFiles.write(header(txid), before, encodings[random.nextInt(encodings.length)], changed));
    }

    /** Noise, text or zeros. */
    private byte[] page() {
        byte[] page = new byte[pageSize];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(page);
            case 1 -> {
                for (int i = 0; i < pageSize; i++) {
                    page[i] = (byte) ('a' + random.nextInt(5));
                }
            }
            default -> page[0] = (byte) random.nextInt();
        }
        return page;
    }
}
