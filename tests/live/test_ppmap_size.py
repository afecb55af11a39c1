#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap on a process with 65,000 mappings, and the limits and headroom that it shows."""

import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
from target import Target  # noqa: E402
from tools import SANITIZED, Tool, built, need_root  # noqa: E402

VMAS = 65_000
LARGEST_KIB = 8 * 1024
MIB = 1 << 20


def may_have(count):
    most = int(pathlib.Path("/proc/sys/vm/max_map_count").read_text())
    return unittest.skipUnless(most > count + 100, f"a process may have only {most} mappings")


@may_have(VMAS)
class ManyMappings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ppmap = Tool(built("ppmap"))
        cls.target = Target("--vmas", str(VMAS))
        cls.addClassCleanup(cls.target.close)

    def peak_kib(self, *arguments):
        done = subprocess.run([os.environ["PAGELOUPE_PEAK"], built("ppmap"), *arguments, str(self.target.pid)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        return int(re.search(rb"peak_kib (\d+)", done.stderr).group(1))

    @unittest.skipIf(SANITIZED, "sanitizers take memory of their own")
    def test_rows_are_written_as_they_are_read(self):
        for arguments in (("--json",), ("--format", "jsonl"), ("--format", "csv"), (), ("-x",), ("-d",),
                          ("--by", "kind"), ("--json", "--filter", "rss > 1M"), ("--limits",)):
            with self.subTest(arguments):
                self.assertLessEqual(self.peak_kib(*arguments), LARGEST_KIB)

    def test_no_mapping_is_lost(self):
        kernel = len(pathlib.Path(f"/proc/{self.target.pid}/maps").read_text().splitlines())
        self.assertGreater(kernel, VMAS)
        document = maps_view.document(self.ppmap.run("--json", "-o", "start,rss", self.target.pid, check=0))
        self.assertEqual(len(document["processes"][0]["mappings"]), kernel)
        for view in ("-x", "-d"):
            self.assertEqual(len(maps_view.narrow_rows(self.ppmap.lines(view, self.target.pid), view)), kernel)
        self.assertEqual(len(self.ppmap.lines("--format", "csv", self.target.pid)), kernel + 1)
        self.assertEqual(len(self.ppmap.lines("-X", self.target.pid)), kernel + 4)

    def test_the_default_view_leaves_the_use_out_and_says_so(self):
        lines = self.ppmap.lines(self.target.pid)
        self.assertNotIn("RESIDENT", lines[1])
        self.assertNotIn("PSS", lines[1])
        self.assertIn("left out", lines[-1])
        asked = self.ppmap.lines("-o", "start,rss", self.target.pid)
        self.assertIn("RSS", asked[1])


class ManyFiles(unittest.TestCase):
    def test_resident_mappings_of_a_file(self):
        with Target("--vmas", "3000", "--file", "--resident") as target:
            done = Tool(built("ppmap")).run("--json", target.pid, check=0)
            rows = [row for row in maps_view.mappings(done) if row["kind"] == "file"]
            self.assertEqual(len(rows), 3000)
            self.assertEqual(sum(row["resident_bytes"] for row in rows), 3000 * target.page)


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ppmap = Tool(built("ppmap"))
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def limits(self, pid=None):
        done = self.ppmap.run("--limits", "--json", pid or self.target.pid, check=0)
        rows = json.loads(done.stdout)["processes"][0]["limits"]
        return {row["limit_name"]: row for row in rows}

    def compare(self):
        pid = self.target.pid
        shown, status, soft = self.limits(), procfiles.status(pid), procfiles.soft_limits(pid)
        stack = next(m["Size"] for m in procfiles.smaps(pid) if m["name"] == "[stack]")
        heap = next(m["Size"] for m in procfiles.smaps(pid) if m["name"] == "[heap]")
        for name, used, limit in (("stack", stack, "Max stack size"), ("heap", heap, "Max data size"),
                                  ("data", status["VmData"], "Max data size"),
                                  ("address space", status["VmSize"], "Max address space"),
                                  ("locked", status["VmLck"], "Max locked memory")):
            row = shown[name]
            self.assertEqual((row["used"], row["limit"]), (used * 1024, soft[limit]), name)
            left = None if soft[limit] is None else max(0, soft[limit] - used * 1024)
            self.assertEqual(row["headroom"], left, name)
        return shown

    def test_limits_as_they_are(self):
        self.compare()

    @need_root()
    def test_limits_that_were_set(self):
        pid = self.target.pid
        for which, amount in ((resource.RLIMIT_STACK, 3 * MIB), (resource.RLIMIT_DATA, 2048 * MIB),
                              (resource.RLIMIT_AS, 4096 * MIB), (resource.RLIMIT_MEMLOCK, MIB // 2)):
            resource.prlimit(pid, which, (amount, amount))
        shown = self.compare()
        self.assertEqual(shown["stack"]["limit"], 3 * MIB)
        self.assertEqual(shown["locked"]["headroom"], 0)

    def test_the_number_of_mappings(self):
        mappings = [m for m in procfiles.smaps(self.target.pid) if m["name"] != "[vsyscall]"]  # not the process's
        row = self.limits()["mappings"]
        most = int(pathlib.Path("/proc/sys/vm/max_map_count").read_text())
        self.assertEqual((row["used"], row["limit"], row["headroom"]), (len(mappings), most, most - len(mappings)))

    def test_the_largest_gap(self):
        mappings = [m for m in procfiles.smaps(self.target.pid) if m["name"] != "[vsyscall]"]
        gaps = [after["start"] - before["end"] for before, after in zip(mappings, mappings[1:])]
        self.assertEqual(self.limits()["largest gap"]["headroom"], max(gaps))

    def test_what_the_machine_has_promised(self):
        meminfo = procfiles.numbers("/proc/meminfo")
        row = self.limits()["commit"]
        self.assertEqual(row["limit"], meminfo["CommitLimit"] * 1024)
        self.assertAlmostEqual(row["used"], meminfo["Committed_AS"] * 1024, delta=2048 * MIB)


if __name__ == "__main__":
    runner.main()
