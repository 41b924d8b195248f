#!/usr/bin/env python3
"""Tells everything about a tree that a restore has to bring back, one line an entry, sorted by path.

    manifest.py DIR [--exclude PATH]… > FILE     writes a manifest (PATH is relative to DIR)
    manifest.py --compare FILE FILE              exit 1, and the differences, where they differ

An entry: path, type, mode, owner, mtime in nanoseconds (for symbolic links too), size, content hash, extended attributes
(ACLs among them), link target, and for hard links the first path of the same inode. Directories have no size. Sockets and
device nodes are left out, as checkpoints leave them out. Paths are bytes: what is no printable ASCII is written %XX. The top
directory itself is no entry.
"""

import argparse
import hashlib
import os
import stat
import sys

TYPES = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo"}


def quote(raw: bytes) -> str:
    return "".join(chr(b) if 0x21 <= b <= 0x7E and b != 0x25 else f"%{b:02X}" for b in raw)


def content_hash(directory: int, name: bytes) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=directory)
    with open(descriptor, "rb", buffering=0) as file:
        buffer = bytearray(1 << 20)
        view = memoryview(buffer)
        while count := file.readinto(buffer):
            digest.update(view[:count])
    return digest.hexdigest()


def attributes(directory: int, name: bytes) -> str:
    """All extended attributes by name with their values' hashes; /proc lets a path of any length be named."""
    path = f"/proc/self/fd/{directory}/".encode() + name
    found = []
    for attribute in sorted(os.listxattr(path, follow_symlinks=False)):
        value = os.getxattr(path, attribute, follow_symlinks=False)
        found.append(f"{attribute}={hashlib.sha256(value).hexdigest()[:16]}:{len(value)}")
    return ",".join(found)


class Manifest:
    """One walk; directories are opened one in another, so that no path is too long."""

    def __init__(self, excluded: set[bytes]):
        self.excluded = excluded
        self.inodes: dict[tuple[int, int], bytes] = {}

    def walk(self, directory: int, prefix: bytes):
        for name in sorted(os.fsencode(entry) for entry in os.listdir(directory)):
            path = prefix + name
            if path in self.excluded:
                continue
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
            kind = TYPES.get(stat.S_IFMT(status.st_mode))
            if kind is None:
                continue
            yield path, self.entry(directory, name, path, status, kind)
            if kind == "directory":
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
                try:
                    yield from self.walk(inner, path + b"/")
                finally:
                    os.close(inner)

    def entry(self, directory: int, name: bytes, path: bytes, status: os.stat_result, kind: str) -> str:
        first = b""
        if kind != "directory" and status.st_nlink > 1:
            first = self.inodes.setdefault((status.st_dev, status.st_ino), path)
        return " ".join((
            quote(path),
            kind,
            f"{stat.S_IMODE(status.st_mode):04o}",
            f"{status.st_uid}:{status.st_gid}",
            str(status.st_mtime_ns),
            str(status.st_size) if kind == "file" else "-",
            content_hash(directory, name) if kind == "file" else "-",
            attributes(directory, name) or "-",
            quote(os.readlink(name, dir_fd=directory)) if kind == "symlink" else "-",
            quote(first) or "-",
        ))


FIELDS = ("path", "type", "mode", "owner", "mtime", "size", "content", "xattrs", "target", "hard link of")


def read(path: str) -> dict[str, str]:
    with open(path) as file:
        return {line.split(" ", 1)[0]: line.rstrip("\n") for line in file}


def compare(one: str, other: str) -> int:
    """Says what differs, field by field; answers the number of entries that differ."""
    left, right = read(one), read(other)
    differing = 0
    for path in sorted(left.keys() | right.keys()):
        if left.get(path) == right.get(path):
            continue
        differing += 1
        if differing > 50:
            continue
        if path not in right:
            print(f"only in {one}: {left[path][:300]}")
        elif path not in left:
            print(f"only in {other}: {right[path][:300]}")
        else:
            for field, a, b in zip(FIELDS, left[path].split(" "), right[path].split(" ")):
                if a != b:
                    print(f"{path[:300]}: {field} {a[:300]} is {b[:300]}")
    if differing:
        print(f"{differing} of {len(left.keys() | right.keys())} entries differ")
    return differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compare", nargs=2, metavar="FILE")
    parser.add_argument("--exclude", action="append", default=[], metavar="PATH")
    parser.add_argument("directory", nargs="?")
    options = parser.parse_args()
    if options.compare:
        sys.exit(1 if compare(*options.compare) else 0)
    sys.setrecursionlimit(10_000)
    top = os.open(options.directory, os.O_RDONLY | os.O_DIRECTORY)
    for _, line in Manifest({os.fsencode(path) for path in options.exclude}).walk(top, b""):
        print(line)


if __name__ == "__main__":
    main()
