#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures credit checks beside PostgreSQL's own benchmark of reading a row.

usage: check.py [--records N] [--subjects N] [--codes N] [--runs N]
                [--seconds N] [--dir DIR]

A database of so many organisations is made by the program itself (kept for
the next run while the program is the same). wrk sends single checks with a
token over 32 connections; each answer leaves when its trace is sealed and
durable. The peer is `pgbench -S -M prepared` with 32 clients over a private
PostgreSQL with as many rows: it reads one row and writes nothing. Both on
this machine, in turns. Prints a table and writes DIR/check.json; fails when
something cannot be run or an answer is wrong, never because of a time.
"""
import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import web
from run import HERE, PROGRAM, Failed, machine
import private_pg

CONNECTIONS = web.CONNECTIONS
MATTER, DEPARTMENT = "government-procurement", "rizhao-finance"
TOKENS_RATE = 100_000


def make_token(folder):
    done = subprocess.run(
        [PROGRAM, "token", "add", "--data", folder, "--title", "bench",
         "--department", DEPARTMENT, "--can", "check", "--matters", MATTER,
         "--rate", str(TOKENS_RATE), "--json"],
        stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)["token"]


def request(code, number):
    """The line for load.lua."""
    body = {"code": code, "matter": MATTER, "purpose": "资格核查",
            "case": f"核{number:06d}"}
    return "/v1/checks\t" + json.dumps(body, ensure_ascii=False)


class Checks:
    name = "gongxin, single checks"

    def __init__(self, port, requests, token):
        self.port, self.requests, self.token = port, requests, token

    def run(self, seconds):
        told = web.load(self.port, self.requests, seconds, "application/json",
                        "Content-Type: application/json",
                        f"Authorization: Bearer {self.token}")
        return {"per_second": told["per_second"],
                "median_ms": told["p50_us"] / 1e3,
                "p99_ms": told["p99_us"] / 1e3}


class Pgbench:
    name = "pgbench -S -M prepared"

    def __init__(self, server, rows):
        self.server = server
        self.call("-i", "-q", "-s", str(max(1, rows // 100_000)))

    def call(self, *options):
        command = [os.path.join(private_pg.BIN, "pgbench"), "-h",
                   self.server.folder, "-U", "gongxin", *options, "postgres"]
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              **self.server.as_user())
        if done.returncode:
            raise Failed(f"pgbench failed:\n{done.stdout}")
        return done.stdout

    def run(self, seconds):
        told = self.call("-S", "-M", "prepared", "-n", "-c", str(CONNECTIONS),
                         "-j", "1", "-T", str(seconds))
        return {"per_second": float(re.search(r"tps = ([\d.]+)", told)[1]),
                "median_ms": float(
                    re.search(r"latency average = ([\d.]+)", told)[1])}


def count_uses(folder):
    done = subprocess.run([PROGRAM, "verify", "--all", "--data", folder,
                           "--json"], stdout=subprocess.PIPE, text=True,
                          check=False)
    told = json.loads(done.stdout)
    if not told.get("verified"):
        raise Failed(f"the logs do not verify:\n{done.stdout[:2000]}")
    return told["uses"]


def measure(args, folder, subjects, place):
    codes = random.Random(1).sample(sorted(subjects), args.codes)
    path = web.write_paths(place, "checks", map(request, codes, range(
        len(codes))))
    before = count_uses(folder)
    site = web.Site(folder, place)
    try:
        site.wait_ready()
        with private_pg.Server(folder=place) as server:
            peers = [Checks(site.port, path, make_token(folder)),
                     Pgbench(server, len(subjects))]
            results = {p.name: [] for p in peers}
            peers[0].run(2)  # warm, as pgbench's table is
            for _ in range(args.runs):
                for p in peers:
                    results[p.name].append(p.run(args.seconds))
    finally:
        site.server.stop()
    made = count_uses(folder) - before
    return results, made


def show(results, subjects, made):
    medians = {}
    print(f"\nsingle checks of {subjects:,} organisations, {CONNECTIONS} "
          "connections, each with a durable trace\n"
          f"{'':28}{'a second':>12}{'median':>12}{'p99':>12}")
    for name, runs in results.items():
        medians[name] = {k: statistics.median(r[k] for r in runs)
                         for k in runs[0]}
        m = medians[name]
        p99 = f"{m['p99_ms']:9.2f} ms" if "p99_ms" in m else ""
        print(f"{name:28}{m['per_second']:12,.0f}"
              f"{m['median_ms']:9.2f} ms{p99:>12}")
    a, b = (medians[n]["per_second"] for n in results)
    print(f"gongxin answers {a / b:.2f} times as many as pgbench reads rows; "
          f"both logs verify afterwards, with {made:,} more uses")
    return medians


def over_register(argv, doc, name, options, body):
    """Runs body(args, folder, subjects, place) over a register, which is made
    when there is none of this program, and writes what it returns to
    DIR/NAME.json. options: further ones with their values when not given."""
    p = argparse.ArgumentParser(description=doc.split("\n", maxsplit=1)[0])
    for option, value in {"records": 1_600_000, "subjects": 1_600_000,
                          "codes": 100_000, **options}.items():
        p.add_argument(f"--{option}", type=int, default=value)
    p.add_argument("--dir", default=os.path.join(HERE, "out"))
    args = p.parse_args(argv[1:])
    os.makedirs(args.dir, exist_ok=True)
    place = tempfile.mkdtemp(prefix=f"{name}-", dir=args.dir)
    os.chmod(place, 0o755)  # PostgreSQL is another user when we are root
    try:
        m = machine(place)
        print(f"{m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB, Linux "
              f"{m['kernel']}; a durable 4 KiB write takes {m['fsync_ms']} ms;"
              f" {args.runs} turns", flush=True)
        folder, table = web.make_database(args)
        subjects = web.read_subjects(table)
        told = body(args, folder, subjects, place)
        with open(os.path.join(args.dir, f"{name}.json"), "w",
                  encoding="utf-8") as file:
            json.dump({"machine": m, "subjects": len(subjects), **told}, file,
                      indent=1)
    except (Failed, private_pg.Failed) as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


def compare(args, folder, subjects, place):
    results, made = measure(args, folder, subjects, place)
    return {"results": results,
            "medians": show(results, len(subjects), made)}


if __name__ == "__main__":
    sys.exit(over_register(sys.argv, __doc__, "check",
                           {"runs": 3, "seconds": 8}, compare))
