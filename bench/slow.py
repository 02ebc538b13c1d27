#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold many slow or half-open connections to a server on this machine.

usage: slow.py PORT COUNT SECONDS

A quarter of each kind, told apart by what they do after connecting:

    silent     say nothing
    half       send half a request line and stop
    drip       send one header byte every two seconds, never an end
    unread     ask for a page over and over and read nothing of the answers

Each block of 200 comes from an address of its own (127.9.x.y), as a crowd
would; the server's limit for one address is not what is measured here. A
connection that the server ends is opened again, so that the pressure stays.
Prints "ready" when every connection has been tried, and at the end (time is
up, or standard input closes) one JSON document of what happened.
"""
import asyncio
import json
import resource
import socket
import sys
import time

EACH_ADDRESS = 200
KINDS = ("silent", "half", "drip", "unread")
DRIP_SECONDS = 2
# What is opened again waits a little, as a client would.
AGAIN_SECONDS = 1
OPENING_AT_ONCE = 64
SMALL_BUFFER = 4096
REQUESTS_UNREAD = 50


class Crowd:
    def __init__(self, port, count):
        self.port, self.count = port, count
        self.open = 0
        self.seen = dict.fromkeys(("opened", "refused", "ended"), 0)
        self.tried, self.ready = 0, asyncio.Event()
        self.gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def connect(self, index):
        block = index // EACH_ADDRESS
        s = socket.socket()
        s.setblocking(False)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        try:
            s.bind((f"127.9.{block // 250}.{block % 250 + 1}", 0))
            await asyncio.wait_for(asyncio.get_running_loop().sock_connect(
                s, ("127.0.0.1", self.port)), 10)
            return s
        except (OSError, asyncio.TimeoutError):
            s.close()
            return None

    async def hold(self, s, kind):
        """Behaves as its kind until the server ends the connection."""
        loop = asyncio.get_running_loop()
        if kind == "silent":
            await loop.sock_recv(s, 1024)
        elif kind == "half":
            await loop.sock_sendall(s, b"GET /subj")
            await loop.sock_recv(s, 1024)
        elif kind == "drip":
            await loop.sock_sendall(s, b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
            while True:
                await asyncio.sleep(DRIP_SECONDS)
                await loop.sock_sendall(s, b"a")
        else:
            ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            await loop.sock_sendall(s, ask * REQUESTS_UNREAD)
            await asyncio.sleep(DRIP_SECONDS)
            while True:  # a reset is noticed by sending more
                await asyncio.sleep(DRIP_SECONDS)
                await loop.sock_sendall(s, b"\r\n")

    async def one(self, index):
        kind, is_first = KINDS[index % len(KINDS)], True
        while True:
            async with self.gate:
                s = await self.connect(index)
            if is_first:
                is_first = False
                self.tried += 1
                if self.tried == self.count:
                    self.ready.set()
            if s is None:
                self.seen["refused"] += 1
            else:
                self.seen["opened"] += 1
                self.open += 1
                try:
                    await self.hold(s, kind)
                except OSError:
                    pass
                finally:
                    s.close()
                    self.open -= 1
                self.seen["ended"] += 1
            await asyncio.sleep(AGAIN_SECONDS)


async def run(port, count, seconds):
    crowd, began = Crowd(port, count), time.monotonic()
    tasks = [asyncio.ensure_future(crowd.one(i)) for i in range(count)]
    await crowd.ready.wait()
    peak_ready = crowd.open
    print("ready", flush=True)
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait([over], timeout=seconds)
    told = dict(crowd.seen, open_at_ready=peak_ready, open_at_end=crowd.open,
                seconds=round(time.monotonic() - began, 1))
    print(json.dumps(told), flush=True)
    for task in tasks:
        task.cancel()


def main(argv):
    if len(argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    port, count, seconds = map(int, argv[1:])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 100:
        print(f"slow: {count} connections need a limit of open files above "
              f"{hard}", file=sys.stderr)
        return 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        asyncio.run(run(port, count, seconds))
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
