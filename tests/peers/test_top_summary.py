#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The lines above the processes against those of the real top, which is shown a /proc that stands still."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from tools import Tool, need_program, need_root  # noqa: E402

# Without the last three top leaves out most of its summary.
MACHINE = ("meminfo", "loadavg", "uptime", "vmstat", "stat", "cpuinfo", "sys/kernel/osrelease", "sys/kernel/pid_max")
CPU = "cpu  {0} {1} {2} {3} {4} {5} {6} {7} 0 0\n"


def stat_text(times):
    """/proc/stat of one CPU; all numbers have the same length, so that the file can be overwritten in place."""
    line = CPU.format(*(100_000_000 + time for time in times))
    rest = "ctxt 1\nbtime 1700000000\nprocesses 9\nprocs_running 1\nprocs_blocked 0\n"
    return line + line.replace("cpu ", "cpu0", 1) + rest


def without_clock(line):
    return re.sub(r"^\w+ - \d\d:\d\d:\d\d", "", line)


class Captured:
    """A copy of this machine's /proc with processes of our own making."""

    STATES = {10: "R", 11: "S", 12: "D", 13: "T", 14: "t", 15: "Z", 16: "I", 17: "S"}
    BEFORE = (1000, 20, 300, 5000, 40, 5, 6, 7)
    AFTER = (1123, 21, 367, 5200, 47, 5, 9, 9)

    def __init__(self, root):
        self.root = pathlib.Path(root)
        (self.root / "sys/kernel").mkdir(parents=True)
        (self.root / "self/task").mkdir(parents=True)
        for name in MACHINE:
            (self.root / name).write_bytes(pathlib.Path("/proc", name).read_bytes())
        (self.root / "stat").write_text(stat_text(self.BEFORE))
        self.copy_process("self", 10, "R")
        for pid, state in self.STATES.items():
            self.copy_process(pid, pid, state)

    def copy_process(self, name, pid, state):
        directory = self.root / str(name)
        directory.mkdir(exist_ok=True)
        for file in ("stat", "statm", "status", "cmdline"):
            (directory / file).write_bytes(pathlib.Path("/proc/self", file).read_bytes())
        rest = (directory / "stat").read_text().rsplit(")", 1)[1].split()
        (directory / "stat").write_text(f"{pid} (p) {state} " + " ".join(rest[1:]) + "\n")

    def advance(self):
        """The same file, overwritten: top keeps it open."""
        with open(self.root / "stat", "r+b", buffering=0) as file:
            file.write(stat_text(self.AFTER).encode())


def frames(captured, *arguments):
    """The heads of top's two frames, between which the CPUs moved on."""
    script = 'mount --bind "$1" /proc && shift && exec top "$@"'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(captured.root), "-b", "-n2", "-d1", *arguments]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(captured.root)}
    heads, lines = [], []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as top:
        for line in top.stdout:
            if line.startswith("top - "):
                lines = []
                heads.append(lines)
            lines.append(line.rstrip("\n"))
            if len(heads) == 1 and line.lstrip().startswith("17 "):
                captured.advance()
        error = top.stderr.read()
    if top.returncode != 0 or len(heads) != 2:
        raise unittest.SkipTest(f"top did not run on a captured /proc: {error.strip()}")
    return [head[:5] for head in heads]


@need_root()
@need_program("top")
@need_program("unshare")
class SummaryTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.summary = Tool(os.environ["PAGELOUPE_SUMMARY"])

    def captured(self):
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        return Captured(directory)

    def ours(self, before, now, *unit):
        lines = self.summary.lines(before, now, *unit)
        return [without_clock(lines[0])] + lines[1:]

    def assert_same(self, *unit):
        captured = self.captured()
        before = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, before, ignore_errors=True)
        shutil.copytree(captured.root, before, dirs_exist_ok=True)
        first, second = frames(captured, *(["-E", *unit] if unit else []))
        users = re.search(r" +(\d+) users?,", first[0]).group(1)
        for theirs, ours in ((first, self.ours(before, before, *unit)), (second, self.ours(before, captured.root, *unit))):
            # Who is logged in stands outside of /proc.
            ours[0] = ours[0].replace(" 0 user,", f" {users} user{'s' if int(users) > 1 else ''},")
            self.assertEqual(ours, [without_clock(theirs[0])] + theirs[1:])

    def test_all_five_lines_blank_by_blank(self):
        self.assert_same()

    def test_every_unit(self):
        for unit in "kmgtpe":
            with self.subTest(unit=unit):
                self.assert_same(unit)


if __name__ == "__main__":
    runner.main()
