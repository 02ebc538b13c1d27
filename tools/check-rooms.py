#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that a room includes only rooms below it, headers first, and that
one room reads the wall clock.

usage: check-rooms.py

The order is that of docs/architecture.md. An include of a higher room is an
error, and so is a folder under src/ that has no place in the order. x.c
includes ROOM/x.h first (x_priv.h when there is no x.h), so that each header
is known to compile alone. A lower room reaches a higher one only through a
function pointer it was given. The wall clock is read in one place (R-CAL-004);
tests may look at it.
"""
import re
import sys

import sources

ROOMS = ["base", "ident", "calendar", "tlog", "fetch", "store", "ledger",
         "catalog", "registry", "intake", "publication", "standing", "cases",
         "usage", "people", "oidc", "http", "api", "demo", "web", "proc",
         "cli"]
CLOCK = "src/calendar/clock.c"
WALL_CLOCK = re.compile(r"\bCLOCK_REALTIME\b|"
                        r"\b(gettimeofday|localtime|timespec_get)\(|"
                        r"\btime\((NULL|0|&\w+)\)")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]')


def includes(text):
    """(line, quote, path) of each include outside comments."""
    bare = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.DOTALL)
    for number, line in enumerate(bare.split("\n"), 1):
        m = INCLUDE.match(line)
        if m:
            yield number, m.group(1), m.group(2)


def check_order(path, room, found):
    for line, quote, target in found:
        other = target.split("/")[0]
        if quote != '"' or other not in ROOMS or "/" not in target:
            continue
        if ROOMS.index(other) > ROOMS.index(room):
            yield (f"{path}:{line}: {room} includes \"{target}\", which is "
                   f"above it")


def own_header(path, known):
    """The header that x.c must include first; None when it has none."""
    stem = path[:-2]
    for ending in (".h", "_priv.h"):
        if stem + ending in known:
            return (stem + ending)[len("src/"):]
    return None


def check_first(path, found, known):
    own = own_header(path, known)
    if own is None:
        return
    first = found[0] if found else (1, '"', "nothing")
    if first[2] != own:
        yield (f"{path}:{first[0]}: the first include is {first[2]}, "
               f"not \"{own}\"")


def check_clock(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if WALL_CLOCK.search(line):
            yield (f"{path}:{number}: only {CLOCK} reads the wall clock "
                   "(R-CAL-004)")


def check(paths, read):
    known, problems = set(paths), []
    for path in paths:
        parts = path.split("/")
        if len(parts) < 3:
            problems.append(f"{path}:1: stands in no room")
            continue
        if parts[1] not in ROOMS:
            problems.append(f"{path}:1: room {parts[1]} has no place in the "
                            "order of docs/architecture.md")
            continue
        found = list(includes(read(path)))
        problems += check_order(path, parts[1], found)
        if path.endswith(".c"):
            problems += check_first(path, found, known)
        if path != CLOCK and not path.endswith("_test.c"):
            problems += check_clock(path, read(path))
    return problems


def main():
    paths = sources.files(".c", ".h", under="src")
    problems = check(paths, sources.read)
    for text in problems:
        print(text)
    if not problems:
        print(f"{len(paths)} files include only what lies below them, "
              "and one reads the wall clock")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
