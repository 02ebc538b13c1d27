#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the C tables of divisions from data/divisions.tsv.

usage: divgen.py divisions.tsv > division_table.h

The rows, sorted by code and then by date, each with its full name composed
here; the same codes as numbers, to search in; and for a check without a search, one bit for each code
ever in force, in blocks of 100 codes that share their first four digits.
"""
import datetime
import sys

EPOCH = datetime.date(1970, 1, 1)
ALWAYS = (datetime.date.min, datetime.date.max)


class Row:
    def __init__(self, path, number, line):
        fields = line.split("\t")
        if len(fields) != 6:
            sys.exit(f"{path}:{number}: 6 columns wanted, not {len(fields)}")
        self.code, self.name = fields[0:2]
        self.start, self.end = fields[2:4]
        self.successor = fields[4]
        if not (len(self.code) == 6 and self.code.isdigit()):
            sys.exit(f"{path}:{number}: {self.code!r} is not a code")

    def span(self):
        return tuple(datetime.date.fromisoformat(day) if day else ALWAYS[i]
                     for i, day in enumerate((self.start, self.end)))


def overlap_days(a, b):
    return (min(a.span()[1], b.span()[1])
            - max(a.span()[0], b.span()[0])).days


def is_grouping(name):
    return name in ("市辖区", "县", "市") or name.endswith("直辖县级行政区划")


def parent_name(row, rows):
    """The name of the parent that the row had longest, the latest one for a
    row in force; empty when there is none or only a grouping."""
    known = [r for r in rows if overlap_days(row, r) >= 0]
    if not known:
        return ""
    if not row.end:
        best = max(known, key=lambda r: r.span()[1])
    else:
        best = max(known, key=lambda r: overlap_days(row, r))
    return "" if is_grouping(best.name) else best.name


def full_name(row, by_code):
    parents = []
    for code in (row.code[:2] + "0000", row.code[:4] + "00"):
        if code != row.code:
            parents.append(parent_name(row, by_code.get(code, [])))
    return "".join(parents) + row.name


def c_days(day):
    if not day:
        return "DATE_NONE"
    return str((datetime.date.fromisoformat(day) - EPOCH).days)


def c_string(text):
    return '"' + "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}"
                         for b in text.encode()) + '"'


class Texts:
    """All texts one behind the other, each once. A row tells where a text
    begins: an address would have to be written when the program starts."""

    def __init__(self):
        self.places, self.end = {}, 0

    def place(self, text):
        if text not in self.places:
            self.places[text] = self.end
            self.end += len(text.encode()) + 1
        return self.places[text]

    def show(self):
        print("static const char division_texts[] =")
        for text in self.places:
            print(f"    {c_string(text)} \"\\0\"")
        print(";\n")


def print_rows(rows, by_code):
    texts = Texts()
    print("static const struct division_row division_rows[] = {")
    for row in rows:
        name, full, successor = (texts.place(t) for t in (
            row.name, full_name(row, by_code), row.successor))
        print(f"{{{c_string(row.code)}, {name}, {full}, {successor},"
              f" {c_days(row.start)}, {c_days(row.end)}}},")
    print("};\n")
    texts.show()
    print("static const uint32_t division_numbers[] = {")
    for row in rows:
        print(f"{int(row.code)},")
    print("};\n")


def print_blocks(rows):
    blocks = {}
    for row in rows:
        bits = blocks.setdefault(row.code[:4], [0, 0])
        last = int(row.code[4:])
        bits[last // 64] |= 1 << (last % 64)
    print("static const uint64_t division_blocks[][2] = {\n{0, 0},")
    for bits in blocks.values():
        print(f"{{{bits[0]:#x}u, {bits[1]:#x}u}},")
    print("};\n")
    print("static const uint16_t division_block_of[10000] = {")
    for at, prefix in enumerate(blocks, 1):
        print(f"[{int(prefix)}] = {at},")
    print("};")


def main():
    path = sys.argv[1]
    rows = [Row(path, number, line.rstrip("\n"))
            for number, line in enumerate(open(path, encoding="utf-8"), 1)
            if not line.startswith("#")]
    rows.sort(key=lambda r: (r.code, r.start))
    by_code = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    for row in rows:
        for code in row.successor.split():
            if code not in by_code:
                sys.exit(f"{path}: {row.code}: no successor {code}")
    print("/* Made by tools/divgen.py from data/divisions.tsv;"
          " do not edit. */")
    print_rows(rows, by_code)
    print_blocks(rows)


if __name__ == "__main__":
    main()
