#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make data/holidays.tsv from well-kept packages, and cross-check them.

usage: make_holidays.py NODE_MODULES > data/holidays.tsv

NODE_MODULES holds the npm packages chinese-days (the source), and
holiday-calendar and chinese-workday (for comparison). Days on which the
comparison differs go to stderr, one a line: read the State Council's notice
for each of them before committing.

A new year: add its notice to NOTICES when it is out, take a chinese-days
that has it, run this, read the differences.
"""
import datetime
import json
import pathlib
import re
import sys

FIRST, LAST = 2015, 2026

# Year of the arrangement -> notice of the General Office of the State Council.
NOTICES = {
    2015: "国办发明电〔2014〕28号", 2016: "国办发明电〔2015〕18号",
    2017: "国办发明电〔2016〕17号", 2018: "国办发明电〔2017〕12号",
    2019: "国办发明电〔2018〕15号", 2020: "国办发明电〔2019〕16号",
    2021: "国办发明电〔2020〕27号", 2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号", 2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号", 2026: "国办发明电〔2025〕7号",
}

# Later notices that changed some days.
CHANGES = {
    **{f"2015-09-0{d}": "国发明电〔2015〕1号" for d in (3, 4, 5, 6)},
    **{day: "国办发明电〔2019〕3号" for day in (
        "2019-04-28", "2019-05-01", "2019-05-02", "2019-05-03", "2019-05-04",
        "2019-05-05")},
    **{day: "国办发明电〔2020〕1号" for day in (
        "2020-01-31", "2020-02-01", "2020-02-02")},
}

NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def read_source(root):
    path = root / "chinese-days/dist/chinese-days.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    days = {}
    for kind, key in (("off", "holidays"), ("work", "workdays")):
        for day, label in data[key].items():
            name = label.split(",")[1]
            days[day] = (kind, NAMES.get(name, name))
    return {d: v for d, v in days.items() if FIRST <= int(d[:4]) <= LAST}


def read_holiday_calendar(root):
    days = {}
    for year in range(FIRST, LAST + 1):
        path = root / f"holiday-calendar/data/CN/{year}.json"
        for entry in json.loads(path.read_text(encoding="utf-8"))["dates"]:
            is_off = entry["type"] == "public_holiday"
            days[entry["date"]] = "off" if is_off else "work"
    return days


def read_chinese_workday(root):
    text = (root / "chinese-workday/src/index.js").read_text(encoding="utf-8")
    pairs = re.findall(r"'(\d{4}-\d\d-\d\d)': '([^']+)'", text)
    return {d: "work" if n.startswith("补") else "off" for d, n in pairs}


def kind_of(days, day):
    weekend = "off" if day.weekday() >= 5 else "work"
    return days.get(day.isoformat(), weekend)


def compare(source, other, name):
    day = datetime.date(FIRST, 1, 1)
    count = 0
    while day.year <= LAST:
        ours, theirs = kind_of(source, day), kind_of(other, day)
        if ours != theirs:
            count += 1
            print(f"{day} {day:%a}: chinese-days {ours}, {name} {theirs}",
                  file=sys.stderr)
        day += datetime.timedelta(1)
    print(f"{name}: {count} days differ", file=sys.stderr)


def notice_of(day):
    # An arrangement reaches back into the last days of the year before.
    year = int(day[:4]) + (day[5:] >= "12-28")
    return CHANGES.get(day) or NOTICES.get(year, "")


def version_of(root, package):
    data = json.loads((root / package / "package.json").read_text())
    return f"{package} {data['version']} ({data['license']})"


def main():
    root = pathlib.Path(sys.argv[1])
    days = read_source(root)
    kinds = {day: kind for day, (kind, _) in days.items()}
    compare(kinds, read_holiday_calendar(root), "holiday-calendar")
    compare(kinds, read_chinese_workday(root), "chinese-workday")
    checks = ", ".join(version_of(root, p)
                       for p in ("holiday-calendar", "chinese-workday"))
    print("# Days off and make-up working days by the State Council's yearly "
          "notices.")
    print(f"# Made by tools/make_holidays.py from "
          f"{version_of(root, 'chinese-days')};")
    print(f"# compared with {checks}.")
    print(f"# covers\t{FIRST}\t{LAST}")
    print("# date\tkind\tname\tnotice")
    for day in sorted(days):
        kind, name = days[day]
        print(day, kind, name, notice_of(day), sep="\t")


if __name__ == "__main__":
    main()
