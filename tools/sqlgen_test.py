#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of sqlgen.py: what it takes, what it refuses and where."""
import os
import tempfile
import unittest

import sqlgen


def read(text, name="record.sql"):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "src", "registry", name)
        os.makedirs(os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return sqlgen.read_files([path])


class Takes(unittest.TestCase):
    def test_words_by_engine(self):
        _, steps, problems = read(
            "-- migration: 1 a b\nCREATE TABLE t (id {rowid},\n"
            "  b {blob}  -- why\n) {clustered};\n")
        self.assertEqual(problems, [])
        self.assertEqual(
            steps[0].text["sqlite"],
            "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB) WITHOUT ROWID;")
        self.assertEqual(
            steps[0].text["postgres"],
            "CREATE TABLE t (id BIGINT PRIMARY KEY, b BYTEA);")

    def test_literal_is_untouched(self):
        found, _, problems = read(
            "-- name: record_x\nSELECT '  ? {blob} ;  -- ''' FROM t;\n")
        self.assertEqual(problems, [])
        self.assertEqual(found[0].text["sqlite"],
                         "SELECT '  ? {blob} ;  -- ''' FROM t")

    def test_one_form_for_each_engine(self):
        found, _, problems = read(
            "-- name: record_x sqlite\nSELECT $1;\n"
            "-- name: record_x postgres\nSELECT $1::BIGINT;\n")
        self.assertEqual(problems, [])
        self.assertEqual(found[0].text["postgres"], "SELECT $1::BIGINT")
        self.assertEqual((found[0].params, found[0].line), (1, 1))

    def test_part_of_a_step_for_one_engine(self):
        _, steps, problems = read(
            "-- migration: 1 a\nCREATE TABLE t (a TEXT);\n-- only: sqlite\n"
            "SELECT 1;\n-- only: both\nSELECT 2;\n")
        self.assertEqual(problems, [])
        self.assertIn("SELECT 1;", steps[0].text["sqlite"])
        self.assertNotIn("SELECT 1;", steps[0].text["postgres"])
        self.assertTrue(steps[0].text["postgres"].endswith("SELECT 2;"))

    def test_c_string_has_no_trigraph_and_no_long_line(self):
        made = sqlgen.c_string('"??=" \\ 统一 ' * 20)
        self.assertNotIn("??", made)
        self.assertTrue(all(len(line) < 80 for line in made.split("\n")))


class Refuses(unittest.TestCase):
    CASES = [
        ("SELECT 1;\n-- name: record_x\nSELECT 1;\n", "before the first"),
        ("-- name: x_y\nSELECT 1;\n", "starts with record_"),
        ("-- name: record_x mysql\nSELECT 1;\n", "is not NAME"),
        ("-- name: record_x\n-- nothing\n", "no SQL"),
        ("-- name: record_x\nSELECT 1; SELECT 2;\n", "more than one"),
        ("-- name: record_x\nSELECT ?;\n", "as $1, not ?"),
        ("-- name: record_x\nSELECT :a;\n", "as $1, not :a"),
        ("-- name: record_x\nSELECT $2, $1;\n", "$2 appears before $1"),
        ("-- name: record_x\nSELECT $1, $3;\n", "$3 appears before $2"),
        ("-- name: record_x\nSELECT $$a$$;\n", "dollar quotes"),
        ("-- name: record_x\nSELECT 'a;\n", "never closed"),
        ("-- name: record_x\nSELECT {blub};\n", "unknown word {blub}"),
        ("-- name: record_x\nSELECT 1;\n-- name: record_x\nSELECT 2;\n",
         "stands already at src/registry/record.sql:1"),
        ("-- name: record_x sqlite\nSELECT 1;\n", "no form for postgres"),
        ("-- name: record_x sqlite\nSELECT 1;\n"
         "-- name: record_x postgres\nSELECT $1;\n", "1 parameters"),
        ("-- migration: 2 a\nSELECT 1;\n", "without a gap"),
        ("-- migration: 1 a\nSELECT 1;\n-- migration: 1 b\nSELECT 1;\n",
         "step 1 stands already"),
        ("-- migration: one\nSELECT 1;\n", "is not NUMBER TEXT"),
        ("-- migration: 1 a\nSELECT 1\n", "no semicolon"),
        ("-- migration: 1 a\nSELECT $1;\n", "takes no parameters"),
        ("-- migration: 1 a\nCREATE TABLE t (a INTEGER);\n",
         "INTEGER differs"),
        ("-- migration: 1 a\nSELECT 1;\n-- only: mysql\n", "is not sqlite"),
        ("-- migration: 1 a\n-- only: sqlite\nSELECT 1;\n",
         "nothing to do for postgres"),
    ]

    def test_each(self):
        for index, (text, expected) in enumerate(self.CASES):
            with self.subTest(index=index, text=text):
                _, _, problems = read(text)
                self.assertEqual(len(problems), 1, problems)
                self.assertIn(expected, problems[0])
                self.assertRegex(problems[0], r"^src/registry/record.sql:\d")


class Steps(unittest.TestCase):
    """A step that databases have taken is never another one."""

    TEXT = ("-- migration: 1 a\nCREATE TABLE t (a TEXT);\n"
            "-- migration: 2 b\nCREATE TABLE u (a TEXT);\n")

    def compare(self, text, sums):
        _, steps, _ = read(text)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("# number, digest\n" + "".join(
                f"{number} {digest}\n" for number, digest in sums.items()))
            file.flush()
            return sqlgen.compare_steps(steps, file.name)

    def setUp(self):
        _, steps, _ = read(self.TEXT)
        self.sums = {step.number: sqlgen.step_sum(step) for step in steps}

    def test_same(self):
        self.assertEqual(self.compare(self.TEXT, self.sums), [])

    def test_comments_and_blanks_are_free(self):
        text = self.TEXT.replace("TABLE t", "TABLE   t -- why\n")
        self.assertEqual(self.compare(text, self.sums), [])

    def test_changed(self):
        text = self.TEXT.replace("TABLE u (a", "TABLE u (b")
        problems = self.compare(text, self.sums)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("step 2 is not as databases took it", problems[0])

    def test_new(self):
        digest = self.sums.pop(2)
        problems = self.compare(self.TEXT, self.sums)
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].endswith(f"2 {digest}"), problems)

    def test_taken_away(self):
        self.sums[3] = "0" * 64
        problems = self.compare(self.TEXT, self.sums)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("there is no step 3", problems[0])


if __name__ == "__main__":
    unittest.main()
