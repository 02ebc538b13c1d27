#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check what C code writes: no SQL from text, no pages from printf.

R-STO-005

usage: check-output.py

  sql     SQL stands in .sql files only; in C, src/store may say what opens
          and closes a transaction and sets a connection up. Numbers may be
          formatted into that, text never.
  html    Pages come from templates; no printf of tags.
  loops   A template does not go through a list within a section of the list's
          first member: a member that lacks something would have the first
          one's.
  marks   No work marks and no paths of somebody's machine in any file.
  spdx    Each C, Python, shell and SQL file names its licence in its head.
Tests (*_test.c) may write any SQL: they break databases on purpose.
"""
import os
import re
import sys

import sources

DATA_SQL = re.compile(
    r"\b(SELECT\s+\S|INSERT\s+(OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b|"
    r"DELETE\s+FROM\b|REPLACE\s+INTO\b|CREATE\s+(UNIQUE\s+|VIRTUAL\s+|TEMP\s+)?"
    r"(TABLE|INDEX|VIEW|TRIGGER)\b|DROP\s+(TABLE|INDEX|VIEW)\b|"
    r"ALTER\s+TABLE\b|WHERE\s+\w+\s*=|ORDER\s+BY\s+\w|VALUES\s*\()")
SESSION_SQL = re.compile(
    r"^\s*(PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|"
    r"VACUUM|ANALYZE|REINDEX)\b")
TEXT_CONVERSION = re.compile(r"%[-0-9.*$]*s")
HTML = re.compile(
    r"</?(html|head|body|title|meta|link|script|style|div|span|p|a|table|"
    r"thead|tbody|tr|td|th|ul|ol|li|form|input|button|select|option|label|"
    r"h[1-6]|img|br|hr|pre|code|nav|main|section|header|footer|svg)"
    r"(\s|/?>)", re.IGNORECASE)
PRINTERS = {"printf", "fprintf", "dprintf", "sprintf", "snprintf", "vsnprintf",
            "asprintf", "vasprintf", "puts", "fputs", "buf_addf", "buf_add",
            "buf_add_str", "arena_printf"}
FORBIDDEN_CALLS = {"sprintf", "vsprintf", "strcpy", "strcat", "gets",
                   "strtok"}
# Built from pieces, so that this file does not find itself.
MARKS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME"]) + r")\b")
MACHINE = re.compile(r"(?<![\w./-])/(home|Users|root|work)/[\w.]")
NEEDS_SPDX = (".c", ".h", ".py", ".sh", ".sql")


def literals(found):
    """(first token, text, function called around it) of each C string;
    neighbours are joined as the compiler does."""
    calls, at = [], 0
    while at < len(found):
        token = found[at]
        if token.text == "(":
            before = found[at - 1] if at else None
            calls.append(before.text if before and before.kind == "word"
                         else "")
        elif token.text == ")" and calls:
            calls.pop()
        if token.kind != "string":
            at += 1
            continue
        text = ""
        while at < len(found) and found[at].kind == "string":
            text += sources.string_bytes(found[at].text)
            at += 1
        yield token, text, calls[-1] if calls else ""


def check_sql(path, token, text, call):
    where = f"{path}:{token.line}"
    if DATA_SQL.search(text):
        return f"{where}: SQL in C; it belongs in a .sql file"
    if SESSION_SQL.search(text):
        if not path.startswith("src/store/"):
            return f"{where}: SQL outside src/store"
        if call in PRINTERS and TEXT_CONVERSION.search(text):
            return f"{where}: text formatted into SQL by {call}"
    return None


def check_c(path, text):
    if path.endswith(("_test.c", "_fuzz.c")):
        return
    found = list(sources.tokens(text))
    for before, token in zip([None] + found, found):
        if (token.text == "(" and before is not None
                and before.text in FORBIDDEN_CALLS):
            yield f"{path}:{before.line}: {before.text} has no bound"
    for token, literal, call in literals(found):
        problem = check_sql(path, token, literal, call)
        if problem:
            yield problem
        if call in PRINTERS and HTML.search(literal):
            yield f"{path}:{token.line}: a page printed by {call}"


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if MARKS.search(line):
            yield f"{path}:{number}: a mark of unfinished work"
        m = MACHINE.search(line)
        if m:
            yield f"{path}:{number}: a path of one machine"
    if path.endswith(NEEDS_SPDX):
        head = "\n".join(text.split("\n")[:3])
        if "SPDX-License-Identifier:" not in head:
            yield f"{path}:1: no SPDX line in the first three lines"


TAG = re.compile(r"\{\{\s*([#^/<$>])\s*([^}]*?)\s*\}\}")


def loops_within(text, partials):
    """(line, list) of each loop over a list within a section of the list's
    first member, also one in a part that stands there."""
    inside = []
    for tag in TAG.finditer(text):
        kind, name = tag.groups()
        line = text.count("\n", 0, tag.start()) + 1
        if kind == "/":
            inside.pop()
            continue
        firsts = [n[:-2] for k, n in inside if k == "#" and n.endswith(".0")]
        if kind == "#" and name in firsts:
            yield line, name
        if kind == ">":
            part = partials.get(name, "")
            yield from ((line, n) for n in firsts if f"{{{{#{n}}}}}" in part)
        else:
            inside.append((kind, name))


def check_templates(texts):
    partials = {os.path.basename(path)[:-len(".mustache")]: text
                for path, text in texts.items()}
    for path, text in texts.items():
        for line, name in loops_within(text, partials):
            yield (f"{path}:{line}: goes through \"{name}\" within "
                   f"\"{name}.0\"; end that before")


def main():
    problems, count = [], 0
    for path in sources.files(*sources.TEXT_ENDINGS):
        text = sources.read(path)
        count += 1
        problems += check_text(path, text)
        if path.startswith("src/") and path.endswith((".c", ".h")):
            problems += check_c(path, text)
    problems += check_templates(
        {path: sources.read(path) for path in sources.files(".mustache")})
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{count} files write nothing they should not")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
