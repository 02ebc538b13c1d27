#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print the longest functions and files of src/, so that everyone sees the
tail. It never fails: style asks for another look at 50 lines, not for a cut.

usage: longest-functions.py [COUNT]
"""
import sys

import sources


def main(argv):
    count = int(argv[1]) if len(argv) > 1 else 10
    found, lengths = [], []
    for path in sources.files(".c", under="src"):
        text = sources.read(path)
        lengths.append((text.count("\n"), path))
        if not path.endswith("_test.c"):
            found += [(last - first + 1, name, path, first)
                      for name, first, last in sources.functions(text)]
    found.sort(reverse=True)
    all_lengths = sorted(f[0] for f in found) or [0]
    print(f"{len(found)} functions, median "
          f"{all_lengths[len(all_lengths) // 2]} lines, 90 % within "
          f"{all_lengths[len(all_lengths) * 9 // 10]}")
    for length, name, path, line in found[:count]:
        print(f"{length:5}  {name}  {path}:{line}")
    for length, path in sorted(lengths, reverse=True):
        if length >= 1000:
            print(f"{length:5}  lines in {path}")


if __name__ == "__main__":
    main(sys.argv)
