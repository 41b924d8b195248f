#!/usr/bin/env python3
"""Makes files of every awkward kind below a directory: what a checkpoint must bring back byte by byte, or leave out knowingly.

    awkward.py DIR [--seed N]

What the file system or the user's rights refuse (owners and device nodes without root, attributes on some file systems) is
named on standard error and left out.
"""

import argparse
import os
import random
import socket
import sqlite3
import stat
import struct
import sys
from pathlib import Path

KIB, MIB = 1024, 1024 * 1024


def attempt(what: str, action, *arguments, **keywords) -> None:
    """Does what not every place permits."""
    try:
        action(*arguments, **keywords)
    except OSError as refused:
        print(f"left out: {what}: {os.strerror(refused.errno)}", file=sys.stderr)


class Awkward:
    def __init__(self, top: Path, seed: int):
        self.top = top
        self.random = random.Random(seed)

    def folder(self, name: str) -> Path:
        path = self.top / name
        path.mkdir(parents=True)
        return path

    def names(self) -> None:
        """Names: any byte but / and NUL, up to 255 of them."""
        folder = os.fsencode(self.folder("names"))
        for name in (
            b"with space", b" leading", b"trailing ", b"trailing.", b"-rf", b"--help", b"new\nline", b"tab\there", b"bell\x07",
            b"quote\"'`", b"back\\slash", b"glob*?[a]", b"$(dollar)", b"percent%2F", b"colon:semi;comma,", b".hidden", b"...", b"~", b"#",
            "grün-ключ-データ-😀".encode(), "e\u0301-decomposed".encode(), "\u00e9-composed".encode(), b"invalid-\xff\xfe\x80", b"\xc3(",
            b"x" * 255, "ü".encode() * 127, b"UPPER", b"upper", b"CON", b"a", b"a-", b"a.b", b"a0",
        ):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(name)
        os.mkdir(os.path.join(folder, b"folder \xff\n"))
        with open(os.path.join(folder, b"folder \xff\n", b"inside"), "wb") as file:
            file.write(b"inside")

    def deep(self) -> None:
        """A path nearly as long as one may be (4,096 bytes, with what lies above it)."""
        here = os.open(self.folder("deep"), os.O_RDONLY)
        for _ in range(17):
            os.mkdir("d" * 200, dir_fd=here)
            inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        with open(os.open("bottom", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=here), "wb") as file:
            file.write(b"three thousand bytes down")
        os.close(here)

    def sizes(self) -> None:
        """Around pages, and around the chunker's smallest and largest chunk."""
        folder = self.folder("sizes")
        for size in (0, 1, 63, 64, 65, 4095, 4096, 4097, 512 * KIB - 1, 512 * KIB, 512 * KIB + 1, MIB, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 20 * MIB):
            (folder / f"random-{size}").write_bytes(self.random.randbytes(size))
        (folder / "zeros").write_bytes(bytes(9 * MIB))
        (folder / "text").write_text("All work and no play makes Jack a dull boy.\n" * 200_000)
        same = self.random.randbytes(3 * MIB)
        (folder / "same-1").write_bytes(same)
        (folder / "same-2").write_bytes(same)
        (folder / "same-shifted").write_bytes(b"shift" + same)

    def sparse(self) -> None:
        """Holes at the beginning, in between, at the end, and nothing else."""
        folder = self.folder("sparse")
        for name, size, data in (
            ("all-hole", 300 * MIB, ()),
            ("begins", 40 * MIB, (39 * MIB,)),
            ("ends", 40 * MIB, (0,)),
            ("between", 60 * MIB, (0, 30 * MIB + 5, 59 * MIB)),
            ("one-byte", MIB + 1, (MIB,)),
        ):
            with open(folder / name, "wb") as file:
                for offset in data:
                    file.seek(offset)
                    file.write(self.random.randbytes(min(5000, size - offset)))
                file.truncate(size)

    def links(self) -> None:
        folder = self.folder("links")
        (folder / "target").write_text("target")
        (folder / "directory").mkdir()
        (folder / "directory" / "inside").write_text("inside")
        for name, target in (
            ("relative", "target"), ("up", "../sizes/zeros"), ("absolute", "/etc/hostname"), ("dangling", "nowhere"), ("loop", "loop"),
            ("to-directory", "directory"), ("to-root", "/"), ("dots", "./../links/./target"), ("newline", "a\nb"), ("long", "x/" * 2000 + "y"), ("slash", "directory/"),
        ):
            os.symlink(target, folder / name)
        os.symlink(b"invalid-\xff", os.fsencode(folder / "bytes"))
        os.link(folder / "target", folder / "hard-1")
        os.link(folder / "target", folder / "directory" / "hard-2")
        os.link(folder / "relative", folder / "hard-symlink", follow_symlinks=False)
        (folder / "large").write_bytes(self.random.randbytes(2 * MIB))
        os.link(folder / "large", self.top / "aaa-large-by-another-name")

    def modes(self) -> None:
        folder = self.folder("modes")
        for mode in (0o000, 0o200, 0o400, 0o444, 0o600, 0o755, 0o777, 0o1777, 0o2755, 0o4755, 0o6711, 0o7777):
            file = folder / f"file-{mode:04o}"
            file.write_text(f"{mode:04o}")
            file.chmod(mode)
            directory = folder / f"directory-{mode:04o}"
            directory.mkdir()
            if os.geteuid() == 0:
                (directory / "inside").write_text("inside")
                directory.chmod(mode)
            else:
                directory.chmod(mode | 0o700)
        for owner in ((1000, 1000), (12345, 54321), (65534, 65534), (4_000_000_000, 4_000_000_001)):
            for name in (f"owner-{owner[0]}", f"link-{owner[0]}"):
                if name.startswith("link"):
                    os.symlink("nowhere", folder / name)
                else:
                    (folder / name).write_text("owned")
                attempt(f"owner {owner[0]}", os.chown, folder / name, *owner, follow_symlinks=False)
        # After its owner is set: chown drops these bits.
        (folder / "owned-setuid").write_text("owned")
        attempt("owner 1000", os.chown, folder / "owned-setuid", 1000, 1000)
        (folder / "owned-setuid").chmod(0o6755)

    def attributes(self) -> None:
        folder = self.folder("attributes")
        file = folder / "file"
        file.write_text("with attributes")
        for name, value in (("user.plain", b"value"), ("user.empty", b""), ("user.binary", bytes(range(256))), ("user.large", b"v" * 2500), ("user.grün", b"name")):
            attempt(f"attribute {name}", os.setxattr, file, name, value)
        directory = folder / "directory"
        directory.mkdir()
        attempt("attribute of a directory", os.setxattr, directory, "user.of", b"directory")
        attempt("trusted attribute", os.setxattr, file, "trusted.some", b"for root only")
        os.symlink("file", folder / "link")
        attempt("attribute of a link", os.setxattr, folder / "link", "trusted.link", b"of the link", follow_symlinks=False)
        # cap_net_bind_service=ep, as setcap writes it.
        (folder / "capability").write_text("#!/bin/sh\n")
        attempt("file capability", os.setxattr, folder / "capability", "security.capability", struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0))
        # user::rw- user:12345:rwx group::r-- mask::rwx other::---, and the same as a directory's default.
        acl = struct.pack("<I", 2) + b"".join(
            struct.pack("<HHI", tag, perm, who) for tag, perm, who in
            ((1, 6, 0xFFFFFFFF), (2, 7, 12345), (4, 4, 0xFFFFFFFF), (0x10, 7, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF)))
        (folder / "acl").write_text("access list")
        attempt("access list", os.setxattr, folder / "acl", "system.posix_acl_access", acl)
        attempt("default access list", os.setxattr, directory, "system.posix_acl_default", acl)

    def special(self) -> None:
        folder = self.folder("special")
        os.mkfifo(folder / "fifo", 0o640)
        os.mkfifo(folder / "fifo-times")
        os.link(folder / "fifo", folder / "fifo-hard")
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.getcwd()
            os.chdir(folder)
            listener.bind("socket")
            os.chdir(here)
        attempt("device node", os.mknod, folder / "null", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        (folder / "empty-directory").mkdir()

    def databases(self) -> None:
        """What looks like a database and is none, and databases that no replica can hold."""
        folder = self.folder("databases")
        (folder / "only-a-header.db").write_bytes(b"SQLite format 3\0")
        (folder / "only-a-name.sqlite").write_bytes(b"this is no database\n" * 500)
        (folder / "letter-wal").write_text("not a write-ahead log")
        (folder / "empty.db").write_bytes(b"")
        with sqlite3.connect(folder / "rollback.db") as plain:
            plain.execute("PRAGMA journal_mode = DELETE")
            plain.execute("CREATE TABLE t (x)")
            plain.executemany("INSERT INTO t VALUES (?)", [(self.random.random(),) for _ in range(1000)])
        plain.close()

    def times(self) -> None:
        """Last, since everything else changes times: before 1970, after 2038, and every digit of a nanosecond."""
        folder = self.folder("times")
        stamps = (0, 1, -1, -1_000_000_000, -1_234_567_890_123_456_789, 1_000_000_000_123_456_789, 1_700_000_000_999_999_999, 4_102_444_800_000_000_001)
        for index, stamp in enumerate(stamps):
            (folder / f"file-{index}").write_text(str(stamp))
            (folder / f"directory-{index}").mkdir()
            os.symlink("nowhere", folder / f"link-{index}")
            for name in (f"file-{index}", f"directory-{index}", f"link-{index}"):
                os.utime(folder / name, ns=(stamp, stamp), follow_symlinks=False)
        os.utime(self.top / "special" / "fifo-times", ns=(7, 123_456_789))
        os.utime(folder, ns=(5, 987_654_321))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    tree = Awkward(options.directory, options.seed)
    for make in (tree.names, tree.deep, tree.sizes, tree.sparse, tree.links, tree.modes, tree.attributes, tree.special, tree.databases, tree.times):
        make()


if __name__ == "__main__":
    main()
