# SPDX-License-Identifier: Apache-2.0
"""Install what a package-lock.json names, once for each state of the lock.

The locks name versions and digests but no addresses, so that whichever
registry npm is set to serves them. Scripts of packages are not run.
"""
import hashlib
import os
import subprocess

STAMP = ".lock-digest"


class Failed(Exception):
    """npm could not install; the text says what it wrote."""


def install(folder):
    """Makes folder/node_modules what the lock says; does nothing when it
    is so already."""
    with open(os.path.join(folder, "package-lock.json"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    stamp = os.path.join(folder, "node_modules", STAMP)
    try:
        with open(stamp, encoding="utf-8") as file:
            if file.read() == digest:
                return
    except OSError:
        pass
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                           "--no-fund"], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed(f"npm ci in {folder} failed:\n{done.stdout}")
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(digest)
