package io.statemanager.replication;

import io.statemanager.wal.ByteSource;
import io.statemanager.wal.WalException;
import io.statemanager.wal.WalFrame;
import io.statemanager.wal.WalHeader;
import io.statemanager.wal.WalPages;
import io.statemanager.wal.WalPosition;
import io.statemanager.wal.WalReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Which pages may have changed between two instants, where the log proves it: both lie in the same generation of the log, and it still
 * holds the frame at which the first one ended, with the same cumulative checksum. Otherwise nothing is known, and all pages are compared.
 */
final class LogChanges {
    private LogChanges() {}

    /** Pages of the frames between, or empty where the log proves nothing. */
    static Optional<WalPages> between(WalPosition from, CapturePoint to, Path log) throws IOException {
        WalPosition end = to.mark();
        boolean sameLog = from.frame() > 0
                && from.frame() <= end.frame()
                && from.salt1() == end.salt1()
                && from.salt2() == end.salt2();
        if (!sameLog) {
            return Optional.empty();
        }
        if (from.equals(end)) {
            return Optional.of(WalPages.none());
        }
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteSource source = new ChannelSource(channel);
            Optional<WalHeader> header = WalHeader.read(source).filter(h -> h.hasSalts(end.salt1(), end.salt2()));
            if (header.isEmpty() || !holds(source, header.get(), from)) {
                return Optional.empty();
            }
            return Optional.of(WalPages.committed(source, header.get(), from.frame() + 1, end.frame(), to.pages()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (WalException restarted) {
            return Optional.empty();
        }
    }

    static boolean holds(ByteSource log, WalHeader header, WalPosition mark) throws IOException {
        Optional<WalFrame> frame = WalReader.frameHeader(log, header, mark.frame());
        return frame.isPresent()
                && frame.get().checksum1() == mark.checksum1()
                && frame.get().checksum2() == mark.checksum2();
    }

    /** A channel of our own as a source; its owner closes it. */
    record ChannelSource(FileChannel channel) implements ByteSource {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }
    }
}
