# SPDX-License-Identifier: Apache-2.0
"""Run the scenario tests of test/ (see test/lib.sh for how one is written).

A scenario is an executable test/[a-z]NNNN-slug. It runs in an empty
directory of its own that is removed afterwards unless it failed and the
caller keeps it. Each "ok"/"not ok" line is one test; a scenario that stops
by itself, runs out of time or checks nothing has failed once more.
"""
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import sources

NAME = re.compile(r"^[a-z][0-9]{4}-[a-z0-9-]+$")
TIMEOUT_SECONDS = 300
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99:"
                    "detect_stack_use_after_return=1:"
                    "strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99",
    "LSAN_OPTIONS": "exitcode=99",
}


class Result:
    """What one scenario or one test program came to."""

    def __init__(self, name, passed, failed, output, seconds):
        self.name, self.passed, self.failed = name, passed, failed
        self.output, self.seconds = output, seconds


class Scenario:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            head = [file.readline().strip() for _ in range(10)]
        self.asan = "# asan" in head
        self.asan_in_soak = "# asan: soak" in head
        self.timeout = TIMEOUT_SECONDS
        for line in head:
            m = re.fullmatch(r"# timeout: (\d+)", line)
            if m:
                self.timeout = int(m.group(1))


def find():
    """(scenarios, names that look like one and are none)."""
    folder = os.path.join(sources.ROOT, "test")
    found, wrong = [], []
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        path = os.path.join(folder, name)
        if NAME.match(name) and os.access(path, os.X_OK):
            found.append(Scenario(path))
        elif re.match(r"^[a-z][0-9]", name):
            wrong.append(f"test/{name}: not executable, or not named "
                         "LETTER, four digits, -slug")
    return found, wrong


def count_tap(output):
    """(passed, failed) from "ok" and "not ok" lines."""
    passed = len(re.findall(r"^ok\b", output, re.MULTILINE))
    failed = len(re.findall(r"^not ok\b", output, re.MULTILINE))
    return passed, failed


def environment(program):
    env = dict(os.environ, GONGXIN=program, GX_SOURCE_ROOT=sources.ROOT,
               LANG="C.UTF-8", **SANITIZERS)
    for name in ("LC_ALL", "LC_MESSAGES", "GONGXIN_LANG"):
        env.pop(name, None)
    return env


def run_limited(command, timeout, **options):
    """(exit code or None when out of time, output); takes its children
    along when time is up."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL,
                               start_new_session=True, **options)
    try:
        output, _ = process.communicate(timeout=timeout)
        return process.returncode, output.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output.decode("utf-8", "replace")


def run_one(scenario, program, label="", keep=False):
    folder = tempfile.mkdtemp(prefix=f"gx-{scenario.name}-")
    began = time.monotonic()
    # The sanitizers make everything several times slower.
    timeout = scenario.timeout * (4 if label else 1)
    code, output = run_limited([scenario.path], timeout, cwd=folder,
                               env=environment(program))
    passed, failed = count_tap(output)
    if code is None:
        failed += 1
        output += f"# out of time after {timeout} seconds\n"
    elif code != 0 and failed == 0:
        failed += 1
        output += f"# ended with {code} without a failed check\n"
    elif passed + failed == 0:
        failed += 1
        output += "# checked nothing\n"
    if failed and keep:
        output += f"# its directory stays: {folder}\n"
    else:
        make_removable(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return Result(scenario.name + label, passed, failed, output,
                  time.monotonic() - began)


def make_removable(folder):
    """A scenario may have left read-only directories."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(place, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)


def run_all(work, jobs):
    """Results of [(scenario, program, label)], in the order given."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(lambda w: run_one(*w), work))
