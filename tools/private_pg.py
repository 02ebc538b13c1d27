# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL 15 server of one's own, for tests and benchmarks.

    with private_pg.Server(["fsync=off"]) as server:
        done = server.psql("SELECT 1;")

It listens on a Unix socket in a new directory only. The server is stopped
and the directory removed by the context manager, also on an exception and
on SIGTERM. When this process is killed outright the kernel sends the server
its signal for immediate shutdown; only the directory stays then. PostgreSQL
refuses to run as root, so root runs it as the user postgres, or nobody.
"""
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BIN = "/usr/lib/postgresql/15/bin"
START_SECONDS = 60
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """The server could not be had; the text says why."""


def unprivileged_user():
    """The user to run as, None for the present one."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failed("there is neither a user postgres nor a user nobody to run "
                 "PostgreSQL as")


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class Server:
    def __init__(self, settings=(), folder=None):
        """settings: "name=value" texts; folder: where its directory goes."""
        self.settings, self.parent = list(settings), folder
        self.user, self.process, self.folder = None, None, None

    def __enter__(self):
        if not os.access(os.path.join(BIN, "postgres"), os.X_OK):
            raise Failed(f"{BIN}/postgres is not there; run "
                         "tools/setup.sh test")
        # Ends by way of __exit__ when somebody stops us kindly.
        self.old_handler = signal.signal(
            signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        self.user = unprivileged_user()
        self.folder = tempfile.mkdtemp(prefix="gx-pg-", dir=self.parent)
        try:
            if self.user:
                os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            self.init()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, self.old_handler)

    def as_user(self):
        """Options of subprocess that make a child the server's user."""
        options = {"cwd": self.folder, "env": {
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "HOME": self.folder}}
        if self.user:
            options.update(user=self.user.pw_uid, group=self.user.pw_gid,
                           extra_groups=[])
        return options

    def init(self):
        done = subprocess.run(
            [f"{BIN}/initdb", "-D", self.path("data"), "-U", "gongxin",
             "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            **self.as_user())
        if done.returncode:
            raise Failed(f"initdb failed:\n{done.stdout}")

    def start(self):
        command = [f"{BIN}/postgres", "-D", self.path("data"),
                   "-c", "listen_addresses=",
                   "-c", f"unix_socket_directories={self.folder}"]
        for setting in self.settings:
            command += ["-c", setting]
        with open(self.path("log"), "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent, **self.as_user())
        deadline = time.monotonic() + START_SECONDS
        while self.psql("SELECT 1;").returncode:
            if self.process.poll() is not None:
                raise Failed(f"postgres ended at once:\n{self.log()}")
            if time.monotonic() > deadline:
                raise Failed(f"postgres does not answer:\n{self.log()}")
            time.sleep(0.05)

    def path(self, name):
        return os.path.join(self.folder, name)

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def psql_command(self, *options):
        return [f"{BIN}/psql", "-X", "-q", "-A", "-t", "-h", self.folder,
                "-U", "gongxin", "-d", "postgres", *options]

    def psql(self, text, *options):
        """Runs SQL text; the completed process with stdout and stderr."""
        return subprocess.run(
            self.psql_command(*options), input=text, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
