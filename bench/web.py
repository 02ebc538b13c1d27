#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure the site beside nginx serving the same bodies as static files.

usage: web.py [--records N] [--subjects N] [--codes N] [--runs N]
              [--seconds N] [--slow N] [--only json,hot,html,search,slow]
              [--dir DIR]

    --records   rows of the database (1000000), all of them penalties
    --subjects  organisations that they are drawn from (100000)
    --codes     subjects that are asked for, at random (8000; nginx keeps two
                files of each open, so the limit of open files bounds it)
    --runs      turns of each (3); the medians are compared
    --seconds   of each turn (8)
    --slow      connections that are held open and slow (10000)
    --only      parts to measure (all)
    --dir       where databases go (bench/out)

The database is kept in --dir and used again as long as the program is the
same. wrk makes the load (1 thread, 32 connections), everything stays on the
loopback interface. What is measured stands in bench/README.md. Prints
figures and ratios and writes DIR/web.json; it never judges, and fails only
when something could not be run or answered wrongly.
"""
import argparse
import csv
import hashlib
import http.client
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import run as peers_run
from run import HERE, PROGRAM, Failed, machine, timed

PARTS = ("json", "hot", "html", "search", "slow")
# One core for the load, one for who answers: with more threads than cores a
# p99 tells how the kernel shares them out.
CONNECTIONS, LOAD_THREADS = 32, 1
WARM_SECONDS = 2
SPARE_FILES = 2000
COMMANDS = 30
START_SECONDS = 300
# Distinct questions, so many that the site seldom has the answer at hand.
QUESTIONS = 100_000
ITEM, DEPARTMENT = "penalty", "rizhao-market-regulation"
# Headers that nginx makes itself or that differ between answers.
OWN_HEADERS = {"server", "date", "content-type", "content-length",
               "connection", "keep-alive", "etag", "last-modified",
               "accept-ranges", "transfer-encoding", "ratelimit",
               "ratelimit-policy"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A server of ours: started, watched, ended by its id."""

    def __init__(self, command, log, **options):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log,
                                        **options)

    def check(self):
        if self.process.poll() is not None:
            with open(self.log.name, encoding="utf-8",
                      errors="replace") as file:
                raise Failed(f"{self.process.args[0]} ended with "
                             f"{self.process.returncode}:\n"
                             f"{file.read()[-2000:]}")

    def memory_bytes(self):
        total = 0
        for pid in peers_run.descendants(self.process.pid):
            with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                m = re.search(r"^VmRSS:\s+(\d+)", file.read(), re.MULTILINE)
            total += int(m.group(1)) * 1024 if m else 0
        return total

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


class Site:
    """gongxin serve over the database."""

    name = "gongxin"

    def __init__(self, folder, place):
        self.port = free_port()
        self.server = Process(
            [PROGRAM, "serve", "--data", folder, "--listen",
             f"127.0.0.1:{self.port}", "--rate", "0"],
            os.path.join(place, "gongxin.log"))

    def has_roster(self):
        """Is there what checks are answered from? True where none is kept."""
        told = fetch(self.port, "/metrics", "text/plain").decode()
        found = re.search(r"^gongxin_roster_subjects (\d+)$", told, re.M)
        return not found or int(found[1]) > 0

    def wait_ready(self):
        """Until it answers, its lists have caught up with the log, and its
        roster is made."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            self.server.check()
            try:
                home = json.loads(fetch(self.port, "/", "application/json"))
                if home["through"]["is_current"] and self.has_roster():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        raise Failed("the site was not ready in time")


NGINX = """
daemon off;
{user}
worker_processes {threads};
pid {place}/nginx.pid;
error_log {place}/nginx-error.log warn;
events {{ worker_connections 16384; multi_accept on; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 65;
    keepalive_requests 1000000;
    open_file_cache max=200000 inactive=600s;
    open_file_cache_valid 600s;
    open_file_cache_min_uses 1;
    server_tokens off;
    types {{ application/json json; }}
    default_type "text/html; charset=utf-8";
    client_body_temp_path {place}/nginx-body;
    proxy_temp_path {place}/nginx-proxy;
    fastcgi_temp_path {place}/nginx-fastcgi;
    uwsgi_temp_path {place}/nginx-uwsgi;
    scgi_temp_path {place}/nginx-scgi;
    server {{
        listen 127.0.0.1:{bare} reuseport backlog=4096;
        root {files};
    }}
    server {{
        listen 127.0.0.1:{full} reuseport backlog=4096;
        root {files};
{headers}
    }}
}}
"""


class Nginx:
    """Debian's nginx over files of the same names and bodies: one port with
    its own few headers, one with those of the site added."""

    def __init__(self, files, place, headers):
        self.bare, self.full = free_port(), free_port()
        lines = "\n".join(
            f"        add_header {name} \"{quoted(value)}\";"
            for name, value in headers if name.lower() not in OWN_HEADERS)
        config = os.path.join(place, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(NGINX.format(
                user="user root;" if os.geteuid() == 0 else "",
                threads=os.cpu_count(), place=place, files=files, bare=self.bare,
                full=self.full, headers=lines))
        self.server = Process(["/usr/sbin/nginx", "-p", place, "-c", config],
                              os.path.join(place, "nginx.log"))

    def wait_ready(self):
        for _ in range(100):
            self.server.check()
            try:
                socket.create_connection(("127.0.0.1", self.bare)).close()
                return
            except OSError:
                time.sleep(0.1)
        raise Failed("nginx did not start")


def quoted(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "")


def get(connection, path, accept):
    connection.request("GET", path, headers={"Accept": accept,
                                             "Connection": "keep-alive"})
    answer = connection.getresponse()
    return answer.status, answer.getheaders(), answer.read()


def fetch(port, path, accept):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        status, _, body = get(connection, path, accept)
    finally:
        connection.close()
    if status != 200:
        raise Failed(f"{path} answered {status}: {body[:200]}")
    return body


def program_digest():
    with open(PROGRAM, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_database(args):
    """The data directory, made by this program; also its (code, name)s."""
    base = os.path.join(args.dir, f"web-{args.records}-{args.subjects}")
    folder, table = base + "-data", base + ".csv"
    stamp, digest = base + ".stamp", program_digest()
    try:
        with open(stamp, encoding="utf-8") as file:
            is_same = file.read() == digest
    except OSError:
        is_same = False
    if not is_same:
        print(f"making a database of {args.records:,} records", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        timed([PROGRAM, "demo", "--bulk", table, "--records",
               str(args.records), "--subjects", str(args.subjects),
               "--seed", "1"])
        timed([PROGRAM, "init", "--data", folder, "--city", "rizhao"])
        timed([PROGRAM, "submit", "--data", folder, "--item", ITEM, "--from",
               DEPARTMENT, "--json", table], good=(0, 1))
        timed([PROGRAM, "log", "checkpoint", "--data", folder])
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(digest)
    return folder, table


def read_subjects(table):
    """{code: name} of the rows of the file."""
    with open(table, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        code = peers_run.find_column(header, peers_run.CODE_HEADERS)
        name = peers_run.find_column(header, ("CF_XDR_MC", "行政相对人名称"))
        return {row[code]: row[name] for row in rows}


def write_files(site, codes, files):
    """Each subject's two bodies as files named like their addresses.
    (bytes of all JSON, of all HTML, headers of the last JSON answer)."""
    os.makedirs(os.path.join(files, "subjects"))
    connection = http.client.HTTPConnection("127.0.0.1", site.port,
                                            timeout=60)
    sizes, headers = [0, 0], None
    for code in codes:
        for kind, ending in enumerate((".json", "")):
            path = f"/subjects/{code}{ending}"
            status, headers, body = get(
                connection, path,
                "text/html" if kind else "application/json")
            if status != 200:
                raise Failed(f"{path} answered {status}: {body[:200]}")
            sizes[kind] += len(body)
            with open(files + path, "wb") as file:
                file.write(body)
    connection.close()
    return sizes[0], sizes[1], headers


def load(port, paths, seconds, accept, *headers):
    """What wrk saw in so many seconds."""
    done = subprocess.run(
        ["wrk", f"-t{LOAD_THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s",
         "-s", os.path.join(HERE, "load.lua"), f"http://127.0.0.1:{port}",
         "--", paths, f"Accept: {accept}", *headers],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"wrk failed:\n{done.stdout}")
    told = json.loads(done.stdout.strip().split("\n")[-1])
    told["per_second"] = told["requests"] / (told["duration_us"] / 1e6)
    if told["bad_status"] or told["broken"]:
        raise Failed(f"wrong answers under load: {told}")
    return told


def write_paths(place, name, paths):
    path = os.path.join(place, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(p + "\n" for p in paths))
    return path


def take_turns(args, contenders, paths, accept="*/*"):
    """{name: figures of the median turn}; A B C A B C ..."""
    seen = {name: [] for name in contenders}
    for port in contenders.values():
        load(port, paths, WARM_SECONDS, accept)
    for _ in range(args.runs):
        for name, port in contenders.items():
            seen[name].append(load(port, paths, args.seconds, accept))
    return {name: dict(
        per_second=statistics.median(t["per_second"] for t in turns),
        p50_ms=statistics.median(t["p50_us"] for t in turns) / 1000,
        p99_ms=statistics.median(t["p99_us"] for t in turns) / 1000,
        turns=turns) for name, turns in seen.items()}


def show(title, results):
    print(f"\n{title}\n{'':<30}{'requests/s':>12}{'median':>11}{'p99':>11}")
    for name, r in results.items():
        print(f"{name:<30}{r['per_second']:12,.0f}{r['p50_ms']:8.2f} ms"
              f"{r['p99_ms']:8.2f} ms")
    own = results.get(Site.name)
    for name, r in results.items():
        if r is not own:
            print(f"{Site.name} answers "
                  f"{own['per_second'] / r['per_second']:.2f} times as many "
                  f"as {name}")
    sys.stdout.flush()


def measure_files(args, site, subjects, place):
    """The parts that nginx takes turns in."""
    chosen = random.Random(1).sample(sorted(subjects),
                                     min(args.codes, len(subjects)))
    files = os.path.join(place, "files")
    json_bytes, html_bytes, headers = write_files(site, chosen, files)
    count = len(chosen)
    print(f"{count:,} subjects: JSON {json_bytes / count:,.0f} bytes, HTML "
          f"{html_bytes / count:,.0f} bytes on average; nothing compressed")
    nginx = Nginx(files, place, headers)
    record = {"codes": count, "json_bytes": json_bytes / count,
              "html_bytes": html_bytes / count}
    try:
        nginx.wait_ready()
        contenders = {Site.name: site.port, "nginx": nginx.bare,
                      "nginx with the same headers": nginx.full}
        for part, title, paths in (
                ("json", f"subject JSON, {count:,} at random",
                 [f"/subjects/{c}.json" for c in chosen]),
                ("hot", "subject JSON, one address",
                 [f"/subjects/{chosen[0]}.json"]),
                ("html", f"subject page, {count:,} at random",
                 [f"/subjects/{c}" for c in chosen])):
            if part in args.only:
                record[part] = take_turns(
                    args, contenders,
                    write_paths(place, part + ".paths", paths))
                show(title, record[part])
    finally:
        nginx.server.stop()
    return record


def questions(names, count):
    """Parts of names, two to five characters, all different."""
    chance, found = random.Random(2), {}
    for _ in range(count * 10):
        name = names[chance.randrange(len(names))]
        length = chance.randint(2, min(5, len(name)))
        at = chance.randint(0, len(name) - length)
        found[name[at:at + length]] = True
        if len(found) == count:
            break
    return list(found)


def percent(text):
    return "".join(f"%{b:02X}" for b in text.encode())


def process_ms(words):
    """Of a command by itself: the median of some runs."""
    times = []
    for w in words:
        began = time.monotonic()
        subprocess.run([PROGRAM, *w], stdout=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - began) * 1000)
    return statistics.median(times)


def measure_commands(folder, asked):
    told = {"search_ms": process_ms([["search", "--data", folder, q]
                                     for q in asked[:COMMANDS]]),
            "start_ms": process_ms([["version"]] * COMMANDS)}
    print(f"\ngongxin search, a process for each of {COMMANDS} parts: median "
          f"{told['search_ms']:.0f} ms; gongxin version: "
          f"{told['start_ms']:.0f} ms")
    return told


def measure_search(args, site, folder, subjects, place):
    asked = questions(sorted(subjects.values()), QUESTIONS)
    results = {}
    for title, path in (("search, 20 results", "/search.json?q={}"),
                        ("suggestions", "/suggest?q={}"),
                        ("search page", "/search?q={}")):
        paths = write_paths(place, "search.paths",
                            [path.format(percent(q)) for q in asked])
        results[title] = take_turns(
            args, {Site.name: site.port}, paths,
            "text/html" if "page" in title else "application/json")
        show(f"{title}: {len(asked):,} parts of the names of "
             f"{len(subjects):,} subjects", results[title])
    results["commands"] = measure_commands(folder, asked)
    return results


def latencies(port, path, seconds):
    """Milliseconds of one visitor who opens a connection each time."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        fetch(port, path, "text/html")
        times.append((time.monotonic() - began) * 1000)
        time.sleep(0.01)
    times.sort()
    return {"count": len(times), "median_ms": statistics.median(times),
            "p99_ms": times[int(len(times) * 0.99)], "max_ms": times[-1]}


def measure_slow(args, site, subjects, place):
    path = f"/subjects/{min(subjects)}"
    paths = write_paths(place, "slow.paths", [path])
    before = latencies(site.port, path, args.seconds)
    crowd = subprocess.Popen(
        [sys.executable, os.path.join(HERE, "slow.py"), str(site.port),
         str(args.slow), "120"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)
    # Should it hang, the site is not to wait for ever.
    alarm = threading.Timer(240, crowd.kill)
    alarm.start()
    try:
        if crowd.stdout.readline().strip() != "ready":
            raise Failed("the slow connections could not be made")
        during = latencies(site.port, path, args.seconds)
        busy = load(site.port, paths, args.seconds, "text/html")
        out, _ = crowd.communicate("")
    finally:
        alarm.cancel()
        if crowd.poll() is None:
            crowd.kill()
            crowd.wait()
    crowd_told = json.loads(out.strip().split("\n")[-1])
    print(f"\n{args.slow:,} slow or half-open connections: {crowd_told}")
    for name, seen in (("without them", before), ("beside them", during)):
        print(f"one visitor {name}: median {seen['median_ms']:.1f} ms, p99 "
              f"{seen['p99_ms']:.1f} ms, worst {seen['max_ms']:.1f} ms")
    print(f"wrk beside them: {busy['per_second']:,.0f} requests/s, p99 "
          f"{busy['p99_us'] / 1000:.2f} ms")
    return {"crowd": crowd_told, "before": before, "during": during,
            "wrk": busy}


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--records", type=int, default=1_000_000)
    p.add_argument("--subjects", type=int, default=100_000)
    p.add_argument("--codes", type=int, default=8_000)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--seconds", type=int, default=8)
    p.add_argument("--slow", type=int, default=10_000)
    p.add_argument("--only", default=",".join(PARTS))
    p.add_argument("--dir", default=os.path.join(HERE, "out"))
    args = p.parse_args(argv)
    args.only = args.only.split(",")
    if any(part not in PARTS for part in args.only):
        p.error(f"--only takes {', '.join(PARTS)}")
    if min(args.records, args.subjects, args.codes, args.runs,
           args.seconds, args.slow) < 1:
        p.error("counts are 1 or more")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    if 2 * args.codes + SPARE_FILES > files:
        p.error(f"of {files} files that may be open, nginx would want "
                f"{2 * args.codes + SPARE_FILES}")
    return args


def measure(args, place, record):
    folder, table = make_database(args)
    subjects = read_subjects(table)
    site = Site(folder, place)
    try:
        began = time.monotonic()
        site.wait_ready()
        record["start_seconds"] = time.monotonic() - began
        if {"json", "hot", "html"} & set(args.only):
            record["files"] = measure_files(args, site, subjects, place)
        if "search" in args.only:
            record["search"] = measure_search(args, site, folder,
                                              subjects, place)
        if "slow" in args.only:
            record["slow"] = measure_slow(args, site, subjects, place)
        record["memory_bytes"] = site.server.memory_bytes()
        print(f"\ngongxin serve uses "
              f"{record['memory_bytes'] / (1 << 20):,.0f} MiB of memory "
              "after all that")
    finally:
        site.server.stop()


def main(argv):
    args = parse(argv[1:])
    os.makedirs(args.dir, exist_ok=True)
    place = tempfile.mkdtemp(prefix="web-", dir=args.dir)
    os.chmod(place, 0o755)
    try:
        for tool in (PROGRAM, "/usr/bin/wrk", "/usr/sbin/nginx"):
            if not os.path.exists(tool):
                raise Failed(f"{tool} is not there; run make bench")
        record = {"machine": machine(place), "records": args.records,
                  "subjects": args.subjects}
        m = record["machine"]
        print(f"{m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB, "
              f"Linux {m['kernel']}; load and servers share the cores; "
              f"{args.runs} turns of {args.seconds} s, {CONNECTIONS} "
              "connections", flush=True)
        measure(args, place, record)
        with open(os.path.join(args.dir, "web.json"), "w",
                  encoding="utf-8") as file:
            json.dump(record, file, indent=1, ensure_ascii=False)
    except (Failed, OSError) as e:
        print(f"web bench: {e}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
