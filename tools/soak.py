#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Break the program for a while and look whether anything was lost.

usage: soak.py       SOAK_SECONDS=600  SOAK_SEED=(from the clock, printed)

Each round takes a new data directory and new example files and, file by
file, does one of:

    kill    submits with kill -9 of the whole process group at a random
            moment; the log must verify, and the same submit then works
    race    submits two files at once; both end by themselves, the log
            verifies
    flip    turns over one random bit of a tile or of the database; verify
            must refuse, and accept again once the bit is turned back

Stops at the first wrong outcome, keeps the directory and says how to
replay.
"""
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import sources

PROGRAM = os.environ.get("GONGXIN",
                         os.path.join(sources.ROOT, "build", "gongxin"))
DONE = (0, 1)  # 1: done, with refusals


class Wrong(Exception):
    """An outcome that must not be."""


def start(*arguments):
    return subprocess.Popen([PROGRAM, *arguments], start_new_session=True,
                            stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def run(expected, *arguments):
    """Seconds it took; Wrong unless it ends with an expected code."""
    began = time.monotonic()
    process = start(*arguments)
    output, _ = process.communicate(timeout=600)
    if process.returncode not in expected:
        raise Wrong(f"exit {process.returncode}, not "
                    f"{' or '.join(map(str, expected))}: gongxin "
                    f"{' '.join(arguments)}\n{output}")
    return time.monotonic() - began


def verify(data, expected=(0,)):
    run(expected, "verify", "--all", "--data", data)


class Round:
    def __init__(self, chance):
        self.chance = chance
        self.folder = tempfile.mkdtemp(prefix="gx-soak-")
        self.data = os.path.join(self.folder, "data")
        self.files = os.path.join(self.folder, "files")
        self.seconds = 0.5  # what the last whole submit took
        self.counts = {"kill": 0, "race": 0, "flip": 0}

    def prepare(self):
        run((0,), "init", "--data", self.data, "--city", "rizhao")
        run((0,), "demo", self.files, "--subjects", "500", "--records",
            str(self.chance.randint(2000, 20000)), "--seed",
            str(self.chance.randrange(1 << 31)))
        with open(os.path.join(self.files, "manifest.tsv"),
                  encoding="utf-8") as file:
            return [line.rstrip("\n").split("\t") for line in file]

    def submit_arguments(self, entry):
        name, item, department, _ = entry
        return ("submit", "--data", self.data, "--item", item, "--from",
                department, os.path.join(self.files, name))

    def submit(self, entry):
        self.seconds = run(DONE, *self.submit_arguments(entry))

    def kill(self, entry):
        process = start(*self.submit_arguments(entry))
        time.sleep(self.chance.uniform(0, self.seconds * 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        verify(self.data)
        self.submit(entry)

    def race(self, entry, other):
        both = [start(*self.submit_arguments(e)) for e in (entry, other)]
        for process in both:
            output, _ = process.communicate(timeout=600)
            # 2: the other one had the lock longer than this one waits.
            if process.returncode not in (0, 1, 2):
                raise Wrong(f"race: exit {process.returncode}\n{output}")
        if all(p.returncode == 2 for p in both):
            raise Wrong("race: neither of two submits was done")
        verify(self.data)
        self.submit(entry)
        self.submit(other)

    def flip(self):
        paths = [p for p in glob.glob(f"{self.data}/**", recursive=True)
                 if os.path.isfile(p) and os.path.getsize(p)
                 and ("/tile/" in p or p.endswith((".db", ".sqlite")))]
        path = self.chance.choice(sorted(paths))
        at = self.chance.randrange(os.path.getsize(path))
        bit = 1 << self.chance.randrange(8)
        flip_bit(path, at, bit)
        try:
            verify(self.data, (1,))
        except Wrong as e:
            raise Wrong(f"bit {bit:#04x} of byte {at} of {path} turned "
                        f"over\n{e}") from e
        flip_bit(path, at, bit)
        verify(self.data)

    def play(self, deadline):
        entries = self.prepare()
        self.submit(entries[0])
        for entry in entries[1:]:
            if time.monotonic() > deadline:
                break
            what = self.chance.choice(["kill", "kill", "race", "flip"])
            self.counts[what] += 1
            if what == "kill":
                self.kill(entry)
            elif what == "race":
                self.race(entry, self.chance.choice(entries))
            else:
                self.submit(entry)
                self.flip()
        verify(self.data)
        shutil.rmtree(self.folder)


def flip_bit(path, at, bit):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ bit]))


def main():
    seconds = int(os.environ.get("SOAK_SECONDS", "600"))
    seed = int(os.environ.get("SOAK_SEED", str(time.time_ns() % 1000000007)))
    print(f"soak: {seconds} seconds, SOAK_SEED={seed}", flush=True)
    chance, rounds = random.Random(seed), 0
    total = {"kill": 0, "race": 0, "flip": 0}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        current = Round(chance)
        try:
            current.play(deadline)
        except (Wrong, subprocess.TimeoutExpired) as e:
            print(f"WRONG in round {rounds + 1} (SOAK_SEED={seed}), "
                  f"directory {current.folder} stays:\n{e}")
            return 1
        rounds += 1
        for what, count in current.counts.items():
            total[what] += count
    print(f"{rounds} rounds: {total['kill']} kills, {total['race']} races, "
          f"{total['flip']} flips; nothing lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
