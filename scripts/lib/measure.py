#!/usr/bin/env python3
"""Measures programs from outside.

    measure.py run COMMAND…              runs it; prints seconds, CPU seconds, peak memory in MB
    measure.py first-answer PORT COMMAND…  starts it; prints the milliseconds to the first HTTP answer at PORT and the CPU
                                         milliseconds it took, then ends it (SIGTERM)
    measure.py usage PID                 prints CPU seconds so far and the peak memory in MB since the last reset
    measure.py reset PID                 forgets the peak
    measure.py rest PID                  prints the resident memory in MB now
    measure.py medians                   reads lines "name | value…" and prints each name's medians, with least and most
"""

import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


def status(pid: str, key: str) -> float:
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1000
    sys.exit(f"process {pid} tells no {key}")


def cpu(pid: int | str) -> float:
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def run(command: list[str]) -> None:
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    wall = time.monotonic() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{wall:.2f} {used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss / 1000:.0f}")


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: fly-app-controller\r\nConnection: close\r\n\r\n")
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def first_answer(port: int, command: list[str]) -> None:
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        while not answers(port):
            if process.poll() is not None or time.monotonic() - begin > 60:
                sys.exit("no answer")
            time.sleep(0.002)
        wall = time.monotonic() - begin
        print(f"{wall * 1000:.0f} {cpu(process.pid) * 1000:.0f}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def medians() -> None:
    rows: dict[str, list[list[float]]] = {}
    for line in sys.stdin:
        name, _, values = line.partition("|")
        rows.setdefault(name.strip(), []).append([float(value) for value in values.split()])
    for name, runs in rows.items():
        columns = [f"{statistics.median(column):g} ({min(column):g}–{max(column):g})" for column in zip(*runs)]
        print(f"| {name} | " + " | ".join(columns) + f" | {len(runs)} |")


def main() -> None:
    action, arguments = sys.argv[1], sys.argv[2:]
    if action == "run":
        run(arguments)
    elif action == "first-answer":
        first_answer(int(arguments[0]), arguments[1:])
    elif action == "usage":
        print(f"{cpu(arguments[0]):.2f} {status(arguments[0], 'VmHWM'):.0f}")
    elif action == "reset":
        with open(f"/proc/{arguments[0]}/clear_refs", "w") as file:
            file.write("5")
    elif action == "rest":
        print(f"{status(arguments[0], 'VmRSS'):.0f}")
    elif action == "medians":
        medians()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
