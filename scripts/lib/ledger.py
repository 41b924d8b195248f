#!/usr/bin/env python3
"""An application that writes to a large SQLite database, so that every state it was ever in can be told from its content.

    ledger.py fill DB --pages N      makes it: N rows of 4,000 bytes (26,000 make about 104 MB), WAL mode
    ledger.py write DB               writes one transaction after another until it is ended; prints each 100th
    ledger.py count DB               prints how many transactions the database holds
    ledger.py check DB               proves that the content is exactly that after some whole number of transactions

Transaction k overwrites 8 rows, appends one to a ledger, and deletes one from it: each a function of k alone. So the content
after k transactions is known from k, and check builds it anew, independently, and compares all of it; a torn, a mixed or a
half-restored state cannot pass.
"""

import argparse
import hashlib
import random
import sqlite3
import sys
import time
from pathlib import Path

ROW = 4000


def initial(row: int) -> bytes:
    return random.Random(row).randbytes(ROW)


def changes(k: int, pages: int) -> list[tuple[int, bytes]]:
    """Which rows transaction k overwrites, and with what."""
    source = random.Random(1_000_000_007 + k)
    return [(source.randrange(pages), source.randbytes(ROW)) for _ in range(8)]


def entry(k: int) -> tuple[int, str]:
    return k, hashlib.sha256(str(k).encode()).hexdigest() * (1 + k % 40)


def connect(path: Path, **options) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=30, **options)


def fill(path: Path, pages: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    db.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, content BLOB NOT NULL)")
    db.execute("CREATE TABLE ledger (k INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    db.execute("CREATE TABLE counter (k INTEGER NOT NULL, pages INTEGER NOT NULL)")
    db.execute("INSERT INTO counter VALUES (0, ?)", (pages,))
    db.executemany("INSERT INTO pages VALUES (?, ?)", ((row, initial(row)) for row in range(pages)))
    db.execute("COMMIT")
    db.close()


def transaction(db: sqlite3.Connection) -> int:
    db.execute("BEGIN IMMEDIATE")
    k, pages = db.execute("SELECT k, pages FROM counter").fetchone()
    k += 1
    for row, content in changes(k, pages):
        db.execute("UPDATE pages SET content = ? WHERE id = ?", (content, row))
    db.execute("INSERT INTO ledger VALUES (?, ?)", entry(k))
    # A file that only grows is the easy case: rows leave again.
    db.execute("DELETE FROM ledger WHERE k = ?", (k - 500,))
    db.execute("UPDATE counter SET k = ?", (k,))
    db.execute("COMMIT")
    return k


def write(path: Path, pause: float) -> None:
    db = connect(path)
    while True:
        k = transaction(db)
        if k % 100 == 0:
            print(f"transaction {k}", flush=True)
        time.sleep(pause)


def count(path: Path) -> int:
    db = connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute("SELECT k FROM counter").fetchone()[0]
    finally:
        db.close()


def check(path: Path) -> int:
    """Answers the number of transactions, or ends with what is wrong."""
    db = connect(f"file:{path}?mode=ro", uri=True)
    answer = db.execute("PRAGMA integrity_check").fetchall()
    if answer != [("ok",)]:
        sys.exit(f"integrity_check: {answer[:5]}")
    db.execute("BEGIN")
    k, pages = db.execute("SELECT k, pages FROM counter").fetchone()
    last: dict[int, int] = {}
    for done in range(1, k + 1):
        source = random.Random(1_000_000_007 + done)
        for _ in range(8):
            row = source.randrange(pages)
            source.randbytes(ROW)
            last[row] = done
    for row, content in db.execute("SELECT id, content FROM pages ORDER BY id"):
        wanted = initial(row) if row not in last else [c for r, c in changes(last[row], pages) if r == row][-1]
        if content != wanted:
            sys.exit(f"row {row} is not as it is after {k} transactions")
    rows = db.execute("SELECT count(*) FROM pages").fetchone()[0]
    if rows != pages:
        sys.exit(f"{rows} rows instead of {pages}")
    ledger = db.execute("SELECT k, text FROM ledger ORDER BY k").fetchall()
    if ledger != [entry(done) for done in range(max(1, k - 499), k + 1)]:
        sys.exit(f"the ledger is not as it is after {k} transactions")
    db.close()
    return k


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("fill", "write", "count", "check"))
    parser.add_argument("database", type=Path)
    parser.add_argument("--pages", type=int, default=26_000, help="rows of 4,000 bytes (fill)")
    parser.add_argument("--pause", type=float, default=0.005, help="seconds between transactions (write)")
    options = parser.parse_args()
    if options.action == "fill":
        fill(options.database, options.pages)
    elif options.action == "write":
        write(options.database, options.pause)
    elif options.action == "count":
        print(count(options.database))
    else:
        print(check(options.database))


if __name__ == "__main__":
    main()
