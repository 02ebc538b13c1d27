#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that every text for people has its Chinese in i18n/zh/*.po.

usage: check-translations.py

A text is the literal that tr(), N_(), err_set(), err_detail() and their like
are given. Each needs an entry; each entry needs a use; and the conversions
of the two must agree in type and order (%1$s may turn them round, and must
then number all of them). Texts of conversions and marks only, as "%s: %s",
need no entry. A template's text is what stands in {{#_}}...{{/_}}; its tags
must be those of its translation.
"""
import re
import sys

import sources
import trgen

# The function and which of its arguments is the text.
CALLS = {"tr": 0, "N_": 0, "tr_in": 1, "err_detail": 1, "err_hint": 1,
         "err_context": 1, "err_set_errno": 1, "err_set": 2,
         "err_set_errno_at": 3, "err_set_at": 4}
# <inttypes.h> on a 64-bit system, as the compiler joins it.
MACROS = {f"PRI{c}{size}": {"64": "l", "32": "", "16": "h", "8": "hh",
                            "MAX": "l", "PTR": "l"}[size] + c
          for c in "diuxXo" for size in ("64", "32", "16", "8", "MAX", "PTR")}
CONVERSION = re.compile(
    r"%(?:(\d+)\$)?([-+ #0']*)(\*|\d+)?(?:\.(\*|\d*))?"
    r"(hh|h|ll|l|j|z|t|L)?([diouxXeEfFgGaAcspn%])")


TEMPLATE_TEXT = re.compile(r"\{\{#_\}\}(.*?)\{\{/_\}\}", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}")


class Bad(Exception):
    """A format whose conversions cannot be read."""


def conversions(text):
    """The argument types of a printf format, in order of the arguments."""
    plain, numbered = [], {}
    rest = CONVERSION.sub("", text)
    if "%" in rest:
        raise Bad("a % that is no conversion")
    for m in CONVERSION.finditer(text):
        number, _, width, precision, size, kind = m.groups()
        if kind == "%":
            continue
        stars = [s for s in (width, precision) if s == "*"]
        if number is None:
            plain += ["int"] * len(stars) + [(size or "") + kind]
        elif stars:
            raise Bad("* beside a numbered conversion")
        else:
            numbered[int(number)] = (size or "") + kind
    if plain and numbered:
        raise Bad("numbered and plain conversions in one text")
    if numbered and sorted(numbered) != list(range(1, len(numbered) + 1)):
        raise Bad("numbers that do not run from 1 without a gap")
    return plain or [numbered[n] for n in sorted(numbered)]


def arguments(found, at):
    """The token lists of a call's arguments; at is behind its bracket."""
    out, depth, part = [], 0, []
    while at < len(found):
        token = found[at]
        if depth == 0 and token.text in (",", ")"):
            out.append(part)
            part = []
            if token.text == ")":
                return out
        else:
            depth += {"(": 1, "[": 1, "{": 1,
                      ")": -1, "]": -1, "}": -1}.get(token.text, 0)
            part.append(token)
        at += 1
    return out


def texts(part):
    """(line, text) of each run of literals; a ?: has two."""
    out, current = [], None
    for token in part:
        if token.kind == "string":
            piece = sources.string_bytes(token.text)
        elif token.text in MACROS:
            piece = MACROS[token.text]
        else:
            current = None
            continue
        if current is None:
            current = len(out)
            out.append((token.line, piece))
        else:
            out[current] = (out[current][0], out[current][1] + piece)
    return out


def needs_entry(text):
    return re.search(r"[A-Za-z]{2}", CONVERSION.sub("", text)) is not None


def used_texts(path, text):
    """(line, text) that people read, and every literal of the file."""
    found = list(sources.tokens(text))
    used = []
    for at, token in enumerate(found[:-1]):
        if token.text in CALLS and found[at + 1].text == "(":
            parts = arguments(found, at + 2)
            place = CALLS[token.text]
            if place < len(parts):
                used += texts(parts[place])
    return used, {t for _, t in texts(found)}


def template_texts(text):
    """(line, text) of a template's texts, white space folded."""
    for m in TEMPLATE_TEXT.finditer(text):
        line = text.count("\n", 0, m.start()) + 1
        yield line, " ".join(m.group(1).split())


def compare(english, chinese):
    if not chinese:
        return "has an empty translation"
    if (sorted(TEMPLATE_TAG.findall(english))
            != sorted(TEMPLATE_TAG.findall(chinese))):
        return "has other tags than its translation"
    try:
        want, have = conversions(english), conversions(chinese)
    except Bad as e:
        return str(e)
    if want != have:
        return f"takes {want}, its translation {have}"
    if english.endswith("\n") != chinese.endswith("\n"):
        return "ends with a newline in one language only"
    return None


def read_entries(problems):
    entries = {}
    for path in sources.files(".po", under="i18n"):
        for english, chinese in trgen.read_po(f"{sources.ROOT}/{path}"):
            if english in entries:
                problems.append(f"{path}: \"{english}\" has two entries")
            entries[english] = path
            fault = compare(english, chinese)
            if fault:
                problems.append(f"{path}: \"{english}\" {fault}")
    return entries


def main():
    problems, literals, count = [], set(), 0
    entries = read_entries(problems)
    for path in sources.files(".c", ".h", under="src"):
        if path.endswith(("_test.c", "_test_help.c", "_fuzz.c")):
            continue
        used, all_literals = used_texts(path, sources.read(path))
        literals |= all_literals
        for line, text in used:
            count += 1
            if needs_entry(text) and text not in entries:
                problems.append(f"{path}:{line}: \"{text}\" has no Chinese")
    for path in sources.files(".mustache", under="web"):
        for line, text in template_texts(sources.read(path)):
            literals.add(text)
            count += 1
            if needs_entry(text) and text not in entries:
                problems.append(f"{path}:{line}: \"{text}\" has no Chinese")
    problems += [f"{path}: \"{text}\" is used nowhere"
                 for text, path in entries.items() if text not in literals]
    for problem in problems:
        print(problem.replace("\n", "\\n"))
    if not problems:
        print(f"{count} texts, {len(entries)} entries, all matched")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
