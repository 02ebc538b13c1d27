#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the scenario runner and of test/lib.sh."""
import os
import tempfile
import unittest

import scenarios


def run(body, head=""):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a0001-trial")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\n{head}\n. "$GX_SOURCE_ROOT/test/lib.sh"'
                       f'\n{body}\n')
        os.chmod(path, 0o755)
        return scenarios.run_one(scenarios.Scenario(path), "/bin/true")


class Runner(unittest.TestCase):
    CASES = [
        # body, passed, failed, what the output shows
        ("check works true", 1, 0, "ok - works"),
        ("check works false; check on true", 1, 1, "not ok - works"),
        ("expect_exit 3 code sh -c 'exit 3'", 1, 0, "ok - code"),
        ("expect_exit 0 code sh -c 'echo why >&2; exit 3'", 0, 1,
         "#   why"),
        ("expect_eq same a a; expect_eq other a b", 1, 1, "expected: a"),
        ("echo abc >f; expect_grep g '^a' f; expect_no_grep n x f", 2, 0,
         "ok - n"),
        ("expect_no_grep n x missing", 0, 1, "not ok - n"),
        ("echo '{\"a\":[1,2]}' >f; expect_json j f 'd[\"a\"][1]' 2", 1, 0,
         "ok - j"),
        ("printf '{}\\n{\"a\":1}\\n' >f; expect_json j f 'len(d)' 2", 1, 0,
         "ok - j"),
        ("echo '{' >f; expect_json j f d 2", 0, 1, "not ok - j"),
        ("", 0, 1, "checked nothing"),
        ("check works true; exit 4", 1, 1, "ended with 4"),
        ("check unset test \"$nothing\"", 0, 1, "ended with 2"),
        ("\"$GONGXIN\" && check ran true", 1, 0, "ok - ran"),
    ]

    def test_each(self):
        for index, (body, passed, failed, shown) in enumerate(self.CASES):
            with self.subTest(index=index, body=body):
                result = run(body)
                self.assertEqual((result.passed, result.failed),
                                 (passed, failed), result.output)
                self.assertIn(shown, result.output)

    def test_time_is_limited_for_children_too(self):
        result = run("check works true; sleep 60 & wait", "# timeout: 1")
        self.assertEqual((result.passed, result.failed), (1, 1))
        self.assertIn("out of time", result.output)
        self.assertLess(result.seconds, 20)

    def test_read_only_leftovers_are_removed(self):
        result = run("mkdir a; touch a/b; chmod 500 a; check pwd pwd; "
                     "cat check.log")
        folder = [line for line in result.output.split("\n")
                  if line.startswith("/")][0]
        self.assertFalse(os.path.exists(folder))


if __name__ == "__main__":
    unittest.main()
