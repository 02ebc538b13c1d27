#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the sorted C table of translations from .po files, one a room.

usage: trgen.py i18n/zh/*.po > tr_table.h
Only msgid/msgstr pairs and their continuation lines are understood; that is
all we write. Sorted by the bytes of the English text for bsearch().
"""
import ast
import sys


def read_po(path):
    pairs, key, value, target = [], None, None, None
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "msgid":
            if key is not None:
                pairs.append((key, value))
            key, value, target = ast.literal_eval(rest), "", "id"
        elif word == "msgstr":
            value, target = ast.literal_eval(rest), "str"
        elif line.startswith('"'):
            if target == "id":
                key += ast.literal_eval(line)
            else:
                value += ast.literal_eval(line)
        else:
            sys.exit(f"{path}:{number}: neither msgid, msgstr nor text")
    if key is not None:
        pairs.append((key, value))
    return [(k, v) for k, v in pairs if k]


def c_string(text):
    out = []
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif 32 <= byte < 127 and char != "?":
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def main():
    pairs = sorted({pair for path in sys.argv[1:] for pair in read_po(path)},
                   key=lambda pair: pair[0].encode())
    for (a, b), (c, d) in zip(pairs, pairs[1:]):
        if a == c:
            sys.exit(f"two translations of {a!r}: {b!r} and {d!r}")
    print("/* Made by tools/trgen.py; do not edit. */")
    for key, value in pairs:
        print(f"{{{c_string(key)},\n    {c_string(value)}}},")


if __name__ == "__main__":
    main()
