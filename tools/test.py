#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run every test; the last line is exactly "N passed, N failed".

usage: test.py [GROUP...]     (all when none is named)

    builds     release with gcc; ASan and UBSan with clang
    unit       the rooms' unit tests, release and sanitized, every subtest
    threads    unit tests of what runs in threads, with ThreadSanitizer
    scenarios  test/LETTERNNNN-slug with the real program; those marked
               "# asan" with the sanitized program too
    sanitized  those marked "# asan: soak" with the sanitized program: of
               make soak, run only when it is named
    checks     order of rooms, output, translations, SQL, generated files,
               format
    tools      the tests of these tools
    postgres   every schema step and statement on a private PostgreSQL 15
    browser    a visitor with Chromium over an example city (test/browser)
    fuzz       each target over its corpus and for 5 seconds more

One line a group; what fails is printed in full. A build that fails fails
the groups that need it.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys
import time

import fuzz
import npm
import scenarios
import sources

JOBS = os.cpu_count() or 1
# A scenario waits for its server a third of its time.
SCENARIO_JOBS = JOBS + 1
FUZZ_SECONDS = 5
THREADED = ["block_cache_test", "ledger_test", "names_index_test", "server_parser_test",
            "server_test",
            "server_wait_test", "server_words_test", "usage_test"]
BROWSER_SECONDS = 1600
MESON_RESULTS_GOOD = {"OK", "EXPECTEDFAIL", "SKIP"}
# Directory, compiler, options of meson.
BUILDS = [
    ("build", "gcc", []),
    ("build-asan", "clang-14", ["-Db_sanitize=address,undefined",
                                "-Db_lundef=false",
                                "-Dbuildtype=debugoptimized"]),
]


class Tally:
    """Counts and prints; a group is a line with its time."""

    def __init__(self):
        self.passed = self.failed = 0

    def group(self, name, results, began):
        passed = sum(r.passed for r in results)
        failed = sum(r.failed for r in results)
        for r in results:
            if r.failed:
                print(f"---- FAILED: {r.name}\n{r.output.rstrip()}\n----")
        words = f"{passed} passed" + (f", {failed} FAILED" if failed else "")
        print(f"{name:<34} {words:<24} {time.monotonic() - began:7.1f} s",
              flush=True)
        self.passed += passed
        self.failed += failed
        return failed == 0


def result(name, good, output):
    return scenarios.Result(name, int(good), int(not good), output, 0)


def run(command, **options):
    """(exit code, output)"""
    done = subprocess.run(command, cwd=sources.ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          errors="replace", **options)
    return done.returncode, done.stdout


def what_failed(output):
    """A build's output from its first error on."""
    m = re.search(r"^(FAILED:|.*\bERROR:)", output, re.MULTILINE)
    return output[m.start():] if m else output


def build(folder, compiler, options):
    path = os.path.join(sources.ROOT, folder)
    if not os.path.exists(os.path.join(path, "build.ninja")):
        code, output = run(["meson", "setup", folder, *options],
                           env=dict(os.environ, CC=compiler))
        if code:
            return result(f"meson setup {folder}", False,
                          what_failed(output))
    code, output = run(["ninja", f"-j{JOBS}", "-C", folder])
    return result(f"build of {folder} with {compiler}", code == 0,
                  what_failed(output))


def run_builds(tally):
    for folder, compiler, options in BUILDS:
        began = time.monotonic()
        tally.group(f"build {folder}", [build(folder, compiler, options)],
                    began)


def unit_result(folder, test):
    """A test program's result, with its subtests counted."""
    passed, failed = scenarios.count_tap(test.get("stdout", ""))
    good = test["result"] in MESON_RESULTS_GOOD
    if not good and not failed:
        failed = 1  # it died between its subtests, or a sanitizer spoke
    if good and not passed:
        passed, failed = (1, 0) if test["result"] == "SKIP" else (0, 1)
    output = (f"{test['result']}, exit {test.get('returncode')}\n"
              f"{test.get('stdout', '')}{test.get('stderr', '')}")
    return scenarios.Result(f"{test['name']} of {folder}", passed, failed,
                            output, test.get("duration", 0))


def run_unit(tally):
    for folder in ("build", "build-asan"):
        began = time.monotonic()
        log = os.path.join(sources.ROOT, folder, "meson-logs", "unit.json")
        if os.path.exists(log):
            os.unlink(log)
        code, output = run(["meson", "test", "-C", folder, "--no-rebuild",
                            "--logbase", "unit", "--num-processes",
                            str(JOBS)],
                           env=dict(os.environ, **scenarios.SANITIZERS))
        if not os.path.exists(log):
            results = [result(f"meson test of {folder}", False, output)]
        else:
            with open(log, encoding="utf-8") as file:
                results = [unit_result(folder, json.loads(line))
                           for line in file]
        tally.group(f"unit tests of {folder}", results, began)


def run_threads(tally):
    began = time.monotonic()
    folder = "build-tsan"
    path = os.path.join(sources.ROOT, folder)
    if not os.path.exists(os.path.join(path, "build.ninja")):
        run(["meson", "setup", folder, "-Db_sanitize=thread",
             "-Db_lundef=false", "-Dbuildtype=debugoptimized"],
            env=dict(os.environ, CC="gcc"))
    results = []
    for name in THREADED:
        code, output = run(["ninja", f"-j{JOBS}", "-C", folder, name])
        if code == 0:
            code, output = run(
                [os.path.join(path, name)],
                env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP",
                         TSAN_OPTIONS="halt_on_error=1:exitcode=99"))
        passed, failed = scenarios.count_tap(output)
        if code and not failed:
            failed = 1
        results.append(scenarios.Result(name, passed, failed, output, 0))
    tally.group("unit tests with threads", results, began)


def run_scenarios(tally):
    found, wrong = scenarios.find()
    began = time.monotonic()
    results = [result("names under test/", False, text) for text in wrong]
    program = os.path.join(sources.ROOT, "build", "gongxin")
    results += scenarios.run_all([(s, program) for s in found],
                                 SCENARIO_JOBS)
    tally.group(f"{len(found)} scenarios", results, began)
    run_with_sanitizers(tally, [s for s in found if s.asan])


def run_with_sanitizers(tally, chosen):
    began = time.monotonic()
    program = os.path.join(sources.ROOT, "build-asan", "gongxin")
    results = scenarios.run_all([(s, program, " (asan)") for s in chosen],
                                SCENARIO_JOBS)
    tally.group(f"{len(chosen)} scenarios, sanitized", results, began)


def check_format():
    """(0, "") or the files that clang-format would change, with counts."""
    paths = sources.files(".c", ".h")
    code, output = run(["clang-format-14", "--dry-run", *paths])
    counts = collections.Counter(re.findall(
        r"^(\S+?):\d+:\d+: warning: code should be", output, re.MULTILINE))
    if code and not counts:
        return code, output
    return len(counts), "".join(f"{path}: {count} places\n"
                                for path, count in sorted(counts.items()))


def check_generated():
    """Generators of committed files prove with --check that those are
    what they would write now."""
    output, bad = "", 0
    for path in sources.files(".py", under="tools"):
        if re.search(r'["\']--check["\']', sources.read(path)) and \
                not path.endswith("test.py"):
            code, text = run([sys.executable, path, "--check"])
            if code:
                bad, output = 1, output + f"{path} --check:\n{text}"
    return bad, output


def run_checks(tally):
    sql = sources.files(".sql", under="src")
    po = sources.files(".po", under="i18n")
    tools = os.path.join(sources.ROOT, "tools")
    python = sys.executable
    began = time.monotonic()
    outcomes = [
        ("rooms", run([python, f"{tools}/check-rooms.py"])),
        ("output", run([python, f"{tools}/check-output.py"])),
        ("translations", run([python, f"{tools}/check-translations.py"])),
        ("translation table", run([python, f"{tools}/trgen.py", *po])),
        ("SQL", run([python, f"{tools}/sqlgen.py", "check", *sql])),
        ("schema steps", run([python, f"{tools}/sqlgen.py", "steps",
                              os.path.join(sources.ROOT, "src", "store",
                                           "steps.sums"), *sql])),
        ("generated files", check_generated()),
        ("format (make format mends it)", check_format()),
    ]
    tally.group("checks", [result(name, code == 0, output)
                           for name, (code, output) in outcomes], began)


def run_tools(tally):
    began, results = time.monotonic(), []
    for path in sorted(glob.glob(f"{sources.ROOT}/tools/*_test.py")):
        code, output = run([sys.executable, path])
        ran = re.search(r"^Ran (\d+) tests?", output, re.MULTILINE)
        bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)",
                                             output))
        count = int(ran.group(1)) if ran else 0
        if code and not bad or not count:
            bad = max(bad, 1)
        results.append(scenarios.Result(os.path.basename(path),
                                        max(count - bad, 0), bad, output, 0))
    tally.group("tests of the tools", results, began)


def run_postgres(tally):
    began = time.monotonic()
    code, output = run([sys.executable, f"{sources.ROOT}/tools/pgcheck.py"])
    last = re.search(r"^(\d+) passed, (\d+) failed$", output, re.MULTILINE)
    passed, failed = map(int, last.groups()) if last else (0, 1)
    if code and not failed:
        failed = 1
    tally.group("SQL on PostgreSQL 15",
                [scenarios.Result("pgcheck", passed, failed, output, 0)],
                began)


def run_browser(tally):
    began = time.monotonic()
    folder = os.path.join(sources.ROOT, "test", "browser")
    env = scenarios.environment(os.path.join(sources.ROOT, "build",
                                             "gongxin"))
    try:
        npm.install(folder)
        code, output = scenarios.run_limited(
            ["node", os.path.join(folder, "run.mjs")], BROWSER_SECONDS,
            cwd=folder, env=env)
    except (npm.Failed, OSError) as e:
        code, output = 2, str(e)
    passed, failed = scenarios.count_tap(output)
    if code is None:
        output += f"\n# out of time after {BROWSER_SECONDS} seconds"
    if code != 0 and not failed or not passed + failed:
        failed += 1
    failures = "\n".join(re.findall(r"^not ok.*(?:\n#.*)*", output,
                                    re.MULTILINE)) or output
    tally.group("a visitor with a browser",
                [scenarios.Result("browser", passed, failed, failures, 0)],
                began)


def run_fuzz(tally):
    began = time.monotonic()
    try:
        found = fuzz.build(JOBS)
        results = fuzz.run_all(found, FUZZ_SECONDS, JOBS)
    except SystemExit as e:
        results = [result("build of the fuzz targets", False, str(e))]
    tally.group(f"{len(results)} fuzz targets, {FUZZ_SECONDS} s each",
                results, began)


def run_sanitized(tally):
    run_with_sanitizers(tally, [s for s in scenarios.find()[0]
                                if s.asan_in_soak])


GROUPS = {"builds": run_builds, "unit": run_unit,
          "threads": run_threads, "scenarios": run_scenarios,
          "checks": run_checks, "tools": run_tools,
          "postgres": run_postgres, "browser": run_browser,
          "fuzz": run_fuzz}
ON_DEMAND = {"sanitized": run_sanitized}


def main(argv):
    unknown = [a for a in argv[1:] if a not in GROUPS | ON_DEMAND]
    if unknown:
        print(__doc__, file=sys.stderr)
        return 2
    began, tally = time.monotonic(), Tally()
    for name, group in (GROUPS | ON_DEMAND).items():
        if name in (argv[1:] or GROUPS):
            group(tally)
    print("\nthe longest functions (for information)")
    print(run([sys.executable,
               f"{sources.ROOT}/tools/longest-functions.py"])[1])
    print(f"{time.monotonic() - began:.0f} seconds on {JOBS} cores")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
