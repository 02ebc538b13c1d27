#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the checks: each finds what it is for, and only that."""
import importlib.util
import os
import unittest

import sources

HERE = os.path.dirname(os.path.abspath(__file__))


def load(name):
    spec = importlib.util.spec_from_file_location(
        name.replace("-", "_"), os.path.join(HERE, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


rooms = load("check-rooms")
output = load("check-output")
translations = load("check-translations")
rules = load("rules")


class Rules(unittest.TestCase):
    def test_a_range_cites_all_between_its_ends(self):
        self.assertEqual(
            rules.cited_in("# R-CAS-001 to R-CAS-003, R-BND-012; R-ING-004 to\n"
                           "# R-ING-005; R-LOG-001 to R-STO-003"),
            {"R-CAS-001", "R-CAS-002", "R-CAS-003", "R-BND-012", "R-ING-004",
             "R-ING-005", "R-LOG-001", "R-STO-003"})


class Sources(unittest.TestCase):
    def test_functions_spans_are_found(self):
        text = ("#include <a.h>\nstruct s {\n\tint a;\n};\n"
                "static const int t[] = {\n\t1, 2};\n"
                "/* int no(void) { } */\n"
                "int\nfirst(int a,\n    int b)\n{\n\tif (a) {\n\t}\n"
                "\treturn 'x' == '}';\n}\n"
                "static void second(void)\n{\n\tputs(\"{\\\"\");\n}\n")
        self.assertEqual(sources.functions(text),
                         [("first", 9, 15), ("second", 16, 19)])

    def test_string_bytes_undo_escapes(self):
        self.assertEqual(sources.string_bytes(r'"a\n\"\x41\101\u7edf"'),
                         'a\n"AA统')


class Rooms(unittest.TestCase):
    def check(self, files):
        return rooms.check(sorted(files), files.get)

    def test_one_file_reads_the_wall_clock(self):
        text = ("\tclock_gettime(CLOCK_REALTIME, &now);\n\tat = time(NULL);\n"
                "\tclock_gettime(CLOCK_MONOTONIC, &now);\n\ttime_t t;\n")
        self.assertEqual(self.check({"src/calendar/clock.c": text,
                                     "src/base/b_test.c": text}), [])
        self.assertEqual(self.check({"src/base/b.c": text}), [
            f"src/base/b.c:{line}: only src/calendar/clock.c reads the wall "
            "clock (R-CAL-004)" for line in (1, 2)])

    def test_lower_room_is_fine(self):
        self.assertEqual(self.check({
            "src/ident/a.h": "", "src/base/b.h": "",
            "src/ident/a.c": '/* x */\n#include "ident/a.h"\n'
                             '#include "base/b.h"\n'}), [])

    def test_higher_room_is_found_with_its_line(self):
        self.assertEqual(self.check({
            "src/base/b.c": '#include <stdio.h>\n#include "ident/a.h"\n'}),
            ['src/base/b.c:2: base includes "ident/a.h", which is above it'])

    def test_include_in_a_comment_is_none(self):
        self.assertEqual(self.check({
            "src/base/b.c": '/*\n#include "ident/a.h"\n*/\n'}), [])

    def test_own_header_comes_first(self):
        self.assertEqual(len(self.check({
            "src/base/b.h": "",
            "src/base/b.c": '#include <stdio.h>\n#include "base/b.h"\n'})),
            1)

    def test_unknown_room_is_found(self):
        self.assertEqual(len(self.check({"src/misc/b.c": ""})), 1)


class Output(unittest.TestCase):
    FOUND = [
        ("src/intake/a.c", 'x("SELECT id FROM t");', "SQL in C"),
        ("src/intake/a.c", 'x("INSERT " "INTO t");', "SQL in C"),
        ("src/intake/a.c", 'x("BEGIN IMMEDIATE");', "outside src/store"),
        ("src/store/a.c", 'buf_addf(b, "PRAGMA x=%s", n);', "formatted"),
        ("src/web/a.c", 'buf_addf(b, "<p class=%s>", c);', "a page"),
        ("src/web/a.c", "strcpy(a, b);", "no bound"),
    ]
    FINE = [
        ("src/store/a.c", 'x("BEGIN IMMEDIATE");'),
        ("src/intake/a.c", 'err_set(e, 1, "cannot select from it");'),
        ("src/store/a.c", 'snprintf(b, n, "PRAGMA x=%zu", c);'),
        ("src/cli/a.c", 'puts("usage: gongxin submit FILE <dir>");'),
        ("src/intake/a.c", '/* SELECT id FROM t */'),
        ("src/intake/a_test.c", 'x("DELETE FROM t");'),
    ]

    def test_found(self):
        for index, (path, text, expected) in enumerate(self.FOUND):
            with self.subTest(index=index):
                problems = list(output.check_c(path, text))
                self.assertEqual(len(problems), 1, problems)
                self.assertIn(expected, problems[0])

    def test_fine(self):
        for index, (path, text) in enumerate(self.FINE):
            with self.subTest(index=index):
                self.assertEqual(list(output.check_c(path, text)), [])

    def test_loops_within_the_first_member(self):
        row = "{{#rows}}{{.}}{{/rows}}"
        for text, count in [
                ("{{#rows.0}}<ul>{{/rows.0}}" + row + "{{#rows.0}}</ul>"
                 "{{/rows.0}}", 0),
                ("{{#rows.0}}<ul>" + row + "</ul>{{/rows.0}}", 1),
                ("{{^rows.0}}" + row + "{{/rows.0}}", 0),
                ("{{<a}}{{$b}}{{#rows.0}}{{>part}}{{/rows.0}}{{/b}}{{/a}}", 1),
                ("{{#rows.0}}{{/rows.0}}{{>part}}", 0)]:
            with self.subTest(text=text):
                problems = list(output.check_templates(
                    {"web/a.mustache": text, "web/part.mustache": row}))
                self.assertEqual(len(problems), count, problems)

    def test_marks_and_machine_paths(self):
        spdx = "/* SPDX-License-Identifier: Apache-2.0 */\n"
        for index, line in enumerate(["/* TO" "DO */", "x /ho" "me/a/b",
                                      "/ro" "ot/x"]):
            with self.subTest(index=index):
                self.assertEqual(
                    len(list(output.check_text("a.c", spdx + line))), 1)
        self.assertEqual(len(list(output.check_text("a.c", "int a;"))), 1)


class Translations(unittest.TestCase):
    def test_texts_of_calls(self):
        used, every = translations.used_texts("a.c", (
            'err_set(e, ERR_IO, "cannot read \\"%s\\", " "line %zu", p, n);'
            'tr(is_one ? "one" : "more"); other("none");'
            'err_hint(e, "%" PRId64 " rows", n);'))
        self.assertEqual([t for _, t in used],
                         ['cannot read "%s", line %zu', "one", "more",
                          "%ld rows"])
        self.assertIn("none", every)

    def test_conversions_must_agree(self):
        for index, (english, chinese, is_good) in enumerate([
                ("%s of %zu", "%2$zu 中的 %1$s", True),
                ("%s of %zu", "%zu 中的 %s", False),
                ("%s of %zu", "共 %zu", False),
                ("%d %%", "%d %%", True),
                ("%ld", "%d", False),
                ("%s %s", "%2$s", False),
                ("%*d", "%*d", True),
                ("a", "", False),
                ("a\n", "b", False)]):
            with self.subTest(index=index):
                fault = translations.compare(english, chinese)
                self.assertEqual(fault is None, is_good, fault)

    def test_marks_alone_need_no_entry(self):
        self.assertFalse(translations.needs_entry("%s: %s\n"))
        self.assertTrue(translations.needs_entry("no %s"))


if __name__ == "__main__":
    unittest.main()
