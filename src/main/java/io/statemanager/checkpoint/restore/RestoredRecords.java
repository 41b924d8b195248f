package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import io.statemanager.checkpoint.scan.FileEntry;
import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.linux.RawName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a restored tree with its target, and gives the records of the scan what is known now: the content of each file, and the
 * tree of each directory that is exactly as it was stored.
 *
 * <p>A stored tree names inodes of the machine that it was made on. That is harmless but for files with several names, which
 * restic finds by them: directories that hold such are stored anew, so that numbers of two machines never meet.
 */
final class RestoredRecords {
    private final Target target;
    private final Warnings warnings;

    RestoredRecords(Target target, Warnings warnings) {
        this.target = target;
        this.warnings = warnings;
    }

    /** Replaces the scan's records. Errors: an entry that is not as it must be. */
    void adopt(Scan after) throws IOException {
        long now = System.currentTimeMillis();
        for (Map.Entry<String, DirectoryRecord> wanted : target.directories().entrySet()) {
            DirectoryRecord found = after.directories().get(wanted.getKey());
            if (found == null) {
                throw differs(wanted.getKey());
            }
            after.directories().put(wanted.getKey(), adopt(wanted.getKey(), wanted.getValue(), found, now));
        }
        after.settleTrees();
    }

    private DirectoryRecord adopt(String path, DirectoryRecord wanted, DirectoryRecord found, long now)
            throws IOException {
        Map<String, FileEntry> there = new HashMap<>();
        found.entries().forEach(entry -> there.put(entry.name(), entry));
        List<FileEntry> targets = wanted.entries();
        boolean exact = true;
        for (FileEntry entry : targets) {
            FileEntry local = there.get(entry.name());
            if (local == null && warnings.isEmpty()) {
                throw differs(RawName.join(path, entry.name()));
            }
            if (local == null) {
                exact = false;
                continue;
            }
            exact &= check(RawName.join(path, entry.name()), entry, local);
            there.put(entry.name(), known(entry, local, now));
        }
        List<FileEntry> entries = new ArrayList<>();
        for (FileEntry entry : found.entries()) {
            entries.add(there.get(entry.name()));
        }
        DirectoryRecord record = DirectoryRecord.of(entries);
        return exact && entries.size() == targets.size() ? record.storedAs(wanted.tree()) : record;
    }

    /** Whether it is exactly as stored. */
    private boolean check(String path, FileEntry entry, FileEntry local) throws IOException {
        boolean same = entry.type() == local.type()
                && entry.stat().size() == (entry.isFile() ? local.stat().size() : 0)
                && entry.linkTarget().equals(local.linkTarget());
        boolean metadata = Metadata.same(entry, local);
        if (!same || (!metadata && warnings.isEmpty())) {
            throw differs(path);
        }
        return metadata && !entry.isHardLinked() && !local.isHardLinked();
    }

    private static FileEntry known(FileEntry entry, FileEntry local, long now) {
        return entry.isFile() ? local.withContent(local.stat(), entry.content(), local.isSettledAt(now)) : local;
    }

    private static IOException differs(String path) {
        return new IOException("'" + RawName.display(path)
                + "' is not as it was restored: something else changes the environment directory meanwhile");
    }
}
