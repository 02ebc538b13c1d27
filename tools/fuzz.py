#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build and run the fuzz targets.

usage: fuzz.py [NAME...]        FUZZ_SECONDS=60 each, two at a time

A target is an entry of fuzz_targets in a room's meson.build, made from
src/ROOM/NAME.c (libFuzzer's LLVMFuzzerTestOneInput) and run with
AddressSanitizer and UndefinedBehaviorSanitizer. For a target csv_fuzz:

    src/ROOM/csv.dict     its dictionary, when there is one
    fuzz/corpus/csv/      the kept corpus: small, committed, every past crash
    fuzz/found/csv/       inputs that reached new code; never committed
    fuzz/crashes/         inputs that crashed; move them to the corpus with
                          the fix

Inputs over 64 KiB, over 10 seconds or over 1 GiB of memory count as
crashes or are not tried. Exit code 1 when a target crashed.
"""
import concurrent.futures
import glob
import json
import os
import re
import subprocess
import sys
import time

import scenarios
import sources

BUILD = os.path.join(sources.ROOT, "build-fuzz")
CRASHES = os.path.join(sources.ROOT, "fuzz", "crashes")
CLANG = "clang-14"
MAX_BYTES = 65536


def build(jobs):
    """The paths of the built targets by name; exits with the output when
    they do not build."""
    env = dict(os.environ, CC=CLANG)
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        run_or_exit(["meson", "setup", BUILD, "-Dfuzz=true",
                     "-Db_sanitize=address,undefined", "-Db_lundef=false",
                     "-Dbuildtype=debugoptimized"], env)
    run_or_exit(["ninja", "-C", BUILD, "build.ninja"], env)
    found = targets()
    if found:
        run_or_exit(["ninja", f"-j{jobs}", "-C", BUILD, *found], env)
    return found


def targets():
    done = subprocess.run(["meson", "introspect", "--targets", BUILD],
                          stdout=subprocess.PIPE, check=True, text=True)
    return {t["name"]: t["filename"][0] for t in json.loads(done.stdout)
            if t["type"] == "executable" and t["name"].endswith("_fuzz")}


def run_or_exit(command, env):
    done = subprocess.run(command, env=env, cwd=sources.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout)
        sys.exit(f"fuzz: {' '.join(command[:2])} failed")


def command_of(name, program, seconds):
    stem = name[:-len("_fuzz")]
    found = os.path.join(sources.ROOT, "fuzz", "found", stem)
    corpus = os.path.join(sources.ROOT, "fuzz", "corpus", stem)
    os.makedirs(found, exist_ok=True)
    command = [program, found]
    if os.path.isdir(corpus):
        command.append(corpus)
    for path in glob.glob(f"{sources.ROOT}/src/*/{stem}.dict"):
        command.append(f"-dict={path}")
    return command + [f"-artifact_prefix={CRASHES}/{stem}-",
                      f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}",
                      "-timeout=10", "-rss_limit_mb=1024",
                      "-print_final_stats=1", "-verbosity=1"]


def kept_count(name):
    """How many kept inputs the target is run over."""
    stem = name[:-len("_fuzz")]
    return len(glob.glob(f"{sources.ROOT}/fuzz/corpus/{stem}/*"))


def run_target(name, program, seconds):
    """A Result: first the kept corpus, then new inputs for `seconds`."""
    os.makedirs(CRASHES, exist_ok=True)
    began = time.monotonic()
    code, output = scenarios.run_limited(
        command_of(name, program, seconds), seconds + 600,
        env=dict(os.environ, **scenarios.SANITIZERS), cwd=sources.ROOT)
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", output)
    took = time.monotonic() - began
    if code == 0 and runs:
        return scenarios.Result(name, 1, 0, f"{runs.group(1)} inputs, "
                                f"{kept_count(name)} kept", took)
    return scenarios.Result(name, 0, 1, output, took)


def run_all(found, seconds, jobs):
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(lambda t: run_target(*t, seconds),
                             sorted(found.items())))


def main(argv):
    seconds = int(os.environ.get("FUZZ_SECONDS", "60"))
    if seconds < 1:  # libFuzzer takes 0 for "without end"
        sys.exit("fuzz: FUZZ_SECONDS is at least 1")
    jobs = os.cpu_count() or 1
    found = build(jobs)
    if argv[1:]:
        unknown = [n for n in argv[1:] if n not in found]
        if unknown:
            sys.exit(f"fuzz: no target {', '.join(unknown)}; there are "
                     f"{', '.join(sorted(found))}")
        found = {n: found[n] for n in argv[1:]}
    print(f"{len(found)} targets, {seconds} seconds each", flush=True)
    results = run_all(found, seconds, jobs)
    for result in results:
        if result.failed:
            print(f"FAILED {result.name}\n{result.output}")
        else:
            print(f"{result.name}: {result.output}")
    failed = sum(r.failed for r in results)
    print(f"{len(results) - failed} targets held, {failed} crashed"
          + (f"; see {os.path.relpath(CRASHES)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
