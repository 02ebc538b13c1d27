# SPDX-License-Identifier: Apache-2.0
"""The checks of the units, in the machine that tools/units.py boots.

Runs as root, twice: from a machine that never saw the program to a working
site whose power fails, and after that. Each check prints "ok - TEXT" or "not
ok - TEXT"; "# all checks were made" is the last line.
"""
import http.client
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
PAYLOAD = "/mnt"
STAGE = "/var/lib/units-stage"
OWN = "/var/lib/gongxin"
PORT = 8080
UNITS = ["gongxin.socket", "gongxin.service", "gongxin-erase.service",
         "gongxin-erase.timer"]
AS_GONGXIN = "/usr/local/sbin/as-gongxin"
UNIT_FOLDER = "/usr/local/lib/systemd/system"

os.environ["GONGXIN"] = AS_GONGXIN
os.environ["PATH"] = ("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
                      "/sbin:/bin")
sys.path.insert(0, os.path.dirname(HERE))
import people  # noqa: E402
import serving as t  # noqa: E402
from people import command  # noqa: E402


class Address:
    """What people.Browser wants to know of a site."""
    port = PORT


people.site = Address()


# ---- asking systemd ----

def sh(*args, **options):
    """(exit code, what it printed)."""
    done = subprocess.run(args, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False, timeout=600,
                          **options)
    return done.returncode, done.stdout


def do(*args):
    code, text = sh(*args)
    t.check(f"done: {' '.join(args)}", code == 0, f"exit {code}", text)
    return text


def show(unit, name):
    return sh("systemctl", "show", "--value", "-p", name, unit)[1].strip()


def wait_until(what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def journal(unit, *more):
    lines = sh("journalctl", "-u", unit, "-o", "json", *more)[1].splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def messages(unit):
    return [entry.get("MESSAGE") for entry in journal(unit)]


def told(unit, count=20):
    return sh("journalctl", "-u", unit, "-n", str(count), "--no-pager")[1]


def is_up():
    return show("gongxin.service", "ActiveState") == "active"


# ---- asking the site ----

def ask(method, path, body=None, host="127.0.0.1", seconds=120, **headers):
    """(status, document or text)."""
    link = http.client.HTTPConnection(host, PORT, timeout=seconds)
    try:
        link.request(method, path, body, {
            "Accept": "application/json", "Accept-Language": "en",
            **{k.replace("_", "-"): v for k, v in headers.items()}})
        answer = link.getresponse()
        data = answer.read()
    finally:
        link.close()
    try:
        return answer.status, json.loads(data)
    except ValueError:
        return answer.status, data


class Visitors:
    """Ask again and again, each time by a new connection."""

    def __init__(self, count):
        self.answered, self.failures, self.is_over = 0, [], False
        self.threads = [threading.Thread(target=self.visit)
                        for _ in range(count)]

    def visit(self):
        while not self.is_over:
            try:
                status, _ = ask("GET", "/healthz")
                if status != 200:
                    self.failures.append(status)
                self.answered += 1
            except OSError as e:
                self.failures.append(repr(e))
            except http.client.HTTPException as e:
                self.failures.append(repr(e))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_until(lambda: self.answered >= 5)
        return self

    def __exit__(self, *args):
        seen = self.answered
        wait_until(lambda: self.answered >= seen + 5)
        self.is_over = True
        for thread in self.threads:
            thread.join()


# ---- the first boot ----

def install():
    """What docs/operations.md says, on the files of "make install"."""
    with open("/etc/hosts", "w", encoding="ascii") as file:
        file.write("127.0.0.1 localhost\n::1 localhost\n")
    shutil.copytree(f"{PAYLOAD}/installed", "/", dirs_exist_ok=True)
    do("systemd-sysusers")
    do("install", "-d", "-m", "700", "-o", "gongxin", "-g", "gongxin", OWN)
    with open(AS_GONGXIN, "w", encoding="ascii") as file:
        file.write('#!/bin/sh\nexec runuser -u gongxin -- '
                   '/usr/local/bin/gongxin "$@"\n')
    os.chmod(AS_GONGXIN, 0o755)
    user = sh("getent", "passwd", "gongxin")[1].strip().split(":")
    t.check("the user is one of the system, with no shell",
            0 < int(user[2]) < 1000 and user[6].endswith("nologin"), user)
    os.chdir(OWN)
    do(AS_GONGXIN, "init", "--data", f"{OWN}/data", "--city",
       "rizhao")
    do("systemctl", "daemon-reload")


def units_load():
    text = sh("systemd-analyze", "verify", "--man=no", *UNITS)[1]
    ours = [line for line in text.splitlines() if "gongxin" in line]
    t.equal("systemd reads the units without complaint", [], ours)
    for unit in UNITS:
        t.equal(f"{unit} is loaded", ("loaded", UNIT_FOLDER),
                (show(unit, "LoadState"),
                 os.path.dirname(show(unit, "FragmentPath"))))
    with open("/usr/local/share/man/man1/gongxin.1", encoding="utf-8") as page:
        t.equal("the manual page that they name is there",
                sh(AS_GONGXIN, "manual", "--lang", "en")[1], page.read())


def activation():
    do("systemctl", "enable", "gongxin.socket", "gongxin.service",
       "gongxin-erase.timer")
    do("systemctl", "start", "gongxin.socket")
    t.equal("before anybody asks the service is not there", "inactive",
            show("gongxin.service", "ActiveState"))
    t.equal("who asks by IPv4 starts it", 200, ask("GET", "/healthz")[0])
    t.equal("it is reached by IPv6 as well", 200,
            ask("GET", "/healthz", host="::1")[0])
    t.equal("systemd was told that it is ready", ("active", "running"),
            (show("gongxin.service", "ActiveState"),
             show("gongxin.service", "SubState")))
    t.equal("a page comes", 200,
            ask("GET", "/", Accept="text/html")[0])


def process():
    """The running process, as the kernel sees it."""
    with open(f"/proc/{show('gongxin.service', 'MainPID')}/status",
              encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file
                      if ":\t" in line)
    uid = sh("id", "-u", "gongxin")[1].strip()
    t.equal("it runs as gongxin", [uid] * 4, status["Uid"].split())
    t.equal("it has no capability and gets none", {"0" * 16},
            {status[name] for name in ("CapEff", "CapPrm", "CapBnd",
                                       "CapAmb", "CapInh")})
    t.equal("no new privileges, and a filter", ("1", "2"),
            (status["NoNewPrivs"], status["Seccomp"]))


def mounts():
    """Where programs may be started from, only root writes."""
    with open(f"/proc/{show('gongxin.service', 'MainPID')}/mountinfo",
              encoding="ascii") as file:
        found = [line.split()[4:6] for line in file]
    for path, options in found:
        if {"noexec", "ro"} & set(options.split(",")):
            continue
        mode = os.stat(path)
        t.check(f"{path} is root's alone", mode.st_uid == 0 and
                not mode.st_mode & 0o022, options, oct(mode.st_mode))


def exposure():
    for unit in ("gongxin.service", "gongxin-erase.service"):
        code, text = sh("systemd-analyze", "security", "--no-pager",
                        "--threshold=20", unit)
        found = re.search(r"exposure level for \S+: ([0-9.]+)", text)
        print(f"# {unit}: {found and found[1]} of 10 is exposed", flush=True)
        t.check(f"{unit} exposes at most 2.0 of 10", code == 0, text[-600:])


# What an attempt may come to where it must not succeed.
REFUSED = {"EROFS", "EACCES", "EPERM", "ENOENT", "SIGSYS", "ENOSYS",
           "EAFNOSUPPORT", "ESRCH", "ENETUNREACH"}
ALLOWED = {"write its own directory", "write /tmp", "write /var/tmp",
           "limit itself", "filter itself", "internet", "reach the site"}


def probed(unit):
    """What probe.py sees when it runs by the lines of this unit."""
    with open(f"{UNIT_FOLDER}/{unit}", encoding="ascii") as file:
        text = file.read()
    python = os.path.realpath("/usr/bin/python3")
    text = re.sub(r"^ExecStart=.*", f"ExecStart={python} /usr/probe.py\n"
                  f"ExecPaths={python}\nStandardOutput=file:/run/probe.json",
                  text, flags=re.M)
    text = re.sub(r"^(Type=|Restart).*\n|^Requires=.*\n|^ExecStopPost=.*\n",
                  "", text, flags=re.M)
    text = text.replace("[Service]", "[Service]\nType=oneshot")
    with open("/run/systemd/system/probe.service", "w",
              encoding="ascii") as file:
        file.write(text)
    sh("systemctl", "daemon-reload")
    sh("systemctl", "reset-failed", "probe.service")
    sh("find", OWN, "-name", "probe*", "-delete")
    for path in ("/tmp/probe", "/var/tmp/probe", "/run/probe.json"):
        sh("rm", "-f", path)
    code, text = sh("systemctl", "start", "probe.service")
    if code:
        t.check(f"the probe ran by {unit}", False, text,
                told("probe.service"))
        return {}
    with open("/run/probe.json", encoding="ascii") as file:
        return json.load(file)


def sandbox():
    shutil.copy(f"{HERE}/probe.py", "/usr/probe.py")
    person = os.path.join("/home", "person")
    os.makedirs(person, exist_ok=True)
    with open(f"{person}/secret", "w", encoding="ascii") as file:
        file.write("secret")
    os.makedirs("/srv/open", exist_ok=True)
    os.chmod("/srv/open", 0o1777)
    for unit, more in (("gongxin.service", set()),
                       ("gongxin-erase.service",
                        {"internet", "reach the site", "filter itself"})):
        seen = probed(unit)
        for name, what in seen.items():
            if name in ALLOWED - more:
                t.equal(f"{unit} may: {name}", "allowed", what)
            else:
                t.check(f"{unit} may not: {name} ({what})", what in REFUSED,
                        what)
        t.equal(f"{unit} has a /tmp of its own", (False, False),
                (os.path.exists("/tmp/probe"),
                 os.path.exists("/var/tmp/probe")))
    sh("find", OWN, "-name", "probe*", "-delete")


# ---- files through the service ----

def token(department, can):
    return command("token", "add", "--title", "x", "--department", department,
                   "--can", can, "--rate", "1000")["token"]


def rows_file(rows, path="/tmp/rows.csv", **options):
    t.penalties.csv_file(path, rows, **options)
    with open(path, "rb") as file:
        return file.read()


def send(bearer, body, key, kind="text/csv", item="penalty"):
    return ask("POST", f"/v1/submissions?item={item}", body,
               Authorization=f"Bearer {bearer}", Content_Type=kind,
               Idempotency_Key=key)


def outcome(bearer, answer):
    """The submission when it has ended."""
    status, document = answer
    if status not in (201, 202):
        return document
    end = time.monotonic() + 180
    while not document.get("has_ended") and time.monotonic() < end:
        time.sleep(0.3)
        document = ask("GET", f"/v1/submissions/{document['id']}",
                       Authorization=f"Bearer {bearer}")[1]
    return document


def counts(document):
    try:
        found = document["report"]["counts"]
        return found["records"], found["refused"]
    except (KeyError, TypeError):
        return document


def files(bearer):
    """The decoder's own sandbox closes inside the unit's."""
    body = rows_file([t.public_row(n) for n in range(1, 4)])
    t.equal("a CSV file is taken in by the service", (3, 0),
            counts(outcome(bearer, send(bearer, body, "csv"))))
    body = rows_file([t.public_row(4), t.public_row(5, CF_JDRQ="2026-02-30")],
                     encoding="gb18030")
    document = outcome(bearer, send(bearer, body, "gb"))
    t.equal("one in GB18030, with a bad row", (1, 1), counts(document))
    status, data = ask("GET", document["rejects"]["xlsx"],
                       Authorization=f"Bearer {bearer}")
    t.equal("its bad row comes back as a spreadsheet", (200, b"PK"),
            (status, bytes(data[:2])))
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    document = outcome(bearer, send(bearer, data, "xlsx", kind=xlsx))
    t.equal("and is read again as one", (0, 1), counts(document))
    sh("chmod", "644", "/tmp/rows.csv")
    rows_file([t.public_row(6)])
    done = json.loads(t.run("submit", "--data", "data", "--item", "penalty",
                            "--from", t.MARKET, "--json", "/tmp/rows.csv"))
    t.equal("the command line submits beside the service", 1,
            done["counts"]["records"])
    t.check("and the service shows it", wait_until(
        lambda: ask("GET", "/subjects/" + t.penalties.organisation(6))[0]
        == 200, 30))


def people_come():
    """Passwords, second factors and the desk work inside the sandbox."""
    command("user", "add", "wang", "--name", "王小明", "--final",
            given=people.GOOD)
    command("user", "grant", "wang", "operator", "--department", t.MARKET)
    browser = people.Browser("wang")
    browser.get("/desk")
    t.equal("an operator signs in and sees the desk", 200, browser.status)
    verdict = browser.check_row(t.public_row(7))
    t.equal("a row is judged while one types", "record",
            verdict.get("outcome"))


def messenger():
    """Calls leave the sandbox."""
    heard = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 9000), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for host in ("127.0.0.1", "localhost"):
        made = command("webhook", "add", "--department", t.MARKET,
                       f"http://{host}:9000/in")
        command("webhook", "test", made["id"])
        t.check(f"a webhook reaches {host}",
                wait_until(lambda: len(heard) > 0, 60), told("gongxin"))
        command("webhook", "remove", made["id"])
        heard.clear()
    server.shutdown()


def permissions():
    """Everything is gongxin's, nothing is others', keys are the owner's."""
    wrong = []
    uid = int(sh("id", "-u", "gongxin")[1])
    for folder, _, names in os.walk(OWN):
        for path in [folder] + [f"{folder}/{name}" for name in names]:
            found = os.lstat(path)
            is_key = "/keys/" in path and path.endswith(".key")
            if found.st_uid != uid or (found.st_mode & 0o002) or (
                    is_key and found.st_mode & 0o077):
                wrong.append(f"{path} {found.st_mode:o} {found.st_uid}")
    t.equal("files are gongxin's, keys are readable by nobody else", [],
            wrong)
    t.equal("nobody else may enter its directory", 0o700,
            os.stat(OWN).st_mode & 0o777)


# ---- ends and beginnings ----

def restart():
    with Visitors(3) as visitors:
        before = visitors.answered
        for _ in range(3):
            do("systemctl", "restart", "gongxin.service")
    t.equal("three restarts under visitors: nobody is refused", [],
            visitors.failures)
    print(f"# {visitors.answered - before} were answered meanwhile")


def late_asker():
    """Who has connected and not yet asked is heard for two seconds."""
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    link.connect()
    began = time.monotonic()
    sh("systemctl", "--no-block", "restart", "gongxin.service")
    time.sleep(0.5)
    try:
        link.request("GET", "/healthz")
        status = link.getresponse().status
        is_slow = time.monotonic() - began > 2  # the machine may be that
        t.check("who had just connected may still ask",
                status == 200 or is_slow and status == 503, status)
    except (OSError, http.client.HTTPException) as e:
        t.check("who had just connected may still ask", False, repr(e))
    link.close()
    t.check("and the service comes up again", wait_until(is_up))


def stop():
    began = time.monotonic()
    do("systemctl", "stop", "gongxin.socket", "gongxin.service")
    t.equal("a stop is clean", ("success", "0", "inactive"),
            (show("gongxin.service", "Result"),
             show("gongxin.service", "ExecMainStatus"),
             show("gongxin.service", "ActiveState")))
    t.check("and takes less than its time limit",
            time.monotonic() - began < 20)
    try:
        ask("GET", "/healthz", seconds=5)
        t.check("with the socket stopped nobody starts it", False)
    except OSError:
        t.check("with the socket stopped nobody starts it", not is_up())


def backup():
    """As docs/operations.md says, while all is stopped."""
    copy = f"{OWN}/copy"
    do("runuser", "-u", "gongxin", "--", "flock", "data/lock", "cp", "-a",
       "data", copy)
    do("systemctl", "start", "gongxin.socket")
    t.equal("after a backup it answers again", 200,
            ask("GET", "/healthz")[0])
    do(AS_GONGXIN, "verify", "--all", "--data", copy)
    shutil.rmtree(copy)


def kill(bearer):
    body = rows_file([t.public_row(n) for n in range(100, 400)])
    with Visitors(2) as visitors:
        old = show("gongxin.service", "MainPID")
        answer = send(bearer, body, "killed")
        do("systemctl", "kill", "-s", "KILL", "gongxin.service")
        t.check("kill -9: the service is there again by itself", wait_until(
            lambda: is_up() and show("gongxin.service", "MainPID") != old),
            told("gongxin"))
    refused = [f for f in visitors.failures if "Refused" in str(f)]
    t.equal("meanwhile no connection was refused", [], refused)
    t.equal("what was acknowledged before is in, once", (300, 0),
            counts(outcome(bearer, send(bearer, body, "killed")))
            if answer[0] in (201, 202) else answer)


def starts():
    """When systemd began to start the service, in seconds."""
    return [int(entry["__REALTIME_TIMESTAMP"]) / 1e6
            for entry in journal("gongxin.service")
            if str(entry.get("MESSAGE")).startswith("Starting gongxin")]


def answers(seconds):
    try:
        return ask("GET", "/healthz", seconds=seconds)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def misery():
    """A fault that lasts, with visitors: mended, it works by itself."""
    os.rename("data", "away")
    before = len(starts())
    sh("systemctl", "kill", "-s", "KILL", "gongxin.service")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        answers(2)
        time.sleep(0.2)
    tries = starts()[before:]
    gaps = [round(b - a, 1) for a, b in zip(tries, tries[1:])]
    t.check("without its data it does not run, and is tried again and again",
            not is_up() and len(gaps) > 2, gaps, told("gongxin.service", 40))
    t.check("visitors do not hurry it", all(gap >= 2 for gap in gaps), gaps)
    print(f"# seconds from try to try: {gaps}")
    t.equal("the socket stays", "active", show("gongxin.socket",
                                               "ActiveState"))
    os.rename("away", "data")
    t.check("mended, it answers by itself",
            wait_until(lambda: answers(10), 60), told("gongxin.service", 40))
    sh("systemctl", "start", "gongxin.socket")


def logs():
    said = messages("gongxin.service")
    t.check("the journal has it as text", all(isinstance(m, str)
                                              for m in said), said)
    t.check("it told where it serves", any("8080" in m for m in said), said)
    t.check("a person of the group may read it, gongxin's own user not all",
            sh("runuser", "-u", "gongxin", "--", "journalctl", "-n", "1",
               "_PID=1")[1].find("checks") < 0)


def power_fails(bearer):
    """As soon as a file was acknowledged."""
    body = rows_file([t.public_row(n) for n in range(1000, 3000)])
    answer = send(bearer, body, "power")
    with open(STAGE, "w", encoding="utf-8") as file:
        json.dump({"bearer": bearer, "answer": answer[0]}, file)
        file.flush()
        os.fsync(file.fileno())
    fd = os.open("/var/lib", os.O_RDONLY)
    os.fsync(fd)
    print(f"# {answer[0]} was answered; the power fails", flush=True)
    with open("/proc/sysrq-trigger", "w", encoding="ascii") as file:
        file.write("b")
    time.sleep(60)


def first():
    play(install, units_load, activation, process, mounts, exposure, sandbox)
    bearer = token(t.MARKET, "submit")
    play(lambda: files(bearer), people_come, messenger, restart, late_asker,
         stop, backup, lambda: kill(bearer), misery, permissions, logs)
    power_fails(bearer)


# ---- after the power failed ----

def after_power(kept):
    t.equal("after a power failure the socket listens", "active",
            show("gongxin.socket", "ActiveState"))
    t.check("and the service runs", wait_until(is_up), told("gongxin"))
    body = rows_file([t.public_row(n) for n in range(1000, 3000)])
    t.equal("what was acknowledged before it is in, once", (2000, 0),
            counts(outcome(kept["bearer"],
                           send(kept["bearer"], body, "power"))))
    do(AS_GONGXIN, "verify", "--all", "--data", "data")


def next_time():
    text = show("gongxin-erase.timer", "NextElapseUSecRealtime")
    return int(sh("date", "-d", text, "+%s")[1])


def timer():
    """The night comes; then the job beside the service, and its result."""
    do("systemctl", "start", "gongxin-erase.timer")
    local = time.gmtime(next_time() + 8 * 3600)
    t.check("the timer's next time is between 2:40 and 3:00 in China",
            (2, 40) <= (local.tm_hour, local.tm_min) <= (3, 0), local)
    # A clock that jumps has systemd draw the twenty minutes anew.
    folder = "/run/systemd/system/gongxin-erase.timer.d"
    os.makedirs(folder)
    with open(f"{folder}/now.conf", "w", encoding="ascii") as file:
        file.write("[Timer]\nRandomizedDelaySec=0\n")
    do("systemctl", "daemon-reload")
    do("systemctl", "restart", "gongxin-erase.timer")
    sh("date", "-s", f"@{next_time() - 1}")
    t.check("the timer fires", wait_until(
        lambda: show("gongxin-erase.service", "ExecMainExitTimestamp"), 120),
        sh("systemctl", "list-timers", "--all", "--no-pager")[1])
    wait_until(lambda: show("gongxin-erase.service", "ActiveState") !=
               "activating")
    t.equal("its service ends well", ("success", "0", "inactive"),
            (show("gongxin-erase.service", "Result"),
             show("gongxin-erase.service", "ExecMainStatus"),
             show("gongxin-erase.service", "ActiveState")))
    said = messages("gongxin-erase.service")
    t.check("and says in the journal what it did", len(said) > 2, said)
    print(f"# {said}")
    t.equal("the service beside it answers", 200, ask("GET", "/healthz")[0])


def tls():
    """Keys that only root may read, by the lines of docs/operations.md."""
    os.makedirs("/etc/ssl/credit", exist_ok=True)
    for name in ("chain.pem", "key.pem"):
        shutil.copy(f"{PAYLOAD}/{name}", f"/etc/ssl/credit/{name}")
        os.chmod(f"/etc/ssl/credit/{name}", 0o600)
    folder = "/etc/systemd/system/gongxin.service.d"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/tls.conf", "w", encoding="ascii") as file:
        file.write("[Service]\n"
                   "LoadCredential=tls.pem:/etc/ssl/credit/chain.pem\n"
                   "LoadCredential=tls.key:/etc/ssl/credit/key.pem\n"
                   "ExecStart=\nExecStart=/usr/local/bin/gongxin serve "
                   "--data /var/lib/gongxin/data --tls-cert %d/tls.pem "
                   "--tls-key %d/tls.key\n")
    do("systemctl", "daemon-reload")
    do("systemctl", "restart", "gongxin.service")
    context = ssl.create_default_context(cafile=f"{PAYLOAD}/chain.pem")
    link = http.client.HTTPSConnection("localhost", PORT, timeout=60,
                                       context=context)
    try:
        link.request("GET", "/healthz")
        t.equal("it speaks TLS with a key that only root may read", 200,
                link.getresponse().status)
    except OSError as e:
        t.check("it speaks TLS with a key that only root may read", False,
                repr(e), told("gongxin"))


def second():
    with open(STAGE, encoding="utf-8") as file:
        kept = json.load(file)
    os.chdir(OWN)
    play(lambda: after_power(kept), timer, tls, permissions)
    failed = sh("systemctl", "--failed", "--plain", "--no-legend")[1]
    t.equal("nothing has failed in the machine", [], failed.splitlines())


def play(*steps):
    """One that stops by itself has failed, and the next one begins."""
    for step in steps:
        began = time.monotonic()
        try:
            step()
        except Exception:
            t.check("the checks go to their end", False,
                    traceback.format_exc(), told("gongxin*", 40))
        print(f"# {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    if os.path.exists(STAGE):
        play(second)
        print("# all checks were made", flush=True)
    else:
        play(first)  # ends with the power
