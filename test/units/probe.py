# SPDX-License-Identifier: Apache-2.0
"""What a process may do that runs where the service runs.

guest.py starts this in place of the program, by the unit's own lines. Each
attempt is made in a child, because the filter of system calls ends who tries
what it forbids. Prints {attempt: "allowed", an errno's name or a signal's}.
"""
import ctypes
import errno
import json
import mmap
import os
import resource
import shutil
import signal
import socket
import sys

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, PTRACE_TRACEME, SECCOMP_GET_ACTION_AVAIL = 0x10000000, 0, 2
SYS_SECCOMP, SYS_BPF, SYS_KEXEC_LOAD = 317, 321, 246
OWN = "/var/lib/gongxin"


def call(function, *args):
    if function(*args) < 0:
        raise OSError(ctypes.get_errno(), "")


def write(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def see(path):
    os.stat(path)


def execute(path, *args):
    os.execv(path, [path, *args])


def execute_own(folder):
    path = f"{folder}/probe-program"
    shutil.copyfile("/bin/true", path)
    os.chmod(path, 0o700)
    execute(path)


def set_user_id(path):
    write(path)
    os.chmod(path, 0o4700)


def new_code():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE |
              mmap.PROT_EXEC)


def family(number, kind):
    socket.socket(number, kind).close()


def reach(port):
    socket.create_connection(("127.0.0.1", port), 5).close()


def realtime():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


ATTEMPTS = {
    **{f"write {folder}": (write, f"{folder}/probe") for folder in
       ("/etc", "/usr", "/usr/local/bin", "/var", "/var/lib", "/var/log",
        "/var/cache", "/srv", "/srv/open", "/run", "/run/lock", "/boot",
        "/dev/shm", "/home", "/root")},
    "write its own directory": (write, f"{OWN}/probe"),
    "write /tmp": (write, "/tmp/probe"),
    "write /var/tmp": (write, "/var/tmp/probe"),
    "see /dev/vda": (see, "/dev/vda"),
    "see /dev/ttyS0": (see, "/dev/ttyS0"),
    "see process 1": (see, "/proc/1"),
    "see /proc/kallsyms": (see, "/proc/kallsyms"),
    "read a person's secret": (read, os.path.join("/home", "person",
                                                  "secret")),
    "execute a shell": (execute, "/bin/sh", "-c", "exit 0"),
    **{f"execute what it wrote to {folder}": (execute_own, folder)
       for folder in (OWN, "/tmp", "/var/tmp")},
    "set-user-id": (set_user_id, f"{OWN}/probe-suid"),
    "new code": (new_code,),
    "become root": (os.setuid, 0),
    "a user namespace": (lambda: call(libc.unshare, CLONE_NEWUSER),),
    "mount": (lambda: call(libc.mount, b"x", b"/tmp", b"tmpfs", 0, None),),
    "trace": (lambda: call(libc.ptrace, PTRACE_TRACEME, 0, 0, 0),),
    "bpf": (lambda: call(libc.syscall, SYS_BPF, 0, 0, 0),),
    "another kernel": (lambda: call(libc.syscall, SYS_KEXEC_LOAD, 0, 0, 0,
                                    0),),
    "set the clock": (lambda: call(libc.clock_settime, 0,
                                   ctypes.create_string_buffer(16)),),
    "set the host's name": (lambda: call(libc.sethostname, b"x", 1),),
    "realtime": (realtime,),
    "packets": (family, socket.AF_PACKET, socket.SOCK_RAW),
    "netlink": (family, socket.AF_NETLINK, socket.SOCK_RAW),
    "internet": (family, socket.AF_INET, socket.SOCK_STREAM),
    "reach the site": (reach, 8080),
    "limit itself": (limit,),
    "filter itself": (lambda: call(
        libc.syscall, SYS_SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0,
        ctypes.byref(ctypes.c_uint32(0x00050000))),),
}


def attempt(function, *args):
    """In the child: 0, or the number of the error."""
    try:
        function(*args)
        os._exit(0)
    except OSError as e:
        os._exit(e.errno or 255)
    except BaseException as e:  # the parent has to see every end
        print(repr(e), file=sys.stderr)
        os._exit(255)


def outcome(what):
    child = os.fork()
    if child == 0:
        attempt(*what)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    code = os.WEXITSTATUS(status)
    return errno.errorcode.get(code, str(code)) if code else "allowed"


def main():
    print(json.dumps({name: outcome(what)
                      for name, what in ATTEMPTS.items()}))


if __name__ == "__main__":
    main()
