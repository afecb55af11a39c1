# SPDX-License-Identifier: MIT
"""The process whose memory is known; see target.cpp."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import tools


class Target:
    """Runs target.cpp; .pid, .child, .rewriter, .zombie, .mappings by name, .threads (tid to address)."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen([tools.reachable_copy(os.environ["PAGELOUPE_TARGET"]), *arguments],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.mappings, self.threads = {}, {}
        self.shmid = None
        self._read_facts()

    def _read_facts(self):
        for line in self._process.stdout:
            fact = json.loads(line)
            kind = fact.pop("fact")
            if kind == "mapping":
                self.mappings[fact["what"]] = {**fact, "start": int(fact["start"], 16)}
            elif kind == "thread":
                self.threads[fact["tid"]] = int(fact["on_stack"], 16)
            else:
                self.__dict__.update(fact)
            if kind == "ready":
                self._wait_until_asleep()
                return
        raise RuntimeError("the target ended before it was ready")

    def _wait_until_asleep(self):
        """Says ready a moment before it waits for its input."""
        for pid in (getattr(self, name, None) for name in ("pid", "child", "rewriter")):
            while pid and pathlib.Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2][:1] == b"R":
                time.sleep(0.001)

    def touch_later(self):
        """Writes to the mapping "later"."""
        self._process.stdin.write(b"touch\n")
        self._process.stdin.flush()
        assert json.loads(self._process.stdout.readline())["fact"] == "touched"

    @property
    def group(self):
        return [self.pid, self.child, self.rewriter]

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@contextlib.contextmanager
def gone_pid():
    """The number of a process that has just ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    yield process.pid


@contextlib.contextmanager
def other_process(*command, user=None, ready=None):
    """Any other program, ended afterwards; waits for its first line of output when `ready`."""
    options = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE if ready else None, **options)
    try:
        if ready:
            process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
        if process.stdout:
            process.stdout.close()
