#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tell which rules of docs/rules.md no test cites.

usage: rules.py [-a]      (-a: those that are cited, too, and where)

A test cites a rule by its id in a comment or a name: unit tests and fuzz
targets under src/, scenarios under test/, and the checks under tools/, which
prove of all files what a test proves of one. "R-ING-004 to R-ING-006" cites
all three. Rules that are struck out are not counted. An id that is cited and stands in no row fails.
"""
import glob
import os
import re
import sys

import sources

ID = re.compile(r"\bR-[A-Z]{3}-\d{3}\b")
RANGE = re.compile(r"\bR-([A-Z]{3})-(\d{3}) to[\s#*]+R-\1-(\d{3})\b")
ROW = re.compile(r"^\| (R-[A-Z]{3}-\d{3}) \|", re.MULTILINE)
PLACES = ["src/**/*_test.c", "src/**/*_test_help.c", "src/**/*_fuzz.c",
          "test/*", "test/browser/*.mjs", "tools/*.py"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def cited_in(text):
    """The ids in a text, those between the ends of a range among them."""
    found = set(ID.findall(text))
    for group, first, last in RANGE.findall(text):
        found.update(f"R-{group}-{n:03}"
                     for n in range(int(first), int(last) + 1))
    return found


def find_citations():
    """By id, the files that cite it."""
    cited = {}
    for place in PLACES:
        pattern = os.path.join(sources.ROOT, place)
        for path in sorted(glob.glob(pattern, recursive=True)):
            if not os.path.isfile(path):
                continue
            for rule in cited_in(read(path)):
                cited.setdefault(rule, []).append(
                    os.path.relpath(path, sources.ROOT))
    return cited


def main(argv):
    if argv[1:] not in ([], ["-a"]):
        print(__doc__, file=sys.stderr)
        return 2
    rules = ROW.findall(read(os.path.join(sources.ROOT, "docs/rules.md")))
    cited = find_citations()
    for rule in rules:
        if rule not in cited:
            print(f"{rule}  no test cites it")
        elif argv[1:]:
            print(f"{rule}  {' '.join(cited[rule])}")
    wrong = sorted(set(cited) - set(rules))
    for rule in wrong:
        print(f"{rule}  is cited by {cited[rule][0]} and is no rule")
    print(f"{len(rules)} rules, "
          f"{sum(rule in cited for rule in rules)} cited by a test")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
