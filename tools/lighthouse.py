#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lighthouse over the public pages of an example city.

usage: lighthouse.py [--runs N] [--aim N] [PAGE...]

Installs what bench/lighthouse/package-lock.json names and runs run.mjs of
that folder with build/gongxin. Pages are those of test/browser/pages.mjs,
all that answer 200 when none is named; each is measured N times (3). Ends
with 1, and says which, when one has a score below the aim (95) or none.
"""
import os
import subprocess
import sys

import npm
import sources

FOLDER = os.path.join(sources.ROOT, "bench", "lighthouse")


def main(argv):
    try:
        npm.install(FOLDER)
    except (npm.Failed, OSError) as e:
        print(f"lighthouse: {e}", file=sys.stderr)
        return 1
    return subprocess.run(["node", os.path.join(FOLDER, "run.mjs"),
                           *argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv))
