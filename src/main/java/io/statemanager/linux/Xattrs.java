package io.statemanager.linux;

import static io.statemanager.linux.LibcFiles.*;

import com.sun.jna.Native;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The extended attributes of one entry, of every namespace that this process may see: {@code user}, {@code security},
 * {@code system} (POSIX ACLs) and, for root, {@code trusted}. Java's own API knows {@code user} alone. A filesystem without them
 * has none. Names are raw; values are bytes of at most 64 KiB. Thread: any.
 */
public final class Xattrs {
    private final byte[] entry;
    private final String shown;

    Xattrs(String rawPath, String shown) {
        this.entry = RawName.terminated(rawPath);
        this.shown = shown;
    }

    /** Names in the kernel's order; none where the filesystem has no attributes. */
    public List<String> names() throws IOException {
        Scratch scratch = Scratch.own();
        long length = llistxattr(entry, scratch.address, Scratch.BYTES);
        if (length == -1 && Native.getLastError() == ErrnoException.EOPNOTSUPP) {
            return List.of();
        }
        int end = (int) Libc.check(length, "list the attributes of", new Directory.Shown(shown));
        List<String> names = end == 0 ? List.of() : new ArrayList<>();
        int start = 0;
        for (int at = 0; at < end; at++) {
            if (scratch.buffer.get(at) == 0) {
                byte[] name = new byte[at - start];
                scratch.buffer.get(start, name);
                names.add(RawName.of(name));
                start = at + 1;
            }
        }
        return names;
    }

    /** The value, or null where the attribute went away meanwhile. */
    public byte[] get(String name) throws IOException {
        Scratch scratch = Scratch.own();
        long length = lgetxattr(entry, RawName.terminated(name), scratch.address, Scratch.BYTES);
        if (length == -1 && Native.getLastError() == ErrnoException.ENODATA) {
            return null;
        }
        return scratch.copy((int)
                Libc.check(length, "read attribute " + RawName.display(name) + " of", new Directory.Shown(shown)));
    }

    /** All of them, sorted by name. */
    public Map<String, byte[]> all() throws IOException {
        List<String> names = names();
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, byte[]> all = new TreeMap<>();
        for (String name : names) {
            byte[] value = get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        return all;
    }

    public void set(String name, byte[] value) throws IOException {
        int result = lsetxattr(entry, RawName.terminated(name), value, value.length, 0);
        Libc.check(result, "set attribute " + RawName.display(name) + " of", new Directory.Shown(shown));
    }

    public void remove(String name) throws IOException {
        int result = lremovexattr(entry, RawName.terminated(name));
        Libc.check(result, "remove attribute " + RawName.display(name) + " of", new Directory.Shown(shown));
    }
}
