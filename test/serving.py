# SPDX-License-Identifier: Apache-2.0
"""Shared by the scenarios (h...) that drive `gongxin serve`.

A scenario is a Python program:

    sys.path.insert(0, os.environ["GX_SOURCE_ROOT"] + "/test")
    import serving as t

check() prints a line of TAP; finish() ends with the right exit code. Site
starts the server on a port of its own choice and stops it at the end,
whatever happens.
"""
import atexit
import ctypes
import errno
import html.parser
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse

import penalties

GONGXIN = os.environ["GONGXIN"]
MARKET = "rizhao-market-regulation"
failed = 0


def check(text, good, *seen):
    global failed
    if good:
        print(f"ok - {text}", flush=True)
        return
    failed += 1
    print(f"not ok - {text}", flush=True)
    for line in seen:
        for part in str(line)[:2000].splitlines():
            print(f"#   {part}", flush=True)


def equal(text, expected, actual):
    check(text, expected == actual, f"expected: {expected!r}",
          f"actual:   {actual!r}")


def equal_soon(text, expected, ask, seconds=20):
    """equal() of what is so a moment after an answer, not before it."""
    deadline = time.monotonic() + seconds
    while (actual := ask()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    equal(text, expected, actual)


def finish():
    sys.exit(1 if failed else 0)


def run(*args, now=None, code=0):
    """A command that has to end with `code`; its output."""
    env = dict(os.environ, GONGXIN_LANG="en")
    if now:
        env["GONGXIN_NOW"] = now
    done = subprocess.run([GONGXIN, *args], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != code:
        check(f"gongxin {args[0]} ends with {code}", False, done.stdout,
              done.stderr)
    return done.stdout


def forge(path, sql, *values):
    """Changes a database as somebody would who knows how pages are sealed
    (src/store/store_vfs.c): nothing but the log tells of it."""
    seal_of = ctypes.CDLL("libxxhash.so.0").XXH3_64bits_withSeed
    seal_of.restype = ctypes.c_uint64
    seal_of.argtypes = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64
    db = sqlite3.connect(path)
    with db:
        changed = db.execute(sql, values).rowcount
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with open(path, "r+b") as file:
        for number in range(os.path.getsize(path) // 4096):
            body = file.read(4096)[:-8]
            seal = seal_of(body, len(body), number).to_bytes(8, "little")
            if any(body):
                file.seek(-8, os.SEEK_CUR)
                file.write(seal)
    return changed


def new_data(path="data", now=None):
    run("init", "--data", path, "--city", "rizhao", "--catalog",
        os.environ["GX_SOURCE_ROOT"] + "/catalog", now=now)


def submit(rows, path="data", now=None):
    """Penalties of test/penalties.py; the report."""
    penalties.csv_file("rows.csv", rows)
    return json.loads(run("submit", "--data", path, "--item", "penalty",
                          "--from", MARKET, "--json", "rows.csv", now=now))


def public_row(number, **changed):
    """A penalty large enough to be published."""
    return penalties.row(number, **{"CF_NR": "罚款50000元", "CF_NR_FK": "5",
                                    **changed})


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        first = lines[0].split(" ")
        self.raw = raw
        self.status = int(first[1]) if len(first) > 1 else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.lower(), value.strip())
        if self.headers.get("transfer-encoding") == "chunked":
            self.body = unchunk(self.body)

    def __str__(self):
        return self.raw[:1500].decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


def unchunk(body):
    out = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        n = int(size, 16)
        if n == 0:
            return out
        out, body = out + rest[:n], rest[n + 2:]
    raise ValueError("a chunked body without an end")


class Links(html.parser.HTMLParser):
    """Of a page: `downloads`, addresses by the words of their links; `all`,
    in their order; and of its form, `fields` with what would be sent."""

    def __init__(self, page):
        super().__init__()
        self.downloads, self.all, self.fields = {}, [], {}
        self.href = self.select = None
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and "href" in given:
            self.all.append(given["href"])
            self.href = given["href"] if "download" in given else None
            self.words = ""
        if tag == "input" and given.get("name"):
            self.fields[given["name"]] = given.get("value") or ""
        if tag == "select":
            self.select = given["name"]
            self.fields[self.select] = None
        if tag == "option" and ("selected" in given or
                                self.fields[self.select] is None):
            self.fields[self.select] = given["value"]

    def handle_data(self, data):
        self.words += data

    def handle_endtag(self, tag):
        if tag == "a" and self.href:
            self.downloads[self.words.strip()] = self.href
            self.href = None


def quote(text):
    return urllib.parse.quote(text)


class Site:
    def __init__(self, *args, data="data", now=None, env=None, fds=(),
                 listen=True, wait=True):
        self.err = open("serve.err", "ab+")  # for the scenario to look into
        self.port = 0
        environment = dict(os.environ, GONGXIN_LANG="en", **(env or {}))
        if now:
            environment["GONGXIN_NOW"] = now
        command = [GONGXIN, "serve", "--data", data, "--json", *args]
        if listen:
            command += ["--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE,
            stderr=self.err, pass_fds=fds, text=True)
        atexit.register(self.kill)
        if wait:
            line = self.process.stdout.readline()
            try:
                address = json.loads(line)["address"]
            except (ValueError, KeyError):
                check("the site is up", False, line, self.errors())
                finish()
            self.port = int(address.rpartition(":")[2])

    def errors(self):
        self.err.flush()
        with open("serve.err", encoding="utf-8", errors="replace") as file:
            return file.read()

    def dial(self, source="127.0.0.1", timeout=30):
        s = socket.create_connection(("127.0.0.1", self.port), timeout,
                                     source_address=(source, 0))
        return s

    def raw(self, data, source="127.0.0.1", timeout=30, end=False):
        """What comes back for these bytes until the other side closes. end:
        this side closes first, and still hears."""
        with self.dial(source, timeout) as s:
            s.sendall(data)
            if end:
                s.shutdown(socket.SHUT_WR)
            return hear(s)

    def ask(self, path, *headers, method="GET", **options):
        lines = [f"{method} {path} HTTP/1.1", "Host: site",
                 "Connection: close", *headers]
        return Answer(self.raw("\r\n".join(lines).encode() + b"\r\n\r\n",
                               **options))

    def get_json(self, path, *headers):
        return self.ask(path, "Accept: application/json", *headers)

    def links(self, path, *headers):
        """What the page there, as people see it, leads to."""
        answer = self.ask(path, "Accept: text/html", *headers)
        check(f"{path} is a page", answer.status == 200, answer)
        return Links(answer.body.decode())

    def wait_for(self, path, what, seconds=5):
        """Asks until what(answer) is true; the last answer."""
        end = time.monotonic() + seconds
        while True:
            answer = self.get_json(path)
            if what(answer) or time.monotonic() > end:
                return answer
            time.sleep(0.02)

    def stop(self, number=signal.SIGTERM, timeout=30):
        """The exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def hear(s):
    data = b""
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                return data
            data += piece
    except (ConnectionResetError, BrokenPipeError):
        return data
    except OSError as e:
        if e.errno != errno.ENOTCONN:  # reset before we looked
            raise
        return data
