#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --wss on a process that uses a known part of a mapping; what it says of what it changes; what it refuses."""

import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import gone_pid, other_process  # noqa: E402
from tools import Tool, built, need_root  # noqa: E402

MIB = 1 << 20
# Has 64 MiB, and reads the first 32 of them over and over: more than a TLB holds, which is asked in place of the page
# table while it knows.
WORKER = """
import ctypes, mmap
memory = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
memory[:] = bytes(64 << 20)
print(ctypes.addressof(ctypes.c_char.from_buffer(memory)), flush=True)
while True:
    sum(memory[at] for at in range(0, 32 << 20, mmap.PAGESIZE))
"""


def ppmap():
    return Tool(built("ppmap"))


class WorkingSet(unittest.TestCase):
    def start(self, user=None):
        options = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
        process = subprocess.Popen(["/usr/bin/python3", "-c", WORKER], stdout=subprocess.PIPE, text=True, cwd="/", **options)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.pid, int(process.stdout.readline())

    def row(self, done, address):
        rows = maps_view.mappings(done)
        return next(row for row in rows if int(row["start"], 16) <= address < int(row["end"], 16))

    def test_the_part_that_is_used_is_told_from_the_part_that_is_not(self):
        pid, address = self.start()
        # A busy machine may not let the worker run at once.
        for _ in range(5):
            row = self.row(ppmap().run("--wss", "2", "--json", pid, check=0), address)
            if abs(row["referenced_bytes"] - 32 * MIB) <= 4 * MIB:
                break
        self.assertGreaterEqual(row["rss_bytes"], 64 * MIB)
        self.assertAlmostEqual(row["referenced_bytes"], 32 * MIB, delta=4 * MIB)
        self.assertEqual(row["idle_bytes"], row["rss_bytes"] - row["referenced_bytes"])
        self.assertAlmostEqual(row["used_percent"], 100 * row["referenced_bytes"] / row["rss_bytes"], places=3)

    @schema.need_validator
    def test_it_says_what_it_changes(self):
        pid, _ = self.start()
        done = ppmap().run("--wss", "0.1", "--json", pid, check=0)
        self.assertIn(b"its Referenced marks were cleared for --wss, which disturbs reclaim", done.stderr)
        document = maps_view.document(done)
        self.assertIs(document["processes"][0]["cleared_referenced"], True)
        self.assertGreaterEqual(document["processes"][0]["watched_ns"], 10 ** 8)
        schema.validator(ppmap(), "schema-wss").validate(document)

    def test_an_interrupt_ends_the_wait_and_shows_what_is_known(self):
        pid, address = self.start()
        tool = subprocess.Popen([built("ppmap"), "--wss", "1000", "--json", str(pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        tool.stderr.readline()
        time.sleep(0.5)
        tool.send_signal(signal.SIGINT)
        out, _ = tool.communicate(timeout=60)
        self.assertEqual(tool.returncode, 0)
        row = self.row(subprocess.CompletedProcess([], 0, out), address)
        self.assertIsNotNone(row["referenced_bytes"])

    @need_root()
    def test_a_process_that_ends_meanwhile(self):
        process = subprocess.Popen(["sleep", "1"])
        tool = subprocess.Popen([built("ppmap"), "--wss", "100", str(process.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.wait()
        _, err = tool.communicate(timeout=60)
        self.assertIn(tool.returncode, {42, 0})
        self.assertRegex(err.decode(), "no such process|exiting|zombie")

    def test_groups_and_the_table(self):
        pid, _ = self.start()
        text = ppmap().run("--wss", "0.1", "--by", "kind", pid, check=0).stdout.decode()
        self.assertIn("REFD", text)
        self.assertRegex(ppmap().run("--wss", "0.1", pid, check=0).stdout.decode(), r"REFD is what was used within 0\.\d+ s")


class Refusals(unittest.TestCase):
    @need_root()
    def test_another_users_process_is_denied_and_left_alone(self):
        with other_process("/usr/bin/sleep", "1000") as process:
            done = ppmap().run("--wss", "0.1", process.pid, nobody=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"its Referenced marks cannot be cleared: permission denied; run as root", done.stderr)
            self.assertNotIn(b"were cleared", done.stderr)

    def test_bad_durations_and_captured_machines_are_refused(self):
        for text in ("", "0", "-1", "1e3", "x", "nan", "86401", "5s"):
            done = ppmap().run(f"--wss={text}", "self")
            self.assertEqual(done.returncode, 2, text)
        fixture = pathlib.Path(__file__).parent.parent / "fixtures" / "proc" / "linux-6.18-python3"
        self.assertEqual(ppmap().run("--wss", "1", "--proc-root", fixture, 1).returncode, 2)

    def test_a_process_that_is_gone(self):
        with gone_pid() as pid:
            self.assertEqual(ppmap().run("--wss", "0.1", pid).returncode, 42)

    def test_a_kernel_thread_has_no_working_set(self):
        if not os.path.exists("/proc/2/stat"):
            self.skipTest("no kernel threads here")
        done = ppmap().run("--wss", "1000", 2, check=0)
        self.assertNotIn(b"were cleared", done.stderr)


if __name__ == "__main__":
    runner.main()
