package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import io.statemanager.ltx.Pages;
import io.statemanager.sqlite.Companions;
import io.statemanager.sqlite.FileRegistry;
import io.statemanager.sqlite.OpenFile;
import io.statemanager.sqlite.SqliteHeader;
import io.statemanager.wal.WalHeader;
import io.statemanager.wal.WalPosition;
import io.statemanager.wal.WalReader;
import io.statemanager.wal.WalTail;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A database that nobody has open, read without SQLite, so that nothing about it changes: what state is on this disk? Blocking.
 */
final class LocalDatabase {
    private final FileRegistry registry;
    private final Path path;

    LocalDatabase(FileRegistry registry, Path path) {
        this.registry = registry;
        this.path = path;
    }

    /** The state that SQLite would find: page size, pages and the rolling checksum of all of them. */
    record Fingerprint(int pageSize, int pages, long checksum) {
        boolean isOf(PageTable.State table) {
            return pageSize == table.pageSize() && pages == table.pages() && checksum == table.checksum();
        }
    }

    boolean exists() {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Reads all pages. Empty where there is no database that can be told without SQLite: none, damaged, or with a hot journal. */
    Optional<Fingerprint> fingerprint() throws IOException {
        if (!exists() || Files.exists(Companions.journal(path))) {
            return Optional.empty();
        }
        try (OpenFile file = registry.openForRead(path)) {
            Optional<SqliteHeader> header = SqliteHeader.read(file);
            if (header.isEmpty()) {
                return Optional.empty();
            }
            try (DatabaseContent content =
                    DatabaseContent.recovered(file, header.get().pageSize(), Companions.log(path))) {
                return Optional.of(fingerprint(content));
            }
        }
    }

    private static Fingerprint fingerprint(DatabaseContent content) throws IOException {
        byte[] page = new byte[content.pageSize()];
        Crc64 scratch = new Crc64();
        long checksum = Pages.emptyChecksum();
        for (int pgno = 1; pgno <= content.pages(); pgno++) {
            if (pgno != Pages.lockPage(page.length)) {
                content.read(pgno, page);
                checksum = Pages.combineMixed(checksum, Pages.checksum(scratch, pgno, page, 0, page.length));
            }
        }
        return new Fingerprint(content.pageSize(), content.pages(), checksum);
    }

    /**
     * Whether the valid part of the log holds this frame, with this cumulative checksum: then everything up to it is contained in the
     * database, whatever follows.
     */
    boolean logContains(WalPosition mark) throws IOException {
        if (mark.frame() <= 0 || !exists() || !Files.exists(Companions.log(path))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(Companions.log(path), StandardOpenOption.READ)) {
            LogChanges.ChannelSource log = new LogChanges.ChannelSource(channel);
            Optional<WalHeader> header = WalHeader.read(log).filter(h -> h.hasSalts(mark.salt1(), mark.salt2()));
            if (header.isEmpty()) {
                return false;
            }
            WalTail valid = WalTail.recovered(new WalReader(log, header.get()));
            return valid.end().frame() >= mark.frame() && LogChanges.holds(log, header.get(), mark);
        }
    }
}
