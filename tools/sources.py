#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Name the source files of this tree, and read C well enough to check it.

usage: sources.py c|sql|po|text

The checks import this: which files there are, the tokens of a C file with
their lines, and the functions it defines. The C reader knows comments,
strings, characters and brackets; that is all the checks need.
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Never entered: built, downloaded or made by running the program.
SKIPPED = re.compile(r"^(\.git|build(-.*)?|data-.*|run|run-files|node_modules|"
                     r"__pycache__|crashes|found|out)$")
TEXT_ENDINGS = (".c", ".h", ".py", ".sh", ".md", ".build", ".sql", ".po",
                ".yaml", ".yml", ".mjs", ".js", ".txt", ".json", ".1")

TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>(?:u8|[LuU])?"(?:[^"\\\n]|\\.)*")
  | (?P<char>[LuU]?'(?:[^'\\\n]|\\.)+')
  | (?P<directive>^[ \t]*\#[ \t]*\w+)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<space>(?:[ \t\r\n]|\\\n)+)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f",
           "v": "\v", "e": "\033"}


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


def files(*endings, under=""):
    """Paths from the root, sorted."""
    found = []
    for folder, folders, names in os.walk(os.path.join(ROOT, under)):
        folders[:] = [f for f in folders if not SKIPPED.match(f)]
        for name in names:
            if name.endswith(endings):
                path = os.path.join(folder, name)
                found.append(os.path.relpath(path, ROOT))
    return sorted(found)


def read(path):
    """The text; what is not UTF-8 (test data) shows as U+FFFD."""
    with open(os.path.join(ROOT, path), encoding="utf-8",
              errors="replace") as file:
        return file.read()


def tokens(text, comments=False):
    """The tokens of C text; without white space, and without comments
    unless asked for."""
    line = 1
    for m in TOKEN.finditer(text):
        kind = m.lastgroup
        if kind != "space" and (comments or kind != "comment"):
            yield Token(kind, m.group().strip(), line)
        line += m.group().count("\n")


def string_bytes(token):
    """What a C string literal stands for, as text."""
    body = token[token.index('"') + 1:-1]
    out, at = bytearray(), 0
    while at < len(body):
        if body[at] != "\\":
            out += body[at].encode()
            at += 1
            continue
        m = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|"
                       r"(.))", re.DOTALL).match(body, at)
        octal, hexa, code, char = m.groups()
        if octal:
            out.append(int(octal, 8) & 255)
        elif hexa:
            out.append(int(hexa, 16) & 255)
        elif code:
            out += chr(int(code, 16)).encode()
        else:
            out += ESCAPES.get(char, char).encode()
        at = m.end()
    return out.decode("utf-8", "replace")


NOT_FUNCTIONS = {"if", "for", "while", "switch", "return", "sizeof",
                 "_Static_assert", "__attribute__"}


def functions(text):
    """(name, first line, last line) of each function a C file defines."""
    depth, name, start, opened = 0, None, 0, 0
    found, paren, previous, close = [], 0, None, False
    for token in tokens(text):
        if depth == 0 and token.kind == "other":
            if token.text == "(":
                if (paren == 0 and previous is not None
                        and previous.kind == "word"
                        and previous.text not in NOT_FUNCTIONS):
                    name, start = previous.text, previous.line
                paren += 1
            elif token.text == ")":
                paren -= 1
            elif token.text in ";=":
                name = None
        if token.kind == "other" and token.text == "{":
            if depth == 0:
                opened, close = name, previous and previous.text == ")"
            depth += 1
        elif token.kind == "other" and token.text == "}":
            depth -= 1
            if depth == 0:
                if opened and close:
                    found.append((opened, start, token.line))
                name = None
        previous = token
    return found


def main(argv):
    kinds = {"c": (".c", ".h"), "sql": (".sql",), "po": (".po",),
             "text": TEXT_ENDINGS}
    if len(argv) != 2 or argv[1] not in kinds:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    print("\n".join(files(*kinds[argv[1]])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
