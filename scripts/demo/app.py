#!/usr/bin/env python3
"""A notebook with attachments: the little application that scripts/run keeps alive.

It knows nothing of State Manager but two environment variables: STATE_MANAGER_DATABASE (its SQLite database) and
STATE_MANAGER_ENV_DIR (where it puts uploaded files). Standard library only.

    GET  /                  the page
    GET  /notes             all notes as JSON
    POST /notes             a new note: form fields author, text and, if wanted, file
    GET  /files/<name>      an attachment
    GET  /health            200 when the database answers
"""

import argparse
import email.parser
import email.policy
import html
import json
import mimetypes
import os
import re
import signal
import sqlite3
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MAX_UPLOAD = 64 * 1024 * 1024
PAGE = Path(__file__).with_name("page.html")


class Notebook:
    """Notes in a SQLite database in WAL mode, attachments as plain files beside it."""

    def __init__(self, database: Path, files: Path):
        self.files = files
        files.mkdir(parents=True, exist_ok=True)
        database.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()
        self.db = sqlite3.connect(database, check_same_thread=False, isolation_level=None, timeout=10)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL,"
            " author TEXT NOT NULL, text TEXT NOT NULL, file TEXT)"
        )

    def add(self, author: str, text: str, name: str | None, content: bytes | None) -> int:
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                row = self.db.execute(
                    "INSERT INTO notes (time, author, text) VALUES (?, ?, ?) RETURNING id", (time.time(), author, text)
                ).fetchone()
                if name and content is not None:
                    # The file first, whole and under its final name: a note never names a file that is not there.
                    stored = f"{row['id']:04d}-{safe_name(name)}"
                    self.store(stored, content)
                    self.db.execute("UPDATE notes SET file = ? WHERE id = ?", (stored, row["id"]))
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            return row["id"]

    def store(self, name: str, content: bytes) -> None:
        temporary = self.files / f".{name}.new"
        temporary.write_bytes(content)
        temporary.rename(self.files / name)

    def all(self) -> list[dict]:
        with self.lock:
            return [dict(row) for row in self.db.execute("SELECT * FROM notes ORDER BY id")]

    def close(self) -> None:
        with self.lock:
            self.db.close()


def safe_name(name: str) -> str:
    """The last part of an uploaded name, with nothing in it that a file system could take amiss."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1])[-80:].lstrip(".") or "file"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    notebook: Notebook

    def do_GET(self) -> None:
        path = urllib.parse.urlsplit(self.path).path
        if path == "/":
            self.answer(200, render(self.notebook.all()).encode(), "text/html; charset=utf-8")
        elif path == "/notes":
            self.answer(200, json.dumps(self.notebook.all(), indent=1).encode(), "application/json")
        elif path == "/health":
            self.notebook.all()
            self.answer(200, b"ok\n", "text/plain")
        elif path.startswith("/files/"):
            self.attachment(urllib.parse.unquote(path[len("/files/"):]))
        else:
            self.answer(404, b"not found\n", "text/plain")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/notes":
            self.close_connection = True
            self.answer(404, b"not found\n", "text/plain")
        elif length > MAX_UPLOAD:
            self.close_connection = True
            self.answer(413, b"too large\n", "text/plain")
        else:
            fields = parse_form(self.headers.get("Content-Type", ""), self.rfile.read(length))
            text = fields.get("text", ("", b""))[1].decode().strip()
            author = fields.get("author", ("", b""))[1].decode().strip() or "somebody"
            name, content = fields.get("file", (None, None))
            if not text:
                self.answer(400, b"a note needs a text\n", "text/plain")
                return
            self.notebook.add(author[:80], text[:4000], name, content)
            self.send_response(303)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def attachment(self, name: str) -> None:
        file = self.notebook.files / name
        if name != safe_name(name) or not file.is_file():
            self.answer(404, b"not found\n", "text/plain")
            return
        # Only pictures are shown; all else is handed out as a file, so an upload can never act as a page of ours.
        kind = mimetypes.guess_type(name)[0] or ""
        picture = kind in ("image/png", "image/jpeg", "image/gif", "image/webp")
        self.answer(200, file.read_bytes(), kind if picture else "application/octet-stream")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args) -> None:
        print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}", flush=True)


def parse_form(kind: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    """The fields of a form as {field: (file name, content)}, whichever of the two encodings the browser chose."""
    if not kind.startswith("multipart/form-data"):
        return {key: (None, value.encode()) for key, value in urllib.parse.parse_qsl(body.decode())}
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if name:
            fields[name] = (part.get_filename(), part.get_payload(decode=True))
    return fields


def render(notes: list[dict]) -> str:
    items = "\n".join(render_note(note) for note in reversed(notes)) or "<p class=empty>No notes yet.</p>"
    return PAGE.read_text().replace("<!-- notes -->", items).replace("<!-- count -->", str(len(notes)))


def render_note(note: dict) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(note["time"]))
    attachment = ""
    if note["file"]:
        link = "/files/" + urllib.parse.quote(note["file"])
        shown = html.escape(note["file"])
        picture = (mimetypes.guess_type(note["file"])[0] or "").startswith("image/")
        inner = f'<img src="{link}" alt="{shown}">' if picture else shown
        attachment = f'<p><a href="{link}">{inner}</a></p>'
    return (
        f"<article><header><b>{html.escape(note['author'])}</b> <time>{when}</time></header>"
        f"<p>{html.escape(note['text'])}</p>{attachment}</article>"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="A notebook with attachments.")
    parser.add_argument("--port", type=int, default=8081)
    options = parser.parse_args()
    home = Path(os.environ.get("STATE_MANAGER_ENV_DIR", "env"))
    database = Path(os.environ.get("STATE_MANAGER_DATABASE", home / "db" / "app.sqlite"))
    Handler.notebook = Notebook(database, home / "uploads")
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    # shutdown() waits for the serving loop, which is this thread's: so another thread says it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"notebook: {len(Handler.notebook.all())} notes in {database}, port {options.port}", flush=True)
    server.serve_forever()
    server.server_close()
    Handler.notebook.close()
    sys.exit(0)


if __name__ == "__main__":
    main()
