#!/usr/bin/env python3
"""Does a Dockerfile's steps without a Docker engine: each stage is a copy of a given root, RUN is a chroot.

    dockerfile.py DOCKERFILE CONTEXT BASE WORK

BASE is an unpacked root of the one image that the file's stages begin with; the stages appear as WORK/0, WORK/1, … Where all
steps have passed, the last stage's entry point is started in it with a command of its own and its health check is run until
it passes. It builds no image. Must run as root, in a mount and PID namespace of its own (see scripts/fresh-root).
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Stage:
    """One FROM with the state that the instructions after it change."""

    def __init__(self, root: Path, base: Path):
        self.root = root
        self.workdir = "/"
        self.env = {"PATH": PATH, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        self.entrypoint: list[str] = []
        self.healthcheck: list[str] = []
        run(["cp", "-a", "--reflink=auto", str(base), str(root)])
        for name, kind in (("proc", "proc"), ("dev", None)):
            if kind:
                run(["mount", "-t", kind, kind, str(root / name)])
            else:
                run(["mount", "--rbind", f"/{name}", str(root / name)])

    def command(self, words: list[str]) -> list[str]:
        inner = f"cd {shlex.quote(self.workdir)} && exec " + shlex.join(words)
        variables = [f"{key}={value}" for key, value in self.env.items()]
        return ["chroot", str(self.root), "/usr/bin/env", "-i", *variables, "/bin/sh", "-c", inner]

    def inside(self, path: str) -> Path:
        return self.root / os.path.join(self.workdir, path).lstrip("/")


def run(words: list[str]) -> None:
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def instructions(text: str):
    """Each instruction with its continuation lines joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    for line in joined.splitlines():
        if line.strip():
            keyword, _, rest = line.strip().partition(" ")
            yield keyword.upper(), rest.strip()


def words_of(rest: str) -> list[str]:
    return json.loads(rest) if rest.startswith("[") else ["/bin/sh", "-c", rest]


def copy(stage: Stage, rest: str, context: Path, stages: dict[str, Stage]) -> None:
    words = shlex.split(rest)
    source_root = context
    if words[0].startswith("--from="):
        source_root = stages[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    destination = stage.inside(target)
    for source in sources:
        origin = source_root / source.lstrip("/")
        # A folder's content is copied, a file goes by its name into a folder; times are kept, as Docker does.
        into = destination if origin.is_dir() or not target.endswith("/") else destination / origin.name
        (into if origin.is_dir() else into.parent).mkdir(parents=True, exist_ok=True)
        run(["cp", "-a", f"{origin}/." if origin.is_dir() else str(origin), str(into)])


def step(stage: Stage, keyword: str, rest: str) -> None:
    if keyword == "RUN":
        run(stage.command(words_of(rest)))
    elif keyword == "WORKDIR":
        stage.workdir = os.path.join(stage.workdir, rest)
        stage.inside("").mkdir(parents=True, exist_ok=True)
    elif keyword == "ENV":
        stage.env.update(pair.split("=", 1) for pair in shlex.split(rest))
    elif keyword == "VOLUME":
        for path in json.loads(rest):
            stage.inside(path).mkdir(parents=True, exist_ok=True)
    elif keyword == "ENTRYPOINT":
        stage.entrypoint = json.loads(rest)
    elif keyword == "HEALTHCHECK":
        stage.healthcheck = json.loads(rest.partition("CMD ")[2])
    elif keyword not in ("EXPOSE", "STOPSIGNAL"):
        sys.exit(f"{keyword}: this instruction is not known here")


def try_entrypoint(stage: Stage) -> None:
    """The container's life in short: process 1 starts, the health check passes, SIGTERM ends it with 0."""
    arguments = ["--listen", "127.0.0.1:0", "--", "sleep", "600"]
    process = subprocess.Popen(stage.command([*stage.entrypoint, *arguments]), stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while subprocess.run(stage.command(stage.healthcheck), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            sys.exit("the health check did not pass within 60 s")
        time.sleep(0.2)
    print("health check passed", flush=True)
    process.terminate()
    code = process.wait(timeout=120)
    print(f"SIGTERM: exit code {code}", flush=True)
    if code:
        sys.exit(1)


def main() -> None:
    file, context, base, work = map(Path, sys.argv[1:])
    stages: dict[str, Stage] = {}
    stage = None
    for keyword, rest in instructions(file.read_text()):
        print(f"--- {keyword} {rest}", flush=True)
        if keyword == "FROM":
            stage = Stage(work / str(len(stages)), base)
            stages[rest.partition(" AS ")[2] or str(len(stages))] = stage
        elif keyword == "COPY":
            copy(stage, rest, context, stages)
        else:
            step(stage, keyword, rest)
    try_entrypoint(stage)


if __name__ == "__main__":
    main()
