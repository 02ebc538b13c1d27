#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures credit checks of many codes in one call.

usage: many.py [--records N] [--subjects N] [--codes N] [--runs N]
               [--clients N] [--dir DIR]

A database of so many organisations is made by the program itself (kept for
the next run while the program is the same, and shared with check.py). curl
sends a file of --codes codes, drawn at random and in no order for each turn
anew, with a token and reads the whole answer; --clients of them at once. Timed is the call as
its sender sees it: from the connection to the last byte, each portion of
which left when its trace was sealed and durable. Then both logs are
verified. Prints a table and writes DIR/many.json; fails when something
cannot be run or an answer is wrong, never because of a time.
"""
import json
import os
import random
import statistics
import subprocess
import sys
import time

import check
import web
from run import Failed


def send(port, token, path, kind, out):
    address = (f"http://127.0.0.1:{port}/v1/checks?matter={check.MATTER}"
               "&purpose=bench&case=bench-1")
    return subprocess.Popen(
        ["curl", "-sS", "--fail-with-body", "-o", out, "-H",
         f"Authorization: Bearer {token}", "-H", "Content-Type: text/plain",
         "-H", f"Accept: {kind}", "-H", "Expect:", "--data-binary",
         "@" + path, address], stderr=subprocess.PIPE)


def look_at(out, kind, codes):
    """What the answer says in its sum."""
    with open(out, encoding="utf-8") as file:
        if kind == "application/jsonl":
            lines = file.read().splitlines()
            told, rows = json.loads(lines[-1])["sum"], len(lines) - 2
        else:
            made = json.load(file)
            told, rows = made["sum"], len(made["checks"])
    if told["answered"] != codes or rows != codes:
        raise Failed(f"a wrong answer: {told}, {rows} rows")
    return told


def one_turn(site, token, paths, kind, place, codes):
    outs = [os.path.join(place, f"answer-{i}") for i in range(len(paths))]
    start = time.monotonic()
    running = [send(site.port, token, p, kind, o)
               for p, o in zip(paths, outs)]
    for one in running:
        if one.wait():
            raise Failed(one.stderr.read().decode())
    seconds = time.monotonic() - start
    told = [look_at(o, kind, codes) for o in outs]
    return {"seconds": seconds, "per_second": codes * len(paths) / seconds,
            "bytes": os.path.getsize(outs[0]),
            "applies": sum(t["applies"] for t in told)}


def write_codes(args, draw, everyone, place):
    """A list for each client, of others than in the turn before."""
    paths = []
    for i in range(args.clients):
        paths.append(os.path.join(place, f"codes-{i}"))
        with open(paths[-1], "w", encoding="ascii") as file:
            file.write("\n".join(draw.sample(everyone, args.codes)) + "\n")
    return paths


def measure(args, folder, subjects, place):
    draw = random.Random(2)
    everyone = sorted(subjects)
    before = check.count_uses(folder)
    site = web.Site(folder, place)
    results, peak = {}, 0
    try:
        site.wait_ready()
        token = check.make_token(folder)
        for kind in ("application/jsonl", "application/json"):
            results[kind] = []
            for turn in range(args.runs + 1):
                paths = write_codes(args, draw, everyone, place)
                told = one_turn(site, token, paths, kind, place, args.codes)
                if turn > 0:  # the first one warms
                    results[kind].append(told)
                peak = max(peak, site.server.memory_bytes())
    finally:
        site.server.stop()
    start = time.monotonic()
    made = check.count_uses(folder) - before
    return results, {"uses": made, "memory_bytes": peak,
                     "verify_seconds": time.monotonic() - start}


def show(args, results, subjects, after):
    print(f"\nchecks of {args.codes:,} of {subjects:,} organisations in one "
          f"call, {args.clients} at once\n{'':20}{'a second':>12}"
          f"{'seconds':>10}{'megabytes':>11}{'something applies to':>22}")
    for kind, runs in results.items():
        one = {k: statistics.median(r[k] for r in runs) for k in runs[0]}
        print(f"{kind:20}{one['per_second']:12,.0f}{one['seconds']:10.2f}"
              f"{one['bytes'] / 1e6:11.1f}{one['applies']:22,.0f}")
    print(f"the server held {after['memory_bytes'] / 2**20:.0f} MiB after a call; both "
          f"logs verify afterwards, with {after['uses']} more uses, in "
          f"{after['verify_seconds']:.1f} s")


def run(args, folder, subjects, place):
    results, after = measure(args, folder, subjects, place)
    show(args, results, len(subjects), after)
    return {"results": results, "after": after}


if __name__ == "__main__":
    sys.exit(check.over_register(sys.argv, __doc__, "many",
                                 {"runs": 5, "clients": 1}, run))
