#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Captured trees at the ends of what kernels have: the largest PIDs and addresses, 40,000 processes."""
import json
import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import trees  # noqa: E402
from harm import SANITIZED, check, modes  # noqa: E402
import runner  # noqa: E402

MANY = 8_000 if SANITIZED else 40_000
FOLDER = "/dev/shm" if os.path.isdir("/dev/shm") else None


class Ends(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        trees.machine(self.root)

    def test_the_largest_process_ids(self):
        for pid in (1, 4194303, 4194304):
            trees.process(self.root, pid, smaps=trees.mapping(0x1000, 0x2000))
        for pid in (4194303, 4194304):
            for tool, text in modes(every=2):
                check(self, "PIDs of 7 digits", tool, ["--proc-root", self.root, *text.format(pid).split()])
        rows = json.loads(check(self, "PIDs of 7 digits", "pstat", ["--proc-root", self.root, "-e", "--json"]).stdout)["processes"]
        self.assertEqual([row["pid"] for row in rows], [1, 4194303, 4194304])

    def test_addresses_of_five_levels_of_page_tables(self):
        top = 1 << 56
        kib = (top - 0x2000) // 1024
        smaps = trees.mapping(0x1000, 0x2000) + trees.mapping(0x2000, top, kib=kib, rights="---p") + \
            trees.mapping(top, top + (1 << 55), "/x", kib=(1 << 55) // 1024) + \
            trees.mapping(0xffffffffff600000, 0xffffffffff601000, "[vsyscall]", rights="--xp")
        trees.process(self.root, 7, smaps=smaps)
        for tool, text in modes():
            check(self, "57-bit addresses", tool, ["--proc-root", self.root, *text.format(7).split()])
        done = check(self, "57-bit addresses", "ppmap", ["--proc-root", self.root, "--json", "7"])
        rows = json.loads(done.stdout)["processes"][0]["mappings"]
        self.assertEqual([row["end"] for row in rows][1:], [hex(top), hex(top + (1 << 55)), "0xffffffffff601000"])
        self.assertEqual(rows[1]["size_bytes"], top - 0x2000)

    def test_sums_that_pass_64_bits(self):
        most = (1 << 64) - 0x1000
        smaps = "".join(trees.mapping(0x1000, most, kib=(1 << 54) - 1) for _ in range(5))
        trees.process(self.root, 7, smaps=smaps)
        for tool, text in modes():
            check(self, "2^64 bytes", tool, ["--proc-root", self.root, *text.format(7).split()])


class Many(unittest.TestCase):
    def test_thousands_of_processes(self):
        with tempfile.TemporaryDirectory(dir=FOLDER) as root:
            trees.machine(root)
            trees.many(root, MANY, first=100_000)
            for tool, text in (("pstat", "-e"), ("pstat", "-e --json -o pid,comm,rss,args"), ("pstat", "--tree -e"),
                               ("pstat", "--group-by comm"), ("ptop", "-b -n 1 -d 0.02"), ("ptop", "-b -n 2 -d 0.02 --format csv")):
                began = time.monotonic()
                done = check(self, f"{MANY:,} processes", tool, ["--proc-root", root, *text.split()], codes={0})
                self.assertGreaterEqual(done.stdout.count(b"\n"), MANY, text)
                print(f"  {tool} {text}: {time.monotonic() - began:.2f} s", flush=True)


if __name__ == "__main__":
    runner.main()
