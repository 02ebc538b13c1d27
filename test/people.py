# SPDX-License-Identifier: Apache-2.0
"""Shared by scenarios with accounts: those, and people at browsers.

    people.site = t.Site(...)      before the first Browser
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import sqlite3
import struct
import subprocess
import time
import urllib.parse

import serving as t

GOOD = "correct horse battery"
FORM = "application/x-www-form-urlencoded"
site = None


def command(*args, given="", words=2, code=0, lang="en", now=None):
    """gongxin ARGS --json, of which the first words are its name."""
    env = dict(os.environ, GONGXIN_LANG=lang)
    if now:
        env["GONGXIN_NOW"] = now
    done = subprocess.run(
        [t.GONGXIN, *args[:words], "--data", "data", "--json", *args[words:]],
        env=env, capture_output=True, text=True, check=False, input=given)
    if done.returncode != code:
        t.check(f"{args} ends with {code}", False, done.stdout)
    return json.loads(done.stdout)


def code_of(secret, shift=0):
    """What an app shows, `shift` steps from now."""
    mac = hmac.new(base64.b32decode(secret.replace(" ", "")),
                   struct.pack(">Q", int(time.time()) // 30 + shift),
                   hashlib.sha1).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff
    return f"{number % 1000000:06d}"


def account(login, role, department):
    command("user", "add", login, "--name", login, "--final", given=GOOD)
    command("user", "grant", login, role, "--department", department)


def uses(act):
    """(reader, department, purpose, subject, reference, outcome) of each."""
    db = sqlite3.connect("data/office.db")
    try:
        return db.execute(
            "SELECT reader, department, purpose, subject, reference, outcome "
            "FROM use_entry WHERE act = ? ORDER BY use_seq", (act,)).fetchall()
    finally:
        db.close()


def refused_uses():
    db = sqlite3.connect("data/office.db")
    try:
        return db.execute("SELECT count(*) FROM use_entry WHERE outcome = 1") \
            .fetchone()[0]
    finally:
        db.close()


def record_rows():
    db = sqlite3.connect("data/gongxin.db")
    try:
        return db.execute("SELECT count(*) FROM record").fetchone()[0]
    finally:
        db.close()


class Browser:
    """Keeps its cookie and the token of forms, follows nothing by itself.
    Whatever somebody signed in is refused leaves a trace of its own
    (R-BND-009): each refusal is looked at, `refusals` are counted."""

    refusals = 0

    def __init__(self, login=None, needs_code=True):
        self.cookie = self.form = ""
        if login:
            self.sign_in(login, needs_code)

    def sign_in(self, login, needs_code):
        """An official has to set up the second factor first."""
        self.send("POST", "/sign-in", {"login": login, "password": GOOD})
        if needs_code:
            self.get("/account/code")
            secret = re.search(r'id="secret">([A-Z2-7 ]+)<', self.page)[1]
            self.send("POST", "/account/code", {"code": code_of(secret)})
        self.get("/account")

    def ask(self, method, path, body=None, **headers):
        headers = {"Accept": "text/html", "Accept-Language": "en",
                   "Cookie": self.cookie,
                   "Origin": f"http://127.0.0.1:{site.port}",
                   **{k.replace("_", "-"): v for k, v in headers.items()}}
        before = refused_uses()
        link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        link.request(method, path, body, headers)
        answer = link.getresponse()
        self.page = answer.read().decode("utf-8", "replace")
        self.status = answer.status
        self.to = answer.headers.get("Location") or ""
        self.kind = answer.headers.get_content_type()
        new = answer.headers.get("Set-Cookie", "").partition(";")[0]
        if new.startswith("gx="):
            self.cookie = new
        link.close()
        if 400 <= self.status < 500 and self.cookie:
            Browser.refusals += 1
            if refused_uses() != before + 1:
                t.check(f"{method} {path}, refused with {self.status}, has "
                        "left its trace", False)
        found = re.search(r'name="form" value="(\w+)"', self.page)
        self.form = found.group(1) if found else self.form
        return self

    def send(self, method, path, fields):
        return self.ask(method, path, urllib.parse.urlencode(
            {"form": self.form, **fields}), Content_Type=FORM)

    def get(self, path):
        return self.ask("GET", path)

    def json(self, path):
        return json.loads(self.ask("GET", path,
                                   Accept="application/json").page)

    def fill(self, path, row, do, file=None):
        """A long form, as a browser sends it; file: its name and bytes."""
        parts = [("form", self.form), *row, ("do", do)]
        mark = f"----x{time.monotonic_ns()}"
        body = "".join(
            f"--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n"
            f"\r\n{value}\r\n" for name, value in parts)
        name, content = file or ("", b"")
        if file is not None:
            body += (f"--{mark}\r\nContent-Disposition: form-data; "
                     f"name=\"file\"; filename=\"{name}\"\r\n"
                     "Content-Type: application/octet-stream\r\n\r\n")
            content += b"\r\n"
        return self.ask("POST", path, body.encode() + content +
                        f"--{mark}--\r\n".encode(),
                        Content_Type=f"multipart/form-data; boundary={mark}")

    def check_row(self, row, item="penalty"):
        self.ask("POST", "/v1/submissions/check",
                 json.dumps({"item": item, "row": row}),
                 Content_Type="application/json", Accept="application/json",
                 X_Form_Token=self.form)
        return json.loads(self.page)
