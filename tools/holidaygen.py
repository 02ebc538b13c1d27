#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the C table of the calendar from data/holidays.tsv.

usage: holidaygen.py data/holidays.tsv > holiday_table.h

The table holds, for each covered day, how many working days there were since
the first covered day beyond what weekends alone would give.
"""
import datetime
import sys

EPOCH = datetime.date(1970, 1, 1)


def read_days(path):
    covers, days, last = None, {}, ""
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        where, fields = f"{path}:{number}", line.rstrip("\n").split("\t")
        if fields[0] == "# covers":
            covers = int(fields[1]), int(fields[2])
        if line.startswith("#"):
            continue
        if len(fields) != 4 or fields[1] not in ("off", "work"):
            sys.exit(f"{where}: not date, off|work, name, notice")
        day = datetime.date.fromisoformat(fields[0])
        if fields[0] <= last:
            sys.exit(f"{where}: days are not in ascending order")
        if not covers or not covers[0] <= day.year <= covers[1]:
            sys.exit(f"{where}: outside the years that '# covers' names")
        if fields[1] == "work" and day.weekday() < 5:
            sys.exit(f"{where}: a make-up day must be a weekend day")
        days[day], last = fields[1], fields[0]
    if not covers:
        sys.exit(f"{path}: no '# covers' line")
    return covers, days


def main():
    (first, last), days = read_days(sys.argv[1])
    day, end = datetime.date(first, 1, 1), datetime.date(last, 12, 31)
    start, extra, extras = day, 0, []
    while day <= end:
        by_week = day.weekday() < 5
        extra += (days.get(day, "work" if by_week else "off") == "work") \
            - by_week
        extras.append(extra)
        day += datetime.timedelta(1)
    print("/* Made by tools/holidaygen.py from data/holidays.tsv; "
          "do not edit. */")
    print(f"enum {{ HOLIDAY_FIRST_DAY = {(start - EPOCH).days}, "
          f"HOLIDAY_LAST_DAY = {(end - EPOCH).days} }};")
    print("static const int16_t holiday_extra[] = {")
    for i in range(0, len(extras), 16):
        print("\t" + ", ".join(map(str, extras[i:i + 16])) + ",")
    print("};")


if __name__ == "__main__":
    main()
