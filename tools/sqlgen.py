#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn the .sql files of the rooms into C tables, one text for two engines.

usage: sqlgen.py ids FILE.sql...   > sql_ids.h    constants and row types
       sqlgen.py c FILE.sql...     > sql_table.h  the rows
       sqlgen.py check FILE.sql...                only look, print what is wrong
       sqlgen.py steps SUMS FILE.sql...           hold the schema steps against
                                                  their digests in SUMS

A file is a sequence of blocks; only comments may stand before the first:

    -- migration: 1 subjects and records
    CREATE TABLE record (subject BIGINT NOT NULL, body {blob} NOT NULL,
        PRIMARY KEY (subject)) {clustered};
    -- only: sqlite
    CREATE VIRTUAL TABLE subject_text USING fts5(name);
    -- only: postgres
    CREATE INDEX subject_text ON subject USING gin (name gin_trgm_ops);
    -- only: both

    -- name: record_insert
    INSERT INTO record (subject, body) VALUES ($1, $2);

    -- name: record_lock postgres
    SELECT body FROM record WHERE subject = $1 FOR UPDATE;
    -- name: record_lock sqlite
    SELECT body FROM record WHERE subject = $1;

Words in braces differ by engine:

    {blob}       BLOB                  BYTEA
    {rowid}      INTEGER PRIMARY KEY   BIGINT PRIMARY KEY
    {clustered}  WITHOUT ROWID         (nothing)

Rules, each checked in every mode:
  - Schema steps are numbered 1, 2, 3 ... over all files, without a gap.
  - A statement's name starts with the name of its file (record.sql holds
    record_...), is unique, and is one SQL statement.
  - A statement has one text for both engines, or one for each.
  - Parameters are $1, $2 ... and appear for the first time in that order,
    because SQLite numbers them by first appearance; `?` is refused.
  - Columns are BIGINT, TEXT or {blob}: INTEGER is 64 bits wide on SQLite and
    32 on PostgreSQL, and the other types differ more.
Comments are dropped and white space is folded, so that logs stay readable.

A schema step that some city's database has taken is never taken again, so its
text stays as it is for ever; what has to change is a new step. SUMS has a line
for each, "NUMBER SHA-256", of both engines' texts.
"""
import hashlib
import os
import re
import sys

ENGINES = ("sqlite", "postgres")
WORDS = {
    "blob": ("BLOB", "BYTEA"),
    "rowid": ("INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY"),
    "clustered": ("WITHOUT ROWID", ""),
}
# Types whose width or meaning differs between the engines.
TYPES_REFUSED = {
    "INTEGER", "INT", "SMALLINT", "REAL", "DOUBLE", "FLOAT", "NUMERIC",
    "DECIMAL", "VARCHAR", "CHAR", "BLOB", "BYTEA", "DATE", "TIMESTAMP",
    "TIMESTAMPTZ", "SERIAL", "BIGSERIAL", "AUTOINCREMENT", "JSON", "JSONB",
}
# Longest statement, so that the C string stays below what compilers promise.
TEXT_MAX = 60000

MARK = re.compile(r"--\s*(name|migration|only):\s*(.*?)\s*$")
TOKEN = re.compile(r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<literal>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<dollar>\$(?:[A-Za-z_]\w*)?\$)
  | (?P<param>\$\d+)
  | (?P<cast>::)
  | (?P<mark>\?\d*|[:@]\w+)
  | (?P<brace>\{[^}\n]*\}?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<space>\s+)
  | (?P<open>'|"|/\*)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL)


class Refused(Exception):
    """One thing wrong in a file, with its place."""


class Statement:
    """A named statement: .text[engine], .params, where it is written."""

    def __init__(self, name, path, line):
        self.name, self.path, self.line = name, path, line
        self.text = {}
        self.params = 0

    @property
    def constant(self):
        return "SQL_" + self.name.upper()


class Migration:
    """A schema step: .number, .title, .text[engine] of many statements."""

    def __init__(self, number, title, path, line):
        self.number, self.title = number, title
        self.path, self.line = path, line
        self.text = dict.fromkeys(ENGINES, "")


def shown_path(path):
    """The path from the source tree's root, wherever the build stands."""
    path = path.replace(os.sep, "/")
    at = path.rfind("src/")
    return path[at:] if at >= 0 else path


def tokens(text, where):
    """(kind, text) of SQL without comments; refuses what we cannot read."""
    for m in TOKEN.finditer(text):
        kind = m.lastgroup
        if kind == "comment":
            yield "space", " "
        elif kind == "open":
            raise Refused(f"{where}: {m.group()} is opened and never closed")
        elif kind == "dollar":
            raise Refused(f"{where}: dollar quotes are not for both engines")
        elif kind == "mark":
            raise Refused(f"{where}: write parameters as $1, not {m.group()}")
        else:
            yield kind, m.group()


def expand(kind, text, engine, where):
    if kind != "brace":
        return text
    word = WORDS.get(text.strip("{}"))
    if word is None or not text.endswith("}"):
        raise Refused(f"{where}: unknown word {text}; known are "
                      + ", ".join("{%s}" % w for w in WORDS))
    return word[ENGINES.index(engine)]


def fold(text, engine, where):
    """SQL of one engine on one line; white space folded, comments gone."""
    out, space_due = "", False
    for kind, piece in tokens(text, where):
        piece = expand(kind, piece, engine, where)
        if kind == "space":
            space_due = bool(out)
        elif piece:
            if space_due and out[-1] != "(" and piece not in (",", ";", ")"):
                out += " "
            out += piece
            space_due = False
    return out


def count_params(text, where):
    """How many parameters; refuses an order SQLite would number otherwise."""
    seen = 0
    for kind, piece in tokens(text, where):
        if kind != "param":
            continue
        number = int(piece[1:])
        if number > seen + 1 or number < 1:
            raise Refused(f"{where}: {piece} appears before ${seen + 1}; "
                          "SQLite numbers parameters by first appearance")
        seen = max(seen, number)
    return seen


def one_statement(text, where):
    """The text without its final semicolon; refuses a second statement."""
    text = text.rstrip()
    if text.endswith(";"):
        text = text[:-1].rstrip()
    if not text:
        raise Refused(f"{where}: no SQL follows the name")
    if any(kind == "other" and piece == ";"
           for kind, piece in tokens(text, where)):
        raise Refused(f"{where}: more than one statement under one name")
    if len(text.encode()) > TEXT_MAX:
        raise Refused(f"{where}: longer than {TEXT_MAX} bytes")
    return text


def check_types(text, where):
    """Refuses column types that are not the same in both engines."""
    for kind, piece in tokens(text, where):
        if kind == "word" and piece.upper() in TYPES_REFUSED:
            raise Refused(f"{where}: {piece} differs between the engines; "
                          "columns are BIGINT, TEXT or {blob}")


class Reader:
    """Collects the blocks of all files; problems go to .problems."""

    def __init__(self):
        self.statements, self.migrations, self.problems = {}, {}, []

    def problem(self, text):
        self.problems.append(text)

    def read(self, path):
        shown = shown_path(path)
        block, lines, start = None, [], 0
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                m = MARK.match(line.strip())
                if m and m.group(1) != "only":
                    self.end(block, lines, shown, start)
                    block, lines, start = m, [], number
                elif block is None and not re.match(r"\s*(--|$)", line):
                    self.problem(f"{shown}:{number}: SQL before the first "
                                 "\"-- name:\" or \"-- migration:\"")
                elif block is not None:
                    lines.append(line)
        self.end(block, lines, shown, start)

    def end(self, block, lines, path, line):
        if block is None:
            return
        try:
            if block.group(1) == "name":
                self.end_statement(block.group(2), lines, path, line)
            else:
                self.end_migration(block.group(2), lines, path, line)
        except Refused as e:
            self.problem(str(e))

    def end_statement(self, title, lines, path, line):
        where = f"{path}:{line}"
        m = re.fullmatch(r"([a-z][a-z0-9_]*)(?: (sqlite|postgres))?", title)
        if not m:
            raise Refused(f"{where}: \"{title}\" is not NAME, NAME sqlite or "
                          "NAME postgres")
        name, engine = m.groups()
        stem = os.path.splitext(os.path.basename(path))[0]
        if not name.startswith(stem + "_"):
            raise Refused(f"{where}: a name in {stem}.sql starts with "
                          f"{stem}_, not {name}")
        raw = "".join(lines)
        if any(MARK.match(text.strip()) for text in lines):
            raise Refused(f"{where}: \"-- only:\" is for schema steps; write "
                          f"-- name: {name} sqlite and {name} postgres")
        statement = self.statements.setdefault(
            name, Statement(name, path, line))
        for one in [engine] if engine else ENGINES:
            if one in statement.text:
                raise Refused(f"{where}: {name} stands already at "
                              f"{statement.path}:{statement.line}")
            text = one_statement(fold(raw, one, where), where)
            params = count_params(text, where)
            other = statement.params if statement.text else params
            statement.params, statement.text[one] = params, text
            if params != other:
                raise Refused(f"{where}: {params} parameters, the other "
                              f"engine's form has {other}")

    def end_migration(self, title, lines, path, line):
        where = f"{path}:{line}"
        m = re.fullmatch(r"(\d{1,6})\s+(\S.*)", title)
        if not m:
            raise Refused(f"{where}: \"{title}\" is not NUMBER TEXT")
        step = Migration(int(m.group(1)), m.group(2), path, line)
        if step.number in self.migrations:
            other = self.migrations[step.number]
            raise Refused(f"{where}: step {step.number} stands already at "
                          f"{other.path}:{other.line}")
        self.migrations[step.number] = step
        for engines, raw in parts_by_engine(lines, where):
            if len(engines) == 2:
                check_types(raw, where)
            for engine in engines:
                text = fold(raw, engine, where)
                step.text[engine] = f"{step.text[engine]} {text}".strip()
        for engine in ENGINES:
            if not step.text[engine]:
                raise Refused(f"{where}: nothing to do for {engine}")
            if not step.text[engine].endswith(";"):
                raise Refused(f"{where}: the last statement has no semicolon")
            if count_params(step.text[engine], where):
                raise Refused(f"{where}: a schema step takes no parameters")

    def finish(self):
        for s in self.statements.values():
            for engine in ENGINES:
                if s.text and engine not in s.text:
                    self.problem(f"{s.path}:{s.line}: {s.name} has no form "
                                 f"for {engine}")
        for want, have in enumerate(sorted(self.migrations), 1):
            if want != have:
                step = self.migrations[have]
                self.problem(f"{step.path}:{step.line}: step {have} follows "
                             f"step {want - 1}; number them without a gap")
                break


def parts_by_engine(lines, where):
    """Splits a schema step at its "-- only:" lines."""
    engines, part = ENGINES, []
    for line in lines:
        m = MARK.match(line.strip())
        if not m:
            part.append(line)
            continue
        yield engines, "".join(part)
        part = []
        if m.group(2) not in ENGINES + ("both",):
            raise Refused(f"{where}: \"-- only: {m.group(2)}\" is not "
                          "sqlite, postgres or both")
        engines = ENGINES if m.group(2) == "both" else (m.group(2),)
    yield engines, "".join(part)


def read_files(paths):
    """(statements in order of name, schema steps in order, problems)."""
    reader = Reader()
    for path in paths:
        reader.read(path)
    reader.finish()
    return ([reader.statements[n] for n in sorted(reader.statements)],
            [reader.migrations[n] for n in sorted(reader.migrations)],
            reader.problems)


def c_string(text, indent="\t "):
    """A C literal broken into lines of at most 68 bytes; ASCII only."""
    pieces, line = [], ""
    for byte in text.encode():
        char = chr(byte)
        if char in '"\\':
            shown = "\\" + char
        elif 32 <= byte < 127 and char != "?":
            shown = char
        else:
            shown = f"\\{byte:03o}"
        if len(line) + len(shown) > 66:
            pieces.append(line)
            line = ""
        line += shown
    pieces.append(line)
    return ("\n" + indent).join(f'"{piece}"' for piece in pieces)


IDS_HEAD = """\
/* SPDX-License-Identifier: Apache-2.0 */
/* Made by tools/sqlgen.py from the rooms' .sql files; do not edit. */
#ifndef GX_SQL_IDS_H
#define GX_SQL_IDS_H

/* A named statement; bind parameters 1 to param_count. */
struct sql_statement {
	const char *name;     /* "record_insert" */
	const char *sqlite;   /* its text for SQLite */
	const char *postgres; /* its text for PostgreSQL */
	int param_count;
	const char *file; /* where it is written, from the source root */
	int line;
};

/* A schema step; several statements, each ended by a semicolon. */
struct sql_migration {
	int number; /* 1, 2, 3 ... without a gap */
	const char *title;
	const char *sqlite;
	const char *postgres;
	const char *file;
	int line;
};
"""


def print_ids(statements, migrations):
    print(IDS_HEAD)
    print("enum sql_id {")
    for s in statements:
        print(f"\t{s.constant}, /* {s.path}:{s.line} */")
    print("\tSQL_COUNT\n};\n")
    print(f"enum {{ SQL_MIGRATION_COUNT = {len(migrations)} }};\n")
    print("#endif")


def print_table(statements, migrations):
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by tools/sqlgen.py from the rooms' .sql files; "
          "do not edit. */")
    if statements:
        print("static const struct sql_statement sql_statements[SQL_COUNT]"
              " = {")
        for s in statements:
            print(f"    [{s.constant}] =\n\t{{{c_string(s.name)},")
            print(f"\t {c_string(s.text['sqlite'])},")
            print(f"\t {c_string(s.text['postgres'])},")
            print(f"\t {s.params}, {c_string(s.path)}, {s.line}}},")
        print("};\n")
    if migrations:
        print("static const struct sql_migration\n"
              "    sql_migrations[SQL_MIGRATION_COUNT] = {")
        for m in migrations:
            print(f"\t{{{m.number}, {c_string(m.title)},")
            print(f"\t {c_string(m.text['sqlite'])},")
            print(f"\t {c_string(m.text['postgres'])},")
            print(f"\t {c_string(m.path)}, {m.line}}},")
        print("};")


def step_sum(step):
    text = "\n".join(step.text[engine] for engine in ENGINES)
    return hashlib.sha256(text.encode()).hexdigest()


def compare_steps(migrations, path):
    """What is wrong between the steps and the digests in the file."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split() for line in file
                 if line.strip() and not line.startswith("#")]
    known = {int(number): digest for number, digest in lines}
    shown, problems = shown_path(path), []
    for step in migrations:
        digest = known.pop(step.number, None)
        if digest is None:
            problems.append(
                f"{step.path}:{step.line}: step {step.number} is new; when it "
                f"is as it shall stay, add to {shown}:\n"
                f"{step.number} {step_sum(step)}")
        elif digest != step_sum(step):
            problems.append(
                f"{step.path}:{step.line}: step {step.number} is not as "
                "databases took it; leave it, and write a new step")
    return problems + [f"{shown}: there is no step {n}" for n in known]


def main(argv):
    modes = {"ids": print_ids, "c": print_table, "check": None, "steps": None}
    if len(argv) < 3 or argv[1] not in modes:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    files = argv[3:] if argv[1] == "steps" else argv[2:]
    statements, migrations, problems = read_files(files)
    if argv[1] == "steps" and not problems:
        problems = compare_steps(migrations, argv[2])
    for text in problems:
        print(text, file=sys.stderr)
    if problems:
        return 1
    if modes[argv[1]]:
        modes[argv[1]](statements, migrations)
    else:
        print(f"{len(statements)} statements and {len(migrations)} schema "
              f"steps in {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
