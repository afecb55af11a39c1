#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Paths, and what the user gives, that hold what a terminal obeys."""
import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, SANITIZED, check, check_process, run  # noqa: E402
import runner  # noqa: E402

FILES = [b"esc \x1b[2J", b"new\nline", b"bytes \xff\xfe", b"c1 \xc2\x9b2J", b"bidi \xe2\x80\xae\xe2\x81\xa6", b"del \x7f",
         b"quote \" , \\ '", b" blanks  ", b"(deleted)", b"x (deleted)", "\u00a0\u3000w\u00efde \u4e2d\u6587 e\u0301".encode()]
THINNED = 2 if SANITIZED else 1


class Paths(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def test_mapped_files(self):
        names = [os.path.join(os.fsencode(self.folder.name), name) for name in FILES]
        with Hostile("map", *names) as process:
            for name in names[::2]:
                os.unlink(name)
            check_process(self, "paths", process.pid, every=THINNED)

    def test_paths_of_4096_bytes(self):
        with Hostile("path", self.folder.name) as process:
            check_process(self, "4,096-byte path", process.pid, every=2 * THINNED)

    def test_a_program_of_such_a_name(self):
        path = os.path.join(os.fsencode(self.folder.name), FILES[0] + FILES[4] + FILES[2])
        shutil.copy(os.environ["PAGELOUPE_HOSTILE"], path)
        os.chmod(path, 0o755)
        before = os.environ["PAGELOUPE_HOSTILE"]
        os.environ["PAGELOUPE_HOSTILE"] = os.fsdecode(path)
        try:
            with Hostile("wait") as process:
                check_process(self, "program's path", process.pid, every=2 * THINNED)
        finally:
            os.environ["PAGELOUPE_HOSTILE"] = before

    def test_a_program_that_becomes_another_all_the_time(self):
        with Hostile("exec") as process:
            check_process(self, "exec", process.pid, every=THINNED)


class Operands(unittest.TestCase):
    """What the user gives, and messages repeat."""

    FORGED = "x\nppmap: forged\npstat: forged \x1b[2J\u009b\u202e\udcff"

    def test_values_of_options(self):
        for tool in ("ppmap", "pstat", "ptop", "tlbprobe"):
            text = run(tool, ["--help"]).stdout.decode()
            for option in re.findall(r"^ +(?:-\w, )?(--[\w-]+) [A-Z[][^ ]*", text, re.MULTILINE):
                # What writes files shall not write one of such a name.
                folder = "/nonexistent/" if option in ("--record", "--svg", "--count-to") else ""
                before = {"ptop": ["-b", "-n", "1", "-d", "0.01"]}.get(tool, [])
                after = {"--count-to": ["--count"], "--at": ["--replay", self.FORGED]}.get(option, [])
                check(self, "options' values", tool, [*before, option, folder + self.FORGED, *after], whole=False)

    def test_operands(self):
        for tool in ("ppmap", "pstat", "ptop", "tlbprobe"):
            for arguments in ([self.FORGED], ["--" + self.FORGED], ["-" + self.FORGED], ["--", self.FORGED], ["-\x1b"]):
                check(self, "operands", tool, arguments)
        check(self, "operands", "pstat", ["--count", "--count-to", "/dev/null", "--", "/nonexistent/" + self.FORGED], codes={127})


if __name__ == "__main__":
    runner.main()
