#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run clang-tidy (.clang-tidy) and cppcheck over all C files.

usage: lint.py [FILE.c...]

Any finding fails. A finding that is wrong is silenced where it stands, with
the reason: "// NOLINT(check): why" for clang-tidy, "cppcheck-suppress id"
in a comment for cppcheck.
"""
import concurrent.futures
import json
import os
import subprocess
import sys

import sources

BUILD = os.path.join(sources.ROOT, "build-clang")
JOBS = os.cpu_count() or 1
CPPCHECK = [
    "cppcheck", "--std=c17", "--language=c", f"-j{JOBS}", "--quiet",
    "--enable=warning,performance,portability", "--inline-suppr",
    "--error-exitcode=1", "--force", "-I", "src", "-D_GNU_SOURCE",
    "--suppress=missingIncludeSystem",
    # cmocka's macros, and generated tables that are not there yet.
    "--suppress=unknownMacro", "--suppress=missingInclude",
    # Does not see that a function in another file fills what it is given;
    # clang-tidy's analyzer follows that better.
    "--suppress=uninitvar", "--suppress=uninitStructMember",
    # Does not know that fail_msg() ends a test.
    "--suppress=nullPointerRedundantCheck:*_test.c",
    # Its own limits, told as findings.
    "--suppress=normalCheckLevelMaxBranches", "--suppress=toomanyconfigs",
]
# The analyzer does not know that cmocka's assertions end a test, and a test
# knows how long the texts are that it puts together.
TEST_CHECKS = ("-clang-analyzer-core.*,"
               "-clang-analyzer-security.insecureAPI.strcpy")


def run(command):
    done = subprocess.run(command, cwd=sources.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def built_files():
    """The C files that the build compiles, from the root; builds first,
    because headers are generated."""
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        subprocess.run(["meson", "setup", BUILD], check=True,
                       cwd=sources.ROOT, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, CC="clang-14"))
    done = subprocess.run(["ninja", "-C", BUILD], cwd=sources.ROOT,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stdout)
    with open(os.path.join(BUILD, "compile_commands.json"),
              encoding="utf-8") as file:
        commands = json.load(file)
    paths = {os.path.relpath(os.path.join(c["directory"], c["file"]),
                             sources.ROOT) for c in commands}
    return sorted(p for p in paths if p.startswith("src/"))


def tidy(path):
    checks = TEST_CHECKS if path.endswith(("_test.c", "_test_help.c")) else ""
    code, output, errors = run(["clang-tidy-14", "-p", BUILD, "--quiet",
                                f"--checks={checks}", path])
    if code and not output:
        output = errors
    return path, code, output


def main(argv):
    built = built_files()
    paths = argv[1:] or built
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=JOBS) as pool:
        for path, code, output in pool.map(tidy, paths):
            if code:
                bad += 1
                print(output.strip())
    print(f"clang-tidy: {len(paths)} files, {bad} with findings", flush=True)
    code, output, errors = run(CPPCHECK + paths)
    print((output + errors).strip() or "cppcheck: nothing found")
    return 1 if bad or code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
