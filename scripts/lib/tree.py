#!/usr/bin/env python3
"""Makes the tree that checkpoints are measured on: 100,000 files in 11,000 directories, about 700 MB, the same for one seed.

    tree.py DIR [--seed N] [--scale S]      S = 1 by default; 0.01 makes 1,000 files in 110 directories

Sizes are log-normal (median 1.5 KB, the largest some MB), as source trees and package caches have them. Half of the files are
text of a small vocabulary, which compresses, half are random bytes; one in twenty is a copy of another.
"""

import argparse
import os
import random
from pathlib import Path

FILES, DIRECTORIES, BYTES = 100_000, 11_000, 700_000_000


def directories(top: Path, count: int) -> list[Path]:
    """A tree of fan-out ten, filled level by level, so that files lie at depths one to five."""
    made = [top]
    for parent in made:
        for child in range(10):
            if len(made) > count:
                return made[1:]
            path = parent / f"d{child}"
            path.mkdir(parents=True)
            made.append(path)
    return made[1:]


def sizes(source: random.Random, count: int, total: int) -> list[int]:
    drawn = [min(source.lognormvariate(7.3, 1.75), 8_000_000) for _ in range(count)]
    factor = total / sum(drawn)
    return [int(size * factor) for size in drawn]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1)
    options = parser.parse_args()
    source = random.Random(options.seed)
    files = int(FILES * options.scale)
    places = directories(options.directory, int(DIRECTORIES * options.scale))
    words = [source.randbytes(source.randint(2, 9)).hex().encode() for _ in range(4000)]
    text = b" ".join(source.choices(words, k=1_500_000))
    noise = source.randbytes(32 * 1024 * 1024)
    contents = b""
    written = 0
    for index, size in enumerate(sizes(source, files, int(BYTES * options.scale))):
        if index % 20 != 19:
            pool = text if index % 2 else noise
            start = source.randrange(max(1, len(pool) - size))
            # The number makes each file its own.
            contents = b"%d " % index + pool[start : start + size]
        name = places[index % len(places)] / f"f{index:06d}{'.txt' if index % 2 else '.bin'}"
        with open(name, "wb") as file:
            file.write(contents)
        written += len(contents)
        stamp = 1_600_000_000_000_000_000 + source.randrange(10**17)
        os.utime(name, ns=(stamp, stamp))
    print(f"{files} files, {len(places)} directories, {written} bytes")


if __name__ == "__main__":
    main()
