#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fail a command at its 1st, 2nd, 3rd ... step until it succeeds.

usage: fault_loop.py fail|kill VARIABLE DIR COMMAND...

VARIABLE is GONGXIN_FAIL_AT (operations of the database) or
GONGXIN_FAIL_FILE_AT (steps that change files); with "kill" the process kills
itself there instead. The command writes to the data directory DIR once.
After each time the log must verify and either nothing has happened (and then
the command has said so, exit 2), or all of it. Afterwards everything is put
back and the next step is tried. One "ok" or "not ok" line for each claim.
"""
import os
import shutil
import subprocess
import sys

PROGRAM = os.environ["GONGXIN"]
STEPS_MAX = 20000


def run(*arguments, **environment):
    done = subprocess.run(arguments, env=dict(os.environ, **environment),
                          capture_output=True, text=True, errors="replace")
    return done.returncode, done.stdout + done.stderr


def entries(data):
    code, text = run(PROGRAM, "log", "checkpoint", "--data", data)
    return int(text.splitlines()[1]) if code == 0 else text


def files(data):
    """What is in the directory, but for what an open database leaves."""
    return sorted(os.path.relpath(os.path.join(folder, name), data)
                  for folder, _, names in os.walk(data) for name in names
                  if not name.endswith(("-wal", "-shm")))


class Loop:
    def __init__(self, how, variable, data, command):
        self.is_kill = how == "kill"
        self.variable, self.data, self.command = variable, data, command
        self.wrong = []
        self.failed = self.late = 0  # before and behind the commit

    def judge(self, step, code, text, before):
        """True when the command got to its end without the fault."""
        verified, told = run(PROGRAM, "verify", "--all", "--data", self.data)
        now = entries(self.data)
        is_done = now != before
        if verified != 0:
            self.wrong.append((step, "does not verify", told[:600]))
        if self.is_kill:
            if code not in (-9, 0, 1):
                self.wrong.append((step, f"exit {code}", text[:300]))
        elif code == 2 and (is_done or "injected failure" not in text):
            self.wrong.append((step, "failed", is_done, text[:300]))
        elif code != 2 and (code not in (0, 1) or not is_done):
            self.wrong.append((step, f"exit {code}", is_done, text[:300]))
        self.failed += not is_done
        self.late += is_done
        return code in (0, 1) and "injected" not in text

    def play(self):
        start = self.data + ".start"
        shutil.copytree(self.data, start)
        before = entries(self.data)
        for step in range(1, STEPS_MAX):
            value = f"{step}:kill" if self.is_kill else str(step)
            code, text = run(*self.command, **{self.variable: value})
            is_last = self.judge(step, code, text, before)
            if entries(self.data) != before:
                shutil.rmtree(self.data)
                shutil.copytree(start, self.data)
            if is_last:
                break
        shutil.rmtree(start)
        good = not self.wrong and self.failed
        print(f"{'ok' if good else 'not ok'} - {self.failed} times before "
              f"the commit nothing happened, {self.late} times behind it all "
              f"of it")
        for wrong in self.wrong[:5]:
            print("#  ", *wrong)


def main():
    how, variable, data = sys.argv[1:4]
    Loop(how, variable, data, sys.argv[4:]).play()


if __name__ == "__main__":
    main()
