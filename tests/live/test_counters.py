#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Counters of pstat and the page faults of ppmap, on real processes and against perf."""

import glob
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
import schema  # noqa: E402
from target import other_process  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

PAGES = 3000
TOUCH = f"""
import mmap, sys
print("ready", flush=True)
sys.stdin.readline()
memory = mmap.mmap(-1, {PAGES} * 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for at in range(0, {PAGES} * 4096, 4096):
    memory[at] = 1
print("touched", flush=True)
sys.stdin.readline()
"""
# Four threads begin only once somebody counts.
THREADS_THAT_TOUCH = f"""
import mmap, sys, threading
def touch():
    memory = mmap.mmap(-1, {PAGES} * 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, {PAGES} * 4096, 4096):
        memory[at] = 1
print("ready", flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=touch) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
FAULTS_ALWAYS = """
import mmap
memory = mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
print("ready", flush=True)
while True:
    memory[::4096] = b"1" * 256
    memory.madvise(mmap.MADV_DONTNEED)
"""
PYTHON = "/usr/bin/python3"
HAS_PMU = bool(glob.glob("/sys/bus/event_source/devices/cpu*") + glob.glob("/sys/bus/event_source/devices/armv*"))
COLUMNS = ("dtlb_loads,dtlb_load_misses,dtlb_loads_pki,dtlb_load_misses_pki,dtlb_stores,dtlb_store_misses,"
           "dtlb_stores_pki,dtlb_store_misses_pki,walk_cycles,ipc")


def counts(document, sample=-1):
    return {row["event"]: row for row in document["samples"][sample]["counts"]}


def counters_of(pid):
    """How many counters a process holds."""
    try:
        return sum(os.readlink(entry.path) == "anon_inode:[perf_event]" for entry in os.scandir(f"/proc/{pid}/fd"))
    except FileNotFoundError:
        return 0


def wait_until(true, seconds=20):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)


class Counts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pstat = Tool(built("pstat"))

    def count_program(self, events, *program):
        done = self.pstat.run("--count=" + events, "--json", "--", *program, check=0)
        return counts(json.loads(done.stderr))

    def test_a_program_is_counted_with_what_it_forks(self):
        rows = self.count_program("faults,task-clock", "/bin/sh", "-c", f"{PYTHON} -c 'pass'; {PYTHON} -c 'pass'")
        one = self.count_program("faults,task-clock", PYTHON, "-c", "pass")
        self.assertGreater(rows["page-faults"]["count"], 1.5 * one["page-faults"]["count"])
        self.assertGreater(one["task-clock"]["count"], 1_000_000)

    def test_the_exit_code_is_the_programs(self):
        for script, code in (("exit 7", 7), ("true", 0), ("kill -9 $$", 137)):
            self.assertEqual(self.pstat.run("--count", "--", "/bin/sh", "-c", script).returncode, code)
        self.assertEqual(self.pstat.run("--count", "--", "/no/such/program").returncode, 127)
        self.assertEqual(self.pstat.run("--count", "--", "/etc/passwd").returncode, 126)

    def test_standard_output_is_left_to_the_program(self):
        done = self.pstat.run("--count=faults", "--json", "--", "echo", "hello", check=0)
        self.assertEqual(done.stdout, b"hello\n")

    @schema.need_validator
    def test_documents_are_as_their_schema_says(self):
        validator = schema.validator(self.pstat, "schema-count")
        validator.validate(json.loads(self.pstat.run("--count", "--json", "--", "true", check=0).stderr))
        with other_process("sleep", "60") as process:
            validator.validate(json.loads(self.pstat.run("--count", "--json", "-p", process.pid, "-d", "0.05", "-n", "2",
                                                         check=0).stdout))

    @need_program("perf")
    def test_page_faults_are_those_that_perf_counts(self):
        program = [PYTHON, "-S", "-c", "x = bytearray(40_000_000); x[::4096] = b'1' * len(x[::4096])"]
        done = subprocess.run(["perf", "stat", "-x,", "-e", "faults", "--", *program], check=False,
                              capture_output=True, text=True)
        if done.returncode != 0 or not done.stderr.split(",")[0].isdigit():
            self.skipTest("perf cannot count here: " + done.stderr[:200])
        theirs = int(done.stderr.split(",")[0])
        ours = self.count_program("faults", *program)["page-faults"]["count"]
        self.assertAlmostEqual(ours, theirs, delta=max(50, theirs // 50))

    @need_root()
    @need_program("perf")
    def test_a_process_that_begins_threads_has_the_counts_that_perf_has_of_it(self):
        events = "page-faults,minor-faults,major-faults"
        with other_process(PYTHON, "-S", "-c", THREADS_THAT_TOUCH, ready=True) as process:
            pid = str(process.pid)
            ours = subprocess.Popen([self.pstat.path, "--count=" + events, "--json", "-p", pid], stdout=subprocess.PIPE)
            theirs = subprocess.Popen(["perf", "stat", "-x,", "-e", events, "-p", pid], stderr=subprocess.PIPE)
            for program in (ours, theirs):
                wait_until(lambda program=program: counters_of(program.pid) >= 3 or program.poll() is not None)
            if theirs.poll() is not None:
                ours.terminate()
                ours.communicate()
                self.skipTest(b"perf cannot count here: " + theirs.communicate()[1][:200])
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.wait(timeout=60)
            rows = counts(json.loads(ours.communicate(timeout=60)[0]))
            lines = theirs.communicate(timeout=60)[1].decode().split("\n")
            figures = {words[2]: int(words[0]) for words in (line.split(",") for line in lines) if len(words) > 2}
            self.assertEqual({event: rows[event]["count"] for event in events.split(",")}, figures)
            self.assertGreaterEqual(figures["minor-faults"], 4 * PAGES)
            self.assertGreater(rows["page-faults"]["coverage_percent"], 95)

    def test_a_process_is_counted_for_a_time_and_by_thread(self):
        with other_process(PYTHON, "-c", TOUCH, ready=True) as process:
            command = [self.pstat.path, "--count=minor-faults,cs", "--json", "-d", "0.6", "-n", "1", "-L", "-p",
                       str(process.pid)]
            pstat = subprocess.Popen(command, stdout=subprocess.PIPE)
            try:
                subprocess.run(["sleep", "0.2"], check=True)
                process.stdin.write(b"\n")
                process.stdin.flush()
                process.stdout.readline()
                document = json.loads(pstat.communicate(timeout=60)[0])
            finally:
                pstat.wait()
            row = counts(document)["minor-faults"]
            self.assertEqual((row["pid"], row["tid"]), (process.pid, process.pid))
            self.assertGreaterEqual(row["count"], PAGES)
            self.assertLess(row["count"], PAGES + 500)

    def test_what_does_not_go_together_is_refused(self):
        for arguments in (("--count",), ("--count=rss", "-e"), ("--count", "-o", "pid", "-e"), ("--count-to", "x"),
                          ("--count", "-p", "1", "--", "true"), ("--count", "--proc-root", "/tmp", "-e")):
            self.assertEqual(self.pstat.run(*arguments).returncode, 2, arguments)

    def test_a_process_that_is_not_there_is_named(self):
        done = self.pstat.run("--count", "-p", str(2**22 - 1), "-d", "0.05", "-n", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no such process", done.stderr)


class Columns(unittest.TestCase):
    @unittest.skipIf(HAS_PMU, "this machine has a PMU")
    def test_without_a_pmu_cells_are_null_with_their_reason_and_nothing_fails(self):
        done = Tool(built("pstat")).run("--json", "-o", COLUMNS, "-p", os.getpid(), check=0)
        document = json.loads(done.stdout)
        self.assertEqual(set(document["processes"][0].values()), {None})
        self.assertEqual([error["reason"] for error in document["errors"]], ["no_pmu"])
        table = Tool(built("pstat")).lines("-o", COLUMNS, "-p", os.getpid())
        self.assertEqual(set(table[1].split()), {"n/a"})

    def test_entries_needed_are_those_of_the_resident_pages(self):
        with other_process("sleep", "60") as process:
            done = Tool(built("pstat")).run("--json", "-o", "rss,tlb_entries,anon_huge_pages", "-p", process.pid, check=0)
            row = json.loads(done.stdout)["processes"][0]
            self.assertAlmostEqual(row["tlb_entries"], row["rss_bytes"] // os.sysconf("SC_PAGESIZE"), delta=300)


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ppmap = Tool(built("ppmap"))

    @need_root()
    def test_the_mapping_that_is_touched_has_the_faults(self):
        with other_process(PYTHON, "-c", TOUCH, ready=True) as process:
            ppmap = subprocess.Popen([self.ppmap.path, "--faults", "1", "--json", str(process.pid)],
                                     stdout=subprocess.PIPE)
            subprocess.run(["sleep", "0.3"], check=True)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            document = json.loads(ppmap.communicate(timeout=60)[0])
            seen = document["processes"][0]
            most = seen["mappings"][0]
            self.assertGreaterEqual(most["minor"], PAGES)
            self.assertEqual(most["kind"], "anon")
            self.assertEqual(seen["lost"], 0)
            self.assertEqual(sum(row["faults"] for row in seen["mappings"]), seen["faults"])
            if schema.jsonschema:
                schema.validator(self.ppmap, "schema-faults").validate(document)

    @need_root()
    def test_of_a_process_that_faults_from_the_first_moment_no_fault_is_lost(self):
        with other_process(PYTHON, "-c", FAULTS_ALWAYS, ready=True) as process:
            for _ in range(8):
                done = self.ppmap.run("--faults", "0.1", "--json", process.pid, check=0)
                seen = json.loads(done.stdout)["processes"][0]
                self.assertGreater(seen["faults"], 0)
                self.assertEqual(seen["lost"], 0)

    def test_what_does_not_go_together_is_refused(self):
        for arguments in (("--faults", "x"), ("--faults", "0"), ("--faults", "1", "-o", "start"),
                          ("--faults", "1", "--tlb"), ("--faults", "1", "--proc-root", "/tmp")):
            self.assertEqual(self.ppmap.run(*arguments, os.getpid()).returncode, 2, arguments)

    def test_huge_pages_that_are_not_to_be_had_say_why(self):
        with other_process(PYTHON, "-c", TOUCH, ready=True) as process:
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            done = self.ppmap.run("--tlb", "--json", process.pid, check=0)
            rows = json.loads(done.stdout)["processes"][0]["mappings"]
            ours = next(row for row in rows if row["rss_bytes"] == PAGES * 4096)
            self.assertEqual(ours["tlb_entries"], PAGES)
            self.assertEqual(ours["thp_why"], "MADV_NOHUGEPAGE (nh)")


if __name__ == "__main__":
    runner.main()
