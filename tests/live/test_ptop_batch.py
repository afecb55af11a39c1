#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ptop -b: frames as text, and samples for programs."""

import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid  # noqa: E402
from tools import SANITIZED, Tool, built, need_root  # noqa: E402

EXIT_NOTHING, EXIT_USAGE = 1, 2
NO_SETTINGS = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent"}
NO_SETTINGS.pop("COLUMNS", None)


def ptop(*arguments, check=0, **options):
    options.setdefault("env", NO_SETTINGS)
    return Tool(built("ptop")).run(*arguments, check=check, **options)


def text(*arguments, **options):
    return ptop("-b", *arguments, **options).stdout.decode()


def documents(*arguments):
    return json.loads(ptop("--json", *arguments).stdout)


def rows_of(frame):
    lines = frame.rstrip("\n").split("\n")
    heading = next(i for i, line in enumerate(lines) if line.lstrip().startswith("PID"))
    return lines[heading], lines[heading + 1:]


class Frames(unittest.TestCase):
    def test_a_frame_has_the_lines_of_top(self):
        lines = text("-n", 1, "-p", os.getpid()).split("\n")
        for line, start in zip(lines, ("ptop - ", "Tasks:", "%Cpu(s):", "MiB Mem :", "MiB Swap:", "", "  PID USER")):
            self.assertTrue(line.startswith(start), (line, start))
        self.assertEqual(lines[7].split()[0], str(os.getpid()))
        self.assertEqual(lines[8:], [""])

    def test_as_many_as_asked_for_with_a_blank_line_between(self):
        frames = text("-n", 3, "-d", "0.05", "-p", os.getpid()).split("\n\nptop - ")
        self.assertEqual(len(frames), 3)

    def test_no_line_is_longer_than_asked_for_and_cut_ones_say_so(self):
        target = subprocess.Popen(["sleep", "1" * 300 + "d"])
        self.addCleanup(target.wait)
        self.addCleanup(target.kill)
        while b"1111" not in pathlib.Path(f"/proc/{target.pid}/cmdline").read_bytes():
            time.sleep(0.01)
        for options, width in (((), 80), (("-w", 120), 120), (("-w",), 512), (("-w90",), 90)):
            row = text("-n", 1, "-c", "-p", target.pid, *options).rstrip("\n").split("\n")[-1]
            self.assertEqual(len(row), min(width, len(row)), options)
            self.assertEqual(row.endswith("+"), width < 300, options)
            if width < 300:
                self.assertEqual(len(row), width)
        row = text("-n", 1, "-c", "-p", target.pid, env={**NO_SETTINGS, "COLUMNS": "100"}).rstrip("\n").split("\n")[-1]
        self.assertEqual(len(row), 100)

    def test_orders_by_headings_in_both_directions(self):
        pids = [int(row.split()[0]) for row in rows_of(text("-n", 1, "-o", "PID"))[1]]
        self.assertEqual(pids, sorted(pids, reverse=True))
        pids = [int(row.split()[0]) for row in rows_of(text("-n", 1, "-o", "-pid"))[1]]
        self.assertEqual(pids, sorted(pids))
        for name in ("%MEM", "+RES", "pss", "-TIME+"):
            self.assertGreater(len(rows_of(text("-n", 1, "-o", name))[1]), 0)
        sizes = [row["rss_bytes"] or 0 for row in documents("-n", 1, "-o", "RES")["samples"][0]["processes"]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_threads(self):
        target = Target()
        self.addCleanup(target.close)
        rows = rows_of(text("-n", 1, "-H", "-p", target.pid))[1]
        self.assertEqual({int(row.split()[0]) for row in rows}, {int(tid) for tid in os.listdir(f"/proc/{target.pid}/task")})

    def test_the_memory_set_reads_pss_of_all(self):
        target = Target()
        self.addCleanup(target.close)
        frame = text("-n", 1, "--set", "memory", "-p", f"{target.pid},{target.child}", "-w", 200)
        heading, rows = rows_of(frame)
        place = heading.split().index("PSS")
        for row in rows:
            pid = int(row.split()[0])
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            pss = int(next(line.split()[1] for line in rollup.split("\n") if line.startswith("Pss:")))
            self.assertAlmostEqual(int(row.split()[place]), pss, delta=max(pss // 20, 64))

    @need_root()
    def test_others_memory_is_denied_and_not_nothing(self):
        target = Target()
        self.addCleanup(target.close)
        row = text("-n", 1, "--set", "memory", "-p", target.pid, "-w", 200, nobody=True).rstrip("\n").split("\n")[-1]
        self.assertEqual(row.count("denied"), 2, row)

    def test_a_process_that_is_not_there_leaves_an_empty_table(self):
        with gone_pid() as pid:
            self.assertEqual(rows_of(text("-n", 1, "-p", pid))[1], [])


class Samples(unittest.TestCase):
    @schema.need_validator
    def test_documents_keep_to_the_schema(self):
        validator = schema.validator(Tool(built("ptop")), "schema")
        for name in ("main", "memory", "growth", "faults", "tlb", "threads", "io"):
            document = documents("--set", name, "-n", 2, "-d", "0.05")
            validator.validate(document)
            self.assertEqual(len(document["samples"]), 2)

    def test_the_first_sample_is_of_a_real_interval(self):
        sample = documents("-n", 1, "-p", os.getpid())["samples"][0]
        self.assertGreater(sample["interval_ns"], 200_000_000)
        self.assertIsNotNone(sample["processes"][0]["cpu_percent"])

    def test_facts_of_the_machine(self):
        sample = documents("-n", 1)["samples"][0]
        self.assertEqual(sample["tasks"], len(sample["processes"]))
        self.assertAlmostEqual(sum(value for key, value in sample.items() if key.startswith("cpu_")), 100, delta=0.5)
        meminfo = dict(line.split()[:2] for line in pathlib.Path("/proc/meminfo").read_text().split("\n") if line)
        self.assertEqual(sample["mem_total_bytes"], int(meminfo["MemTotal:"]) * 1024)

    def test_lines_and_cells_hold_the_same_processes(self):
        pid = os.getpid()
        lines = [json.loads(line) for line in ptop("--format", "jsonl", "-n", 2, "-d", "0.05", "-p", pid).stdout.splitlines()]
        self.assertEqual([line["pid"] for line in lines if line["record"] == "process"], [pid, pid])
        cells = list(csv.DictReader(io.StringIO(ptop("--format", "csv", "-n", 2, "-d", "0.05", "-p", pid).stdout.decode())))
        self.assertEqual([cell["pid"] for cell in cells], [str(pid)] * 2)

    def test_growth_is_seen(self):
        target = Target()
        self.addCleanup(target.close)
        with subprocess.Popen([built("ptop"), "--format", "jsonl", "--set", "growth", "-d", "0.5", "-n", "3", "-p", str(target.pid)],
                              stdout=subprocess.PIPE, env=NO_SETTINGS) as process:
            first = json.loads(next(line for line in process.stdout if b'"process"' in line))
            target.touch_later()
            rest = [json.loads(line) for line in process.stdout if b'"record":"process"' in line.replace(b" ", b"")]
        self.assertGreater(rest[-1]["rss_bytes"], first["rss_bytes"])
        self.assertEqual(rest[-1]["rss_gained_bytes"] - first["rss_gained_bytes"], rest[-1]["rss_bytes"] - first["rss_bytes"])

    def test_a_filter_over_a_costly_column_sees_all(self):
        target = Target()
        self.addCleanup(target.close)
        found = documents("-n", 1, "--filter", f"pss > 0 and pid = {target.pid}")["samples"][0]["processes"]
        self.assertEqual([row["pid"] for row in found], [target.pid])


class Ends(unittest.TestCase):
    def test_without_a_terminal_and_without_its_kind(self):
        environment = {key: value for key, value in NO_SETTINGS.items() if key != "TERM"}
        self.assertIn("PID USER", text("-n", 1, env=environment))

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            self.assertEqual(ptop("-b", stdout=full, check=None).returncode, EXIT_NOTHING)
        with subprocess.Popen([built("ptop"), "-b", "-d", "0.05"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=NO_SETTINGS) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual((process.wait(timeout=30), process.stderr.read()), (0, b""))

    def test_a_signal_ends_it(self):
        with subprocess.Popen([built("ptop"), "-b", "-d", "100"], stdout=subprocess.PIPE, env=NO_SETTINGS) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_bad_options(self):
        for arguments in (("-w", "80"), ("-b", "-w", "x"), ("-b", "-w", "0"), ("-o", "nonsense"), ("--format", "xml"),
                          ("--json", "--format", "csv"), ("-b", "-n", "0")):
            done = ptop(*arguments, check=None)
            self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""), arguments)

    @unittest.skipIf(SANITIZED, "sanitizers hold descriptors and memory of their own")
    def test_with_few_descriptors(self):
        import resource
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))  # noqa: E731
        self.assertGreater(len(rows_of(text("-n", 2, "-d", "0.05", preexec_fn=limit))[1]), 1)


if __name__ == "__main__":
    runner.main()
