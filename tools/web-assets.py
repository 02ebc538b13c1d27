#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn web/ into what the program carries: templates, styles, scripts.

usage: web-assets.py OUT_DIR DEPFILE

Writes OUT_DIR/web_files.h (the tables of src/web/assets.c) and
OUT_DIR/web_files.S (the bytes, by .incbin), from

    web/templates/NAME.mustache   as they are
    web/build.mjs                 site.css and the scripts

Tabler and ECharts come from the npm registry by web/package-lock.json into
web/node_modules, once; later builds need no network. Each asset is named by
its content, and carried with its gzip form when that is smaller.
"""
import fcntl
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys

import sources

WEB = os.path.join(sources.ROOT, "web")
NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
TYPES = {".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
HOW = """
The pages need Tabler and ECharts from the npm registry. To mend it, one of
  - tools/setup.sh run          installs nodejs and npm, if they are missing
  - npm ci --prefix web         on this machine, once the registry is reached
  - copy web/node_modules       from a machine where that was done
and then build again."""


def fail(text, output=""):
    sys.exit(f"web-assets: {text}\n{output.rstrip()}{HOW}")


def run(command, what):
    if shutil.which(command[0]) is None:
        fail(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=WEB, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        fail(what, done.stdout)


def is_installed():
    """Does node_modules hold what the lock file says?"""
    try:
        with open(f"{WEB}/node_modules/.package-lock.json",
                  encoding="utf-8") as file:
            have = json.load(file)["packages"]
    except (OSError, ValueError, KeyError):
        return False
    with open(f"{WEB}/package-lock.json", encoding="utf-8") as file:
        want = json.load(file)["packages"]
    return all(have.get(name, {}).get("version") == p["version"]
               for name, p in want.items() if name and not p.get("optional"))


def install():
    """Several builds may begin at once; one installs."""
    with open(f"{WEB}/package.json", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed():
            run(NPM, "npm could not install what the pages are made with")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    """Leaves a file alone that is the same already."""
    if not os.path.exists(path) or read(path) != data:
        with open(path, "wb") as file:
            file.write(data)


def incbin(number, path):
    """The digest is for the build: other bytes, another file."""
    digest = hashlib.sha256(read(path)).hexdigest()
    return (f"/* {digest} */\n\t.globl web_file_{number}\n\t.hidden web_file_{number}\n"
            f"\t.balign 16\nweb_file_{number}:\n"
            f"\t.incbin \"{path}\"\n")


class Table:
    """The two generated files, growing."""

    def __init__(self):
        self.assembler = ["/* Made by tools/web-assets.py; do not edit. */\n"
                          "\t.section .rodata\n"]
        self.declared, self.count = [], 0

    def embed(self, path):
        number = self.count
        self.count += 1
        self.assembler.append(incbin(number, path))
        self.declared.append(f"extern const char web_file_{number}[];")
        return f"{{web_file_{number}, {os.path.getsize(path)}}}"


def templates(table):
    rows, folder = [], f"{WEB}/templates"
    for name in sorted(os.listdir(folder)):
        if name.endswith(".mustache"):
            span = table.embed(f"{folder}/{name}")
            rows.append(f"{{\"{name[:-len('.mustache')]}\", {span}}},")
    return rows


def assets(table, built, out):
    rows = []
    for name in sorted(os.listdir(built)):
        data = read(f"{built}/{name}")
        stem, ending = os.path.splitext(name)
        digest = hashlib.sha256(data).hexdigest()
        packed = gzip.compress(data, 9, mtime=0)
        bytes_span, gzip_span = table.embed(f"{built}/{name}"), "{0, 0}"
        if len(packed) < len(data) * 9 // 10:
            write(f"{out}/{name}.gz", packed)
            gzip_span = table.embed(f"{out}/{name}.gz")
        rows.append(f"{{\"{name}\", \"/assets/{stem}.{digest[:12]}{ending}\","
                    f" \"{TYPES[ending]}\",\n"
                    f"    {bytes_span}, {gzip_span}}},")
    return rows


def watched():
    found = [f"{WEB}/templates", f"{WEB}/assets"]
    for folder in ("templates", "assets"):
        found += [f"{WEB}/{folder}/{name}"
                  for name in sorted(os.listdir(f"{WEB}/{folder}"))]
    return found + [f"{WEB}/build.mjs", f"{WEB}/package-lock.json",
                    os.path.abspath(__file__)]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    out = os.path.abspath(sys.argv[1])
    built, packed = f"{out}/web-built", f"{out}/web-packed"
    install()
    shutil.rmtree(built, ignore_errors=True)
    os.makedirs(packed, exist_ok=True)
    run(["node", f"{WEB}/build.mjs", built], "the styles could not be made")
    table = Table()
    template_rows = templates(table)
    asset_rows = assets(table, built, packed)
    table.assembler.append("\t.section .note.GNU-stack,\"\",%progbits\n")
    header = "\n".join(
        ["/* Made by tools/web-assets.py; do not edit. */"] + table.declared +
        ["static const struct web_template_file template_files[] = {"] +
        template_rows + ["};", "static const struct web_asset asset_files[] = {"]
        + asset_rows + ["};", ""])
    write(f"{out}/web_files.S", "".join(table.assembler).encode())
    write(f"{out}/web_files.h", header.encode())
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(f"{sys.argv[1]}/web_files.h: " + " ".join(watched()) + "\n")


if __name__ == "__main__":
    main()
