#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sum up the reports of "gongxin submit --json", one document a line or
pretty-printed one after another.

usage: run_summary.py zh|en FILE
"""
import json
import sys

# Key in the report, Chinese, English; printed in this order.
COUNTS = [
    ("rows", "读入行", "rows read"),
    ("accepted", "接收入库", "accepted"),
    ("new_versions", "其中更新版本", "of them new versions"),
    ("late", "其中迟报", "of them late"),
    ("duplicates", "重复（不再存）", "known already"),
    ("doubtful", "存疑待核", "doubtful, kept for an operator"),
    ("natural_person", "自然人（不予受理，仅计数）",
     "about natural persons, refused and only counted"),
    ("refused", "有错退回", "refused with reasons"),
]


class NoReport(Exception):
    """The text is not what submit writes."""


def documents(text):
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        if isinstance(value, list):
            yield from value
        else:
            yield value


def sums(found):
    total = dict.fromkeys(key for key, _, _ in COUNTS)
    for document in found:
        for key in total:
            if isinstance(document.get(key), int):
                total[key] = (total[key] or 0) + document[key]
    if total["rows"] is None or total["accepted"] is None:
        raise NoReport("the reports hold no \"rows\" and \"accepted\"")
    return total


def main(argv):
    with open(argv[2], encoding="utf-8") as file:
        found = list(documents(file.read()))
    total = sums(found)
    place = 1 if argv[1] == "zh" else 2
    print("合计 %d 个文件" % len(found) if place == 1
          else "%d files" % len(found))
    for row in COUNTS:
        if total[row[0]] is not None:
            print(f"{total[row[0]]:>10,}  {row[place]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
