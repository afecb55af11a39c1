#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Processes of every size: as many mappings as there may be, thousands of threads, all of the address space."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, SANITIZED, check, check_process  # noqa: E402
import runner  # noqa: E402
from target import Target  # noqa: E402

THINNED = 3 if SANITIZED else 1


def most_mappings():
    with open("/proc/sys/vm/max_map_count", encoding="ascii") as file:
        return min(int(file.read()), 65530) - 100


class Sizes(unittest.TestCase):
    def test_as_many_mappings_as_there_may_be(self):
        with Target("--vmas", str(most_mappings())) as process:
            check_process(self, f"{most_mappings():,} mappings", process.pid, every=3 * THINNED)

    def test_terabytes_that_are_only_reserved(self):
        with Hostile("reserve", "100") as process:
            check_process(self, "100 TiB reserved", process.pid, every=2 * THINNED)

    def test_thousands_of_threads(self):
        count = 3000
        with Hostile("threads", str(count)) as process:
            check_process(self, "3,000 threads", process.pid, every=3 * THINNED)
            done = check(self, "3,000 threads", "pstat", f"-L -o lwp,comm --no-headers -p {process.pid}")
            self.assertEqual(len(done.stdout.splitlines()), count + 1)
            done = check(self, "3,000 threads", "ptop", f"-b -n 1 -d 0.02 -H --format csv -p {process.pid}")
            self.assertEqual(len(done.stdout.splitlines()), count + 2)


if __name__ == "__main__":
    runner.main()
