#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sum up the reports of "gongxin submit --json", one document a line or
pretty-printed one after another.

usage: run_summary.py zh|en FILE FIRST-DAY LAST-DAY
"""
import json
import sys

# Key in "counts", Chinese, English; printed in this order. All but the late
# ones, which are counted among the accepted too, add up to the rows.
COUNTS = [
    ("rows", "读入行", "rows read"),
    ("records", "新记录入库", "new records"),
    ("versions", "已有记录的新版本", "new versions of known records"),
    ("duplicates", "重复（不再存）", "known already"),
    ("doubtful", "存疑待核", "doubtful, kept for an operator"),
    ("natural_persons", "自然人（不予受理，仅计数）",
     "about natural persons, refused and only counted"),
    ("refused", "有错退回", "refused with reasons"),
    ("late", "其中迟报", "late, among those accepted"),
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
    total = dict.fromkeys((key for key, _, _ in COUNTS), 0)
    for document in found:
        counts = document.get("counts") if isinstance(document, dict) else None
        if not isinstance(counts, dict):
            raise NoReport("a report holds no \"counts\"")
        for key in total:
            if not isinstance(counts.get(key), int):
                raise NoReport(f"a report does not count \"{key}\"")
            total[key] += counts[key]
    return total


def main(argv):
    with open(argv[2], encoding="utf-8") as file:
        text = file.read()
    try:
        found = list(documents(text))
        total = sums(found)
    except (NoReport, json.JSONDecodeError) as e:
        print(f"run_summary: {e}", file=sys.stderr)
        return 2
    place = 1 if argv[1] == "zh" else 2
    text = ("合计 %d 个文件，%s 至 %s 接收" if place == 1
            else "%d files, received from %s to %s")
    print(text % (len(found), *argv[3:5]))
    for row in COUNTS:
        print(f"{total[row[0]]:>10,}  {row[place]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
