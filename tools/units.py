#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boot a small Debian with the installed program, and look at its units.

usage: units.py [-v]      (-v: show the machine's console as well)

What systemd does with packaging/systemd can only be seen where systemd is
the first process. So this makes a machine of Debian 12's own packages, with
nothing but the libraries that the program needs, boots it in qemu, installs
the program in it as docs/operations.md says, and runs test/units/guest.py
there, which prints the checks. The machine has no network but its loopback.

The disk with Debian is kept in build/units and made anew when the list of
packages changes; what a run writes is thrown away. Debian's archive is
that of this machine's apt. Making the disk needs root (or sudo); running
it does not, and uses /dev/kvm where it may: emulated it takes minutes.
UNITS_EMULATED=1 emulates it all the same, where the host's own machine
does not lend its processor fully. UNITS_SECONDS (1800) ends a machine that
hangs.
"""
import glob
import hashlib
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import sources

FOLDER = os.path.join(sources.ROOT, "build", "units")
CODENAME = "bookworm"
# The kernel for virtual machines, systemd, what the checks are written in.
MACHINE = ["linux-image-cloud-amd64", "initramfs-tools", "systemd",
           "systemd-sysv", "udev", "kmod", "python3"]
# What a package of gongxin has to depend on, linked and loaded.
LIBRARIES = ["libc6", "libcurl4", "libexpat1", "libicu72", "libjansson4",
             "libmicrohttpd12", "libqrencode4", "libseccomp2", "libsodium23",
             "libsqlite3-0", "libssl3", "libxlsxwriter4", "libyaml-0-2",
             "libzip4", "libzstd1", "tzdata", "zlib1g"]
STARTER = """[Unit]
Description=checks of gongxin's units
After=basic.target

[Service]
Type=exec
ExecStartPre=/bin/mount -o ro /dev/vdb /mnt
ExecStart=/usr/bin/python3 -u /mnt/test/units/guest.py
ExecStopPost=+/bin/systemctl --no-block poweroff
StandardOutput=file:/dev/ttyS1
StandardError=inherit
Environment=LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

[Install]
WantedBy=multi-user.target
"""
CLEAN = ["env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]  # sudo keeps none
INITRAMFS = "MODULES=list\nCOMPRESS=gzip\n"
MODULES = "virtio_pci\nvirtio_blk\next4\ncrc32c_generic\n"
DISK_MIB = 2048
CHECK = re.compile(r"^(ok|not ok) - ")


def fail(text):
    print(f"units: {text}", file=sys.stderr)
    sys.exit(2)


def run(*command, root=False, **options):
    if root and os.geteuid() != 0:
        command = ("sudo", *command)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode:
        fail(f"exit {done.returncode}: {' '.join(command)}\n"
             f"{done.stdout[-4000:]}")
    return done.stdout


def mirror():
    """Where this machine's apt has Debian's main archive."""
    lines = run("apt-get", "indextargets", "--format",
                "$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)",
                "Created-By: Packages")
    for line in lines.splitlines():
        uri, *what = line.split()
        if what == [CODENAME, "main", "Debian"]:
            return uri
    return fail(f"apt has no lists of Debian's {CODENAME} (main); see "
                "/etc/apt/sources.list, then run apt-get update")


# ---- the disk with Debian ----

def write_as_root(path, text):
    run("tee", path, root=True, input=text)


def furnish(tree):
    """What makes a machine of the packages."""
    write_as_root(f"{tree}/etc/hostname", "units\n")
    write_as_root(f"{tree}/etc/fstab", "/dev/vda / ext4 defaults 0 1\n")
    write_as_root(f"{tree}/etc/systemd/system/checks.service", STARTER)
    write_as_root(f"{tree}/etc/initramfs-tools/conf.d/units", INITRAMFS)
    write_as_root(f"{tree}/etc/initramfs-tools/modules", MODULES)
    run("chroot", tree, "systemctl", "enable", "checks.service", root=True)
    run("chroot", tree, "systemctl", "mask", "getty@tty1.service",
        "serial-getty@ttyS0.service", "apt-daily.timer",
        "apt-daily-upgrade.timer", "dpkg-db-backup.timer",
        "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer",
        "systemd-networkd.service", root=True)
    run(*CLEAN, "chroot", tree, "update-initramfs", "-c", "-k", "all",
        root=True)


def pick(tree, folder):
    """Kernel, initramfs and disk out of the tree; mine, not root's."""
    for name, file in (("vmlinuz", "kernel"), ("initrd.img", "initrd")):
        run("cp", glob.glob(f"{tree}/boot/{name}-*")[0], f"{folder}/{file}",
            root=True)
    run("rm", "-rf", f"{tree}/var/cache/apt", f"{tree}/var/lib/apt/lists",
        root=True)
    make_disk(f"{folder}/disk", tree, DISK_MIB, root=True)
    run("chown", f"{os.getuid()}:{os.getgid()}", f"{folder}/kernel",
        f"{folder}/initrd", f"{folder}/disk", root=True)


def make_disk(path, tree, mib, root=False):
    run("mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, path, f"{mib}M",
        root=root)


def debian():
    """The folder with kernel, initrd and disk; made when it is not there."""
    with open(__file__, "rb") as file:
        recipe = file.read().split(b"# ---- a run ----")[0]
    folder = os.path.join(FOLDER, hashlib.sha256(recipe).hexdigest()[:16])
    if os.path.exists(f"{folder}/complete"):
        return folder
    print("units: making the disk with Debian (once)", flush=True)
    if os.path.isdir(FOLDER):
        run("rm", "-rf", FOLDER, root=True)
    os.makedirs(folder)
    tree = f"{folder}/tree"
    # INITRD=No: the initramfs is made once, at the end.
    run(*CLEAN, "DEBIAN_FRONTEND=noninteractive", "INITRD=No", "debootstrap",
        "--variant=minbase", f"--include={','.join(MACHINE + LIBRARIES)}",
        CODENAME, tree, mirror(), root=True)
    furnish(tree)
    pick(tree, folder)
    run("rm", "-rf", tree, root=True)
    with open(f"{folder}/complete", "w", encoding="ascii"):
        pass
    return folder


# ---- a run ----

def certificate(folder):
    """For TLS: PEM files that only root will be able to read."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
        f"{folder}/key.pem", "-out", f"{folder}/chain.pem")


def payload(folder):
    """The disk with what "make install" installs, and the checks."""
    with tempfile.TemporaryDirectory(prefix="gx-units-") as tree:
        run("meson", "install", "-C", os.path.join(sources.ROOT, "build"),
            "--no-rebuild", "--destdir", f"{tree}/installed")
        shutil.copytree(os.path.join(sources.ROOT, "test", "units"),
                        f"{tree}/test/units")
        for name in ("penalties.py", "people.py", "serving.py"):
            shutil.copy(os.path.join(sources.ROOT, "test", name),
                        f"{tree}/test")
        certificate(tree)
        make_disk(f"{folder}/payload", tree, 64)


def machine(folder):
    """The machine as a process; its second serial line is our pipe."""
    fast = os.access("/dev/kvm", os.R_OK | os.W_OK) and \
        "UNITS_EMULATED" not in os.environ
    return subprocess.Popen(
        ["qemu-system-x86_64", "-nodefaults", "-display", "none",
         "-machine", "pc", "-cpu", "max", "-smp", "2", "-m", "1536",
         "-accel", "kvm" if fast else "tcg,thread=multi",
         "-device", "virtio-rng-pci",
         "-kernel", f"{folder}/kernel", "-initrd", f"{folder}/initrd",
         "-append", "root=/dev/vda rw console=ttyS0 panic=-1 "
         "systemd.show_status=1",
         "-drive", f"file={folder}/disk,format=raw,if=virtio,snapshot=on",
         "-drive", f"file={folder}/payload,format=raw,if=virtio,readonly=on",
         "-serial", f"file:{folder}/console", "-serial", "stdio"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)


def follow(process, deadline):
    """Shows what the machine says; (passed, failed, it came to its end)."""
    passed = failed = 0
    ended, rest = False, b""
    while time.monotonic() < deadline:
        if not select.select([process.stdout], [], [], 1)[0]:
            continue
        data = os.read(process.stdout.fileno(), 65536)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            print(text, flush=True)
            found = CHECK.match(text)
            passed += bool(found) and found[1] == "ok"
            failed += bool(found) and found[1] == "not ok"
            ended = ended or text == "# all checks were made"
    return passed, failed, ended


def main():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    for tool in ("debootstrap", "qemu-system-x86_64", "mke2fs", "openssl"):
        if not shutil.which(tool):
            fail(f"there is no {tool}: tools/setup.sh units installs it")
    folder = debian()
    payload(folder)
    process = machine(folder)
    try:
        passed, failed, ended = follow(
            process, time.monotonic() +
            int(os.environ.get("UNITS_SECONDS", "1800")))
    finally:
        process.kill()
        process.wait()
    if not ended:
        failed += 1
        print("not ok - the machine came to the end of its checks")
        print(f"#   its console is in {folder}/console")
    if "-v" in sys.argv[1:]:
        with open(f"{folder}/console", encoding="utf-8",
                  errors="replace") as file:
            print(file.read())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
