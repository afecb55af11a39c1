#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Files that never answer: what comes besides them, and how soon."""
import os
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import built  # noqa: E402

# What a tool may take longer than usual, and what starting it takes on a busy machine.
PATIENCE = 1.0 + (10 if os.environ.get("PAGELOUPE_SANITIZE") else 4)
MACHINE_FILES = ("stat", "meminfo", "uptime", "loadavg", "vmstat", "cpuinfo")
PROCESS_FILES = ("stat", "statm", "status", "cmdline", "smaps_rollup", "maps", "smaps", "io", "limits", "cgroup", "wchan")


class Tree:
    """A copy of /proc whose processes are all the same; a file that hangs is a pipe that nobody writes to."""

    def __init__(self, pids):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name in MACHINE_FILES:
            (self.root / name).write_bytes(pathlib.Path("/proc", name).read_bytes())
        texts = {name: pathlib.Path("/proc/self", name).read_bytes() for name in PROCESS_FILES}
        texts["cmdline"] = b"the\0arguments\0"
        for pid in pids:
            (self.root / str(pid) / "task" / str(pid)).mkdir(parents=True)
            for name, text in texts.items():
                text = re.sub(rb"^%d " % os.getpid(), b"%d " % pid, text) if name == "stat" else text
                if name == "status":
                    text = re.sub(rb"(?m)^(Tgid|Pid|Ngid):\t\d+$", rb"\1:\t%d" % pid, text)
                (self.root / str(pid) / name).write_bytes(text)

    def hang(self, *names):
        for name in names:
            (self.root / name).unlink()
            os.mkfifo(self.root / name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


class Blocked(unittest.TestCase):
    @unittest.skipIf(TMUX is None, "skipped: there is no tmux")
    def test_ptop_draws_and_ends(self):
        with Tree(range(100, 140)) as tree:
            tree.hang("100/cmdline", "101/smaps_rollup", "102/io")
            with Terminal([built("ptop"), "--proc-root", tree.root, "-d", "0.3", "--set", "memory", "-c"],
                          environment={"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}, columns=120, rows=50) as terminal:
                terminal.wait_for("the arguments", "blocked")
                terminal.keys("q")
                terminal.wait_for("ended with 0", seconds=PATIENCE)


if __name__ == "__main__":
    runner.main()
