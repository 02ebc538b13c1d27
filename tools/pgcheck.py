#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prove that the rooms' SQL is PostgreSQL's SQL too.

R-STO-005

usage: pgcheck.py [FILE.sql...]      (all of src/ when none is named)

Starts a private PostgreSQL 15, applies every schema step, prepares every
named statement, and looks at the types that PostgreSQL inferred for the
parameters: the store binds BIGINT, TEXT and BYTEA, nothing else. A named
statement that cannot be prepared (CREATE TABLE IF NOT EXISTS for the table
of steps itself) is run before the first step. Each step and each statement
is one test; the last line counts them.
"""
import re
import sys

import private_pg
import sources
import sqlgen

BOUND_TYPES = {"bigint", "text", "bytea"}
MARK = "@@gongxin@@"
PREPARABLE = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|VALUES|WITH|MERGE)\b",
                        re.IGNORECASE)


def script(statements):
    """psql input that tells after each statement how it ended."""
    out = []
    for s in statements:
        out.append(f"PREPARE {s.name} AS {s.text['postgres']};\n"
                   f"\\echo {MARK} {s.name} :ERROR :SQLSTATE "
                   ":LAST_ERROR_MESSAGE\n"
                   "SELECT coalesce(array_to_string(parameter_types, ','), "
                   "'') FROM pg_prepared_statements "
                   f"WHERE name = '{s.name}';")
    return "\n".join(out) + "\n"


def apply(server, piece, name):
    """Runs a schema step or a statement; a problem text or None."""
    done = server.psql(piece.text["postgres"], "-1", "-v", "ON_ERROR_STOP=1")
    if done.returncode == 0:
        return None
    return f"{piece.path}:{piece.line}: {name}:\n{done.stderr.strip()}"


def check_statements(server, statements):
    """Prepares all in one session; a problem text or None for each."""
    done = server.psql(script(statements))
    answers, current = {}, None
    for line in done.stdout.split("\n"):
        if line.startswith(MARK):
            _, name, error, state, *message = line.split(" ")
            current = name
            answers[name] = (error == "true", state, " ".join(message), "")
        elif current and line:
            answers[current] = answers[current][:3] + (line,)
    return [judge(s, answers.get(s.name), done.stderr) for s in statements]


def judge(s, answer, stderr):
    where = f"{s.path}:{s.line}: {s.name}:"
    if answer is None:
        return f"{where} psql gave no answer:\n{stderr.strip()}"
    is_error, state, message, types = answer
    if is_error:
        return (f"{where} {message or 'refused'} ({state})\n"
                f"  {s.text['postgres']}")
    for number, kind in enumerate(types.split(",") if types else [], 1):
        if kind not in BOUND_TYPES:
            return (f"{where} parameter ${number} is taken as {kind}; the "
                    f"store binds {', '.join(sorted(BOUND_TYPES))}: write "
                    f"CAST(${number} AS BIGINT) or alike")
    return None


def run(paths):
    """(passed, problem texts)"""
    statements, migrations, problems = sqlgen.read_files(paths)
    if problems or not (statements or migrations):
        return 0, problems
    with private_pg.Server(["fsync=off", "shared_buffers=16MB"]) as server:
        outcomes = [apply(server, s, s.name) for s in statements
                    if not PREPARABLE.match(s.text["postgres"])]
        outcomes += [apply(server, m, f"step {m.number} ({m.title})")
                     for m in migrations]
        outcomes += check_statements(
            server, [s for s in statements
                     if PREPARABLE.match(s.text["postgres"])])
    problems = [problem for problem in outcomes if problem]
    return len(outcomes) - len(problems), problems


def main(argv):
    paths = argv[1:] or [f"{sources.ROOT}/{p}"
                         for p in sources.files(".sql", under="src")]
    try:
        passed, problems = run(paths)
    except private_pg.Failed as e:
        passed, problems = 0, [str(e)]
    for text in problems:
        print(text)
    print(f"{passed} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
