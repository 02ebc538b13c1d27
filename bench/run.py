#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure gongxin beside PostgreSQL and DuckDB on one generated file.

usage: run.py [--rows N] [--runs N] [--scale N] [--csv FILE] [--dir DIR]
              [--only gongxin,postgres,duckdb] [--no-small]

    --rows   rows of the file (2000000), a tenth as many organisations
    --runs   turns of each (3); the medians are compared
    --scale  also submit a file of so many rows, for the cost per row
    --csv    take this file of penalties instead of generating one
    --dir    where databases go (bench/out); peers and gongxin share it

Each turn makes a database of its own, and none is removed before the end:
ext4 looks for inodes past those freed in the last minutes, so a deletion
slows whoever comes next.

What is measured stands in bench/README.md. Prints figures and ratios and
writes bench/out/result.json; it never judges, and fails only when something
could not be run.
"""
import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tools"))
import private_pg  # noqa: E402

PROGRAM = os.path.join(ROOT, "build", "gongxin")
PEERS = ("gongxin", "postgres", "duckdb")
CODE_HEADERS = ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)")
NUMBER_HEADERS = ("CF_WSH", "行政处罚决定书文号")
ITEM, DEPARTMENT = "penalty", "rizhao-market-regulation"
# What a room's own benchmark is given; CSV stands for the generated file,
# DATA for the directory that it was submitted into.
SMALL_ARGUMENTS = {"csv_bench": ["CSV"], "document_bench": ["DATA"]}
SAMPLE_SECONDS = 0.1
MIB = 1 << 20


class Failed(Exception):
    """Something could not be run; the text says what."""


class Memory(threading.Thread):
    """Watches the peak resident memory of a process and all below it."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peaks, self.is_over = pid, {}, threading.Event()
        self.start()

    def run(self):
        while not self.is_over.wait(SAMPLE_SECONDS):
            self.sample()

    def sample(self):
        for pid in descendants(self.pid):
            try:
                with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                    status = dict(line.split(":", 1) for line in file)
            except (OSError, ValueError):
                continue
            if "VmHWM" in status:
                peak = int(status["VmHWM"].split()[0]) * 1024
                self.peaks[pid] = max(self.peaks.get(pid, 0), peak)

    def stop(self):
        self.is_over.set()
        self.join()
        return sorted(self.peaks.values(), reverse=True)


def descendants(root):
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(name))
    found, left = [], [root]
    while left:
        pid = left.pop()
        found.append(pid)
        left += children.get(pid, [])
    return found


def timed(command, good=(0,), watch=None, **options):
    """(seconds, peak bytes of each process, output). The process's own peak
    is the kernel's; those below it are sampled."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=subprocess.STDOUT,
                                   **options)
        memory = Memory(watch or process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        peaks = memory.stop()
        out.seek(0)
        output = out.read().decode("utf-8", "replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise Failed(f"exit {process.returncode} of {' '.join(command)}:\n"
                     f"{output[-4000:]}")
    # The kernel's figure covers a process and its waited-for children: the
    # largest of them.
    largest = usage.ru_maxrss * 1024
    if not watch and (not peaks or largest > peaks[0]):
        peaks = [largest] + peaks[1:]
    return seconds, peaks, output


def disk_bytes(path):
    """Allocated bytes of a file or of all files of a folder."""
    if os.path.isfile(path):
        return os.stat(path).st_blocks * 512
    return sum(os.lstat(os.path.join(folder, name)).st_blocks * 512
               for folder, _, names in os.walk(path) for name in names)


class Gongxin:
    """submit into a fresh data directory; verify the last one."""

    name = "gongxin submit"

    def __init__(self, args):
        self.args, self.turn, self.folder = args, 0, None

    def run(self, csv_path):
        self.turn += 1
        self.folder = os.path.join(self.args.place, f"gongxin-{self.turn}")
        timed([PROGRAM, "init", "--data", self.folder, "--city", "rizhao"])
        seconds, peaks, output = timed(
            [PROGRAM, "submit", "--data", self.folder, "--item",
             self.args.item, "--from", self.args.department, "--json",
             csv_path], good=(0, 1))
        return {"seconds": seconds, "peaks": peaks,
                "disk": disk_bytes(self.folder), "output": output.strip()}

    def verify(self):
        seconds, peaks, _ = timed([PROGRAM, "verify", "--all", "--data",
                                   self.folder])
        return seconds, peaks

    def close(self):
        pass


class Postgres:
    """\\copy into a fresh table that has its two indexes."""

    name = "PostgreSQL \\copy"

    def __init__(self, args):
        self.server = private_pg.Server(folder=args.place)
        self.server.__enter__()
        self.header, self.turn = read_header(args.csv), 0

    def settings(self):
        names = ("server_version", "fsync", "synchronous_commit",
                 "full_page_writes", "wal_level", "shared_buffers",
                 "max_wal_size", "maintenance_work_mem")
        return {name: self.server.psql(f"SHOW {name};").stdout.strip()
                for name in names}

    def run(self, csv_path):
        columns = [f"c{n}" for n in range(1, len(self.header) + 1)]
        code = columns[find_column(self.header, CODE_HEADERS)]
        number = columns[find_column(self.header, NUMBER_HEADERS)]
        self.turn += 1
        table = f"penalty_{self.turn}"
        made = self.server.psql(
            f"CREATE TABLE {table} ("
            + ", ".join(f"{c} TEXT" for c in columns) + ");"
            f"CREATE INDEX {table}_code ON {table} ({code});"
            f"CREATE UNIQUE INDEX {table}_number ON {table} ({number});"
            "CHECKPOINT;", "-v", "ON_ERROR_STOP=1")
        if made.returncode:
            raise Failed(made.stderr)
        quoted = csv_path.replace("'", "''")
        seconds, peaks, _ = timed(
            self.server.psql_command("-v", "ON_ERROR_STOP=1", "-c",
                                     f"\\copy {table} from '{quoted}' "
                                     "with (format csv, header true)"),
            watch=self.server.process.pid,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        size = self.server.psql(
            f"SELECT pg_total_relation_size('{table}');").stdout
        return {"seconds": seconds, "peaks": peaks, "disk": int(size)}

    def close(self):
        self.server.__exit__(None, None, None)


class DuckDB:
    """read_csv into a table of a fresh database file."""

    name = "DuckDB read_csv"

    def __init__(self, args):
        self.place, self.turn = args.place, 0
        if not os.path.isdir(os.path.join(HERE, "node_modules")):
            done = subprocess.run(["npm", "install", "--no-save", "--no-audit",
                                   "--no-fund"],
                                  cwd=HERE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                raise Failed(f"npm install in bench/ failed:\n{done.stdout}")

    def run(self, csv_path):
        self.turn += 1
        path = os.path.join(self.place, f"peer-{self.turn}.duckdb")
        _, peaks, output = timed(["node", os.path.join(HERE, "duckdb.mjs"),
                                  csv_path, path])
        told = json.loads(output.strip().split("\n")[-1])
        return {"seconds": told["seconds"], "peaks": peaks,
                "disk": disk_bytes(path), "rows": told["rows"],
                "version": told["version"]}

    def close(self):
        pass


KINDS = {"gongxin": Gongxin, "postgres": Postgres, "duckdb": DuckDB}


def read_header(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def find_column(header, names):
    for index, title in enumerate(header):
        if title in names:
            return index
    raise Failed(f"the file has no column {' or '.join(names)}")


def count_rows(path):
    """Lines without the header; the generated file has one row a line."""
    lines = 0
    with open(path, "rb") as file:
        while chunk := file.read(MIB):
            lines += chunk.count(b"\n")
    return lines - 1


def generate(path, rows):
    print(f"generating {rows:,} rows", flush=True)
    timed([PROGRAM, "demo", "--bulk", path, "--records", str(rows),
           "--subjects", str(max(rows // 10, 1)), "--seed", "1"])


def machine(folder):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file
                      if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": model, "cores": os.cpu_count(),
            "memory_gib": round(memory / (1 << 30), 1),
            "kernel": os.uname().release, "fsync_ms": fsync_ms(folder)}


def fsync_ms(folder):
    """Median time of a 4 KiB write made durable, in the folder used."""
    path, times = os.path.join(folder, "fsync"), []
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(50):
        began = time.monotonic()
        os.pwrite(fd, b"x" * 4096, 0)
        os.fdatasync(fd)
        times.append(time.monotonic() - began)
    os.close(fd)
    os.unlink(path)
    return round(statistics.median(times) * 1000, 3)


def take_turns(peers, csv_path, runs):
    """Results by peer; A B C A B C ..., so that a slow minute of the machine
    meets all of them."""
    results = {name: [] for name in peers}
    for turn in range(runs):
        for name, peer in peers.items():
            one = peer.run(csv_path)
            results[name].append(one)
            print(f"  turn {turn + 1}: {peer.name:<18}"
                  f"{one['seconds']:9.2f} s", flush=True)
    return results


def median_seconds(results):
    return statistics.median(r["seconds"] for r in results)


def show(peers, results, rows, csv_bytes):
    print(f"\n{'':<20}{'median s':>10}{'rows/s':>12}{'MB/s':>8}"
          f"{'disk/CSV':>10}  peak memory of each process, MiB")
    for name, peer in peers.items():
        seconds = median_seconds(results[name])
        last = results[name][-1]
        peaks = [max(p) for p in zip(*(r["peaks"][:4]
                                       for r in results[name]))]
        memory = " ".join(f"{p / MIB:.0f}" for p in peaks)
        print(f"{peer.name:<20}{seconds:10.2f}{rows / seconds:12,.0f}"
              f"{csv_bytes / seconds / 1e6:8.0f}"
              f"{last['disk'] / csv_bytes:10.1%}  {memory}")


def show_ratios(results):
    if "gongxin" not in results:
        return
    own = median_seconds(results["gongxin"])
    for name in PEERS[1:]:
        if name in results:
            print(f"gongxin is {median_seconds(results[name]) / own:.2f} "
                  f"times as fast as {KINDS[name].name}")


def run_scale(args, gongxin, rows, seconds):
    path = os.path.join(args.place, "scale.csv")
    generate(path, args.scale)
    one = gongxin.run(path)
    per_row, small = one["seconds"] / args.scale, seconds / rows
    print(f"{args.scale:,} rows: {one['seconds']:.1f} s, "
          f"{per_row / small:.2f} times the cost per row of {rows:,}; "
          f"peak memory {max(one['peaks']) / MIB:.0f} MiB, disk "
          f"{one['disk'] / os.path.getsize(path):.1%} of the CSV")
    return {k: one[k] for k in ("seconds", "peaks", "disk")}


def run_small(given):
    """The rooms' own benchmarks (bench_targets in meson.build)."""
    build = os.path.join(ROOT, "build")
    done = subprocess.run(["meson", "introspect", "--targets", build],
                          stdout=subprocess.PIPE, check=True, text=True)
    found = {t["name"]: t["filename"][0] for t in json.loads(done.stdout)
             if t["type"] == "executable" and t["name"].endswith("_bench")}
    if found:
        timed(["ninja", "-C", build,
               *(os.path.relpath(path, build) for path in found.values())])
    for name, path in sorted(found.items()):
        arguments = [given.get(a) for a in SMALL_ARGUMENTS.get(name, [])]
        if None in arguments:
            continue
        print(f"\n{name}")
        print(timed([path, *arguments], cwd=ROOT,
                    env=dict(os.environ, GX_SOURCE_ROOT=ROOT))[2].rstrip())


def compare(args, peers):
    with open(args.csv, "rb") as file:  # into the page cache, for all alike
        while file.read(MIB):
            pass
    rows, csv_bytes = count_rows(args.csv), os.path.getsize(args.csv)
    print(f"{rows:,} rows, {csv_bytes:,} bytes, {csv_bytes / rows:.0f} a row;"
          f" {args.runs} turns", flush=True)
    results = take_turns(peers, args.csv, args.runs)
    for one in results.get("duckdb", []):
        if one["rows"] != rows:
            raise Failed(f"DuckDB read {one['rows']:,} rows of {rows:,}")
    show(peers, results, rows, csv_bytes)
    show_ratios(results)
    record = {"rows": rows, "csv_bytes": csv_bytes, "results": results}
    if "gongxin" in peers:
        seconds, peaks = peers["gongxin"].verify()
        print(f"gongxin verify --all: {seconds:.2f} s, "
              f"{rows / seconds:,.0f} records/s, peak memory "
              f"{max(peaks) / MIB:.0f} MiB")
        record["verify_seconds"] = seconds
        if args.scale:
            record["scale"] = run_scale(args, peers["gongxin"], rows,
                                        median_seconds(results["gongxin"]))
    return record


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--rows", type=int, default=2_000_000)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--scale", type=int, default=0)
    p.add_argument("--csv")
    p.add_argument("--dir", default=os.path.join(HERE, "out"))
    p.add_argument("--item", default=ITEM)
    p.add_argument("--department", default=DEPARTMENT)
    p.add_argument("--only", default=",".join(PEERS))
    p.add_argument("--no-small", action="store_true")
    args = p.parse_args(argv)
    args.only = args.only.split(",")
    unknown = [name for name in args.only if name not in PEERS]
    if unknown or args.rows < 1 or args.runs < 1:
        p.error(f"--only takes {', '.join(PEERS)}; counts are 1 or more")
    return args


def main(argv):
    args = parse(argv[1:])
    os.makedirs(args.dir, exist_ok=True)
    # Everything but the result, removed at the very end.
    args.place, peers = tempfile.mkdtemp(prefix="run-", dir=args.dir), {}
    os.chmod(args.place, 0o755)  # PostgreSQL is another user when we are root
    try:
        if not os.path.exists(PROGRAM) and ("gongxin" in args.only
                                            or not args.csv):
            raise Failed(f"{PROGRAM} is not there; run make first")
        if not args.csv:
            args.csv = os.path.join(args.place, "penalties.csv")
            generate(args.csv, args.rows)
        record = {"machine": machine(args.place)}
        for name in args.only:
            peers[name] = KINDS[name](args)
        m = record["machine"]
        print(f"{m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB, "
              f"Linux {m['kernel']}; a durable 4 KiB write takes "
              f"{m['fsync_ms']} ms")
        if "postgres" in peers:
            record["postgres"] = peers["postgres"].settings()
            print("PostgreSQL: " + ", ".join(
                f"{k} {v}" for k, v in record["postgres"].items()))
        record.update(compare(args, peers))
        with open(os.path.join(args.dir, "result.json"), "w",
                  encoding="utf-8") as file:
            json.dump(record, file, indent=1, ensure_ascii=False)
        if not args.no_small:
            data = peers["gongxin"].folder if "gongxin" in peers else None
            run_small({"CSV": args.csv, "DATA": data})
    except (Failed, private_pg.Failed) as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    finally:
        for peer in peers.values():
            peer.close()
        shutil.rmtree(args.place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
