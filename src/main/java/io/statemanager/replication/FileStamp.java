package io.statemanager.replication;

import io.statemanager.ltx.Crc64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** By what a changed file is noticed without reading it; never the only reason to believe that one has not changed. */
record FileStamp(long inode, long size, long modifiedNanos, long changedNanos) {
    static FileStamp of(Path file) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
        return new FileStamp(
                ((Number) attributes.get("ino")).longValue(),
                (Long) attributes.get("size"),
                nanos(attributes.get("lastModifiedTime")),
                nanos(attributes.get("ctime")));
    }

    private static long nanos(Object time) {
        return ((FileTime) time).to(TimeUnit.NANOSECONDS);
    }

    /** All of it in 64 bits; two different stamps share one by a chance of 2⁻⁶⁴. */
    long fingerprint() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * Long.BYTES);
        bytes.putLong(inode).putLong(size).putLong(modifiedNanos).putLong(changedNanos);
        return new Crc64().update(bytes.array()).value();
    }
}
