#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The TLB columns of ptop in a real terminal: entries, reach, and counters that are there only while they are seen."""
import glob
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from target import other_process  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import Tool, built  # noqa: E402

if TMUX is None:
    print("skipped: there is no tmux")
    sys.exit(77)

HAS_PMU = bool(glob.glob("/sys/bus/event_source/devices/cpu*") + glob.glob("/sys/bus/event_source/devices/armv*"))
SETTINGS = {"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
# A tracepoint is the one counter of the table that needs no PMU: with tracefs mounted for these programs only.
WITH_TRACEFS = ["unshare", "-m", "sh", "-c", 'mount -t tracefs tracefs /sys/kernel/tracing && exec "$0" "$@"']
THREADS = """
import threading
for _ in range(3):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
import sys
sys.stdin.readline()
"""
BUSY = """
import mmap
print("ready", flush=True)
while True:
    memory = mmap.mmap(-1, 1 << 20)
    memory[0] = memory[1 << 19] = 1
    memory.close()
"""


def ptop(*arguments, before=(), **size):
    return Terminal([*before, built("ptop"), "-d", "0.3", *arguments], environment=SETTINGS, **size)


def counters_of(pid):
    """How many counters a process holds."""
    count = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(entry.path) == "anon_inode:[perf_event]"
        except FileNotFoundError:
            pass
    return count


def wait_until(true, seconds=20):
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def tracepoint_here():
    done = subprocess.run([*WITH_TRACEFS, "cat", "/sys/kernel/tracing/events/tlb/tlb_flush/id"], check=False,
                          capture_output=True)
    return done.returncode == 0


class Columns(unittest.TestCase):
    def test_entries_and_reach_are_those_of_pstat(self):
        with other_process("sleep", "600") as child, ptop("--set", "tlb", "-p", child.pid) as terminal:
            terminal.wait_for("PTE", "THP%", "NEED", "L1%", "L2%", "dTLBM/s", "dTLBM/KI")
            wanted = Tool(built("pstat")).lines("-o", "tlb_entries,tlb_l1,tlb_l2", "-p", child.pid)[1].split()
            screen = terminal.wait_for("sleep", *wanted)
            row = next(line for line in screen.splitlines() if line.split()[:1] == [str(child.pid)])
            self.assertEqual(row.split()[5:8], wanted)

    @unittest.skipIf(HAS_PMU, "this machine has a PMU")
    def test_without_a_pmu_the_cells_say_so_and_the_status_line_in_words(self):
        with ptop("--set", "tlb", "-p", os.getpid(), columns=160) as terminal:
            screen = terminal.wait_for("no PMU", "no performance counters in this machine")
            row = next(line for line in screen.splitlines() if line.split()[:1] == [str(os.getpid())])
            self.assertEqual(row.count("no PMU"), 2)
            terminal.keys("Tab")
            terminal.wait_for("NLWP")
            self.assertNotIn("performance counters", terminal.screen())


class Counters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0 or not tracepoint_here():
            raise unittest.SkipTest("no tracepoint to count: not root, or this kernel has none")

    def test_they_are_opened_for_what_is_seen_on_all_its_threads_and_closed_with_it(self):
        columns = "pid,tlb_flushes,command"
        with other_process("/usr/bin/python3", "-c", THREADS, ready=True) as child, \
                ptop("--set", "tlb", "--tlb-columns", columns, "-p", child.pid, before=WITH_TRACEFS) as terminal:
            terminal.wait_for("TLBFL/s", "0.0")
            pid = terminal.pid()
            self.assertTrue(wait_until(lambda: counters_of(pid) == 4), counters_of(pid))
            terminal.keys("Tab")
            terminal.wait_for("NLWP")
            self.assertTrue(wait_until(lambda: counters_of(pid) == 0), counters_of(pid))

    def test_of_many_processes_only_the_rows_on_the_screen_have_them(self):
        children = [subprocess.Popen(["sleep", "600"]) for _ in range(60)]
        try:
            pids = ",".join(str(child.pid) for child in children)
            with ptop("--set", "tlb", "--tlb-columns", "pid,tlb_flushes,command", "--tlb-sort", "pid", "-p", pids,
                      before=WITH_TRACEFS, rows=30) as terminal:
                terminal.wait_for("TLBFL/s", "sleep")
                pid = terminal.pid()
                rows = sum(line.endswith("sleep") for line in terminal.screen().splitlines())
                self.assertLess(rows, 30)
                self.assertTrue(wait_until(lambda: counters_of(pid) == rows), (counters_of(pid), rows))
                terminal.keys("End")
                time.sleep(1)
                self.assertTrue(wait_until(lambda: counters_of(pid) == rows), (counters_of(pid), rows))
        finally:
            for child in children:
                child.kill()
                child.wait()

    def test_what_is_counted_is_shown_as_a_rate(self):
        with other_process("/usr/bin/python3", "-c", BUSY, ready=True) as child, \
                ptop("--set", "tlb", "--tlb-columns", "pid,tlb_flushes,command", "-p", child.pid,
                     before=WITH_TRACEFS) as terminal:
            terminal.wait_for("TLBFL/s")

            def rate():
                for line in terminal.screen().splitlines():
                    words = line.split()
                    if words[:1] == [str(child.pid)] and words[1][0].isdigit():
                        return float(words[1].rstrip("+"))
                return 0

            self.assertTrue(wait_until(lambda: rate() > 100), terminal.screen())

    def test_threads_have_counters_of_their_own(self):
        with other_process("/usr/bin/python3", "-c", THREADS, ready=True) as child, \
                ptop("--set", "tlb", "--tlb-columns", "tid,tlb_flushes,command", "-p", child.pid,
                     before=WITH_TRACEFS) as terminal:
            terminal.wait_for("TLBFL/s", "1 of 1")
            terminal.keys("H")
            terminal.wait_for("4 of 4")
            pid = terminal.pid()
            self.assertTrue(wait_until(lambda: counters_of(pid) == 4), counters_of(pid))


    def test_the_first_frame_of_a_batch_has_counts_and_its_samples_are_typed(self):
        with other_process("/usr/bin/python3", "-c", BUSY, ready=True) as child:
            command = [*WITH_TRACEFS, built("ptop"), "-b", "-n", "1", "-d", "0.5", "--set", "tlb", "--tlb-columns",
                       "pid,tlb_flushes,command", "-p", str(child.pid)]
            text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            row = next(line.split() for line in text.splitlines() if line.split()[:1] == [str(child.pid)])
            self.assertGreater(float(row[1].rstrip("+")), 100)
            document = json.loads(subprocess.run([*command, "--json"], check=True, stdout=subprocess.PIPE).stdout)
            self.assertGreater(document["samples"][0]["processes"][0]["tlb_flushes_per_second"], 100)


if __name__ == "__main__":
    runner.main()
