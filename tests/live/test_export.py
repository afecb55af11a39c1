#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Metrics of groups: what the file holds at every moment, whatever processes are called and do."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from metrics import metrics_of, promtool, value_of  # noqa: E402
from tools import Tool, built, need_program  # noqa: E402

PSTAT = Tool(built("pstat"))
EXIT_NOTHING = 1
PATIENCE = 60
MACHINE_FILES = ("stat", "meminfo", "uptime")
PROCESS_FILES = ("stat", "statm", "status", "smaps_rollup", "cgroup")


class Captured:
    """A copy of /proc whose processes are what this one was, under other names."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name, "proc")
        self.root.mkdir()
        for name in MACHINE_FILES:
            (self.root / name).write_bytes(pathlib.Path("/proc", name).read_bytes())
        self.texts = {name: pathlib.Path("/proc/self", name).read_bytes() for name in PROCESS_FILES}

    def add(self, pid, comm, minflt=0):
        (self.root / str(pid)).mkdir(exist_ok=True)
        for name, text in self.texts.items():
            if name == "stat":
                fields = text[text.rindex(b")") + 2:].split(b" ")
                fields[7] = b"%d" % minflt
                text = b"%d (%s) %s" % (pid, comm, b" ".join(fields))
            if name == "status":
                text = re.sub(rb"(?m)^(Tgid|Pid|Ngid):\t\d+$", rb"\1:\t%d" % pid, text)
            target = self.root / str(pid) / name
            beside = target.with_suffix(".new")
            beside.write_bytes(text)
            beside.rename(target)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


@contextlib.contextmanager
def resident(file, *arguments, **options):
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([built("pstat"), "--format", "prometheus", "-d", "0.2", "--output-file", str(file),
                                    *map(str, arguments)], stdin=subprocess.DEVNULL, stderr=said, **options)

        def complaints():
            said.seek(0)
            return said.read().decode()

        process.complaints = complaints
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


class Once(unittest.TestCase):
    def export(self, *arguments, check=0, **options):
        return metrics_of(PSTAT.run("--format", "prometheus", *arguments, check=check, **options).stdout.decode())

    def test_every_group_and_number_is_that_of_the_json(self):
        with Captured() as proc:
            for pid in range(100, 103):
                proc.add(pid, b"worker")
            proc.add(200, b"lonely")
            columns = "rss,pss,uss,swap,pte,nlwp"
            metrics = self.export("--group-by", "comm", "--proc-root", proc.root, "-o", columns)
            rows = PSTAT.run("--group-by", "comm", "--proc-root", proc.root, "-o", columns, "--json", check=0)

            for row in json.loads(rows.stdout)["processes"]:
                for key, value in row.items():
                    if key in ("comm", "denied"):
                        continue
                    self.assertEqual(value_of(metrics, f"pageloupe_{key}", comm=row["comm"]), value, key)
            self.assertEqual(value_of(metrics, "pageloupe_processes", comm="worker"), 3)

    def test_once_there_are_gauges_alone(self):
        metrics = self.export("--group-by", "user")
        self.assertFalse([name for name, _ in metrics if name.endswith("_total")])

    def test_names_of_any_bytes_give_a_file_that_all_can_read(self):
        names = [b"a\x1b[2J", b'quo"te', b"back\\slash", b"new\nline", b"\xff\xfe", b"\xff\xfd", b"caf\xc3\xa9", b"other", b"{}=\",#", b" "]
        with Captured() as proc:
            for i, name in enumerate(names):
                proc.add(100 + i, name)
            done = PSTAT.run("--format", "prometheus", "--group-by", "comm", "--proc-root", proc.root, check=0,
                             env={**os.environ, "LC_ALL": "C"})
        text = done.stdout.decode("utf-8")  # or it is none
        self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f]")
        groups = {labels["comm"] for name, labels in metrics_of(text) if name == "pageloupe_processes"
                  for labels in [dict(labels)]}
        self.assertEqual(groups, {"a\\x1b[2J", 'quo"te', "back\\slash", "new\\nline", "\\xff\\xfe", "\\xff\\xfd", "café",
                                  "other", "{}=\",#", " "})

    @need_program("promtool")
    def test_promtool_has_nothing_to_say_of_any_column(self):
        columns = [line.split(",")[0] for line in PSTAT.lines("--columns", "--format", "csv") if ",true," in line]
        self.assertGreater(len(columns), 20)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "a.prom")
            names = ",".join(name for name in columns if not re.search("rate|growth|gained|slope|dtlb|tlb_flushes|^cpu$", name))
            PSTAT.run("--format", "prometheus", "--group-by", "comm", "-d", "0.1", "-n", "2", "-o", names, "--output-file", file, check=0)
            self.assertEqual(promtool("check", "metrics", stdin=file.open("rb")), "")

    def test_groups_beyond_the_limit_are_one(self):
        with Captured() as proc:
            for pid in range(100, 150):
                proc.add(pid, b"p%d" % pid)
            metrics = self.export("--group-by", "comm", "--proc-root", proc.root, "--max-groups", "7")
        groups = [dict(labels)["comm"] for name, labels in metrics if name == "pageloupe_processes"]
        self.assertEqual(len(groups), 8)
        self.assertEqual(value_of(metrics, "pageloupe_processes", comm="other"), 43)
        self.assertEqual(value_of(metrics, "pageloupe_groups", group_by="comm"), 50)
        self.assertEqual(value_of(metrics, "pageloupe_groups_left_out", group_by="comm"), 43)

    def test_memory_that_does_not_answer_is_counted_and_keeps_nobody_waiting(self):
        with Captured() as proc:
            for pid in range(100, 110):
                proc.add(pid, b"group")
            (proc.root / "103/smaps_rollup").unlink()
            os.mkfifo(proc.root / "103/smaps_rollup")  # nobody writes to it
            metrics = self.export("--group-by", "comm", "--proc-root", proc.root, "--rollup-time", "3")
            one = self.export("--group-by", "comm", "--proc-root", proc.root, "-p", "104")
        self.assertEqual(value_of(metrics, "pageloupe_blocked_processes", comm="group"), 1)
        self.assertEqual(value_of(metrics, "pageloupe_pss_bytes", comm="group"),
                         9 * value_of(one, "pageloupe_pss_bytes", comm="group"))

    def test_without_time_for_it_smaps_rollup_is_not_read(self):
        with Captured() as proc:
            proc.add(100, b"group")
            metrics = self.export("--group-by", "comm", "--proc-root", proc.root, "--rollup-time", "0")
        self.assertIsNone(value_of(metrics, "pageloupe_pss_bytes", comm="group"))
        self.assertEqual(value_of(metrics, "pageloupe_unread_processes", comm="group"), 1)
        self.assertGreater(value_of(metrics, "pageloupe_rss_overlapping_bytes", comm="group"), 0)

    def test_a_file_that_cannot_be_written_is_named_with_the_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink("elsewhere", f"{folder}/link")
            for name, reason in ((folder, "is a directory"), (f"{folder}/none/a", "its folder cannot be used"),
                                 (f"{folder}/link", "is a symbolic link")):
                done = PSTAT.run("--format", "prometheus", "--group-by", "user", "--output-file", name, check=EXIT_NOTHING)
                self.assertIn(reason, done.stderr.decode())
            self.assertEqual(os.listdir(folder), ["link"])


class Resident(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name, "textfile")
        self.folder.mkdir()
        self.file = self.folder / "a.prom"

    def metrics(self):
        with contextlib.suppress(FileNotFoundError):
            return metrics_of(self.file.read_text(encoding="utf-8"))
        return None

    def passes(self):
        metrics = self.metrics()
        return value_of(metrics, "pageloupe_passes_total", group_by="comm") if metrics else 0

    def wait_for_passes(self, count):
        before = self.passes()
        wait_until(lambda: self.passes() >= before + count, "passes")
        return self.metrics()

    def test_counters_never_fall_as_processes_come_and_go(self):
        with Captured() as proc:
            proc.add(100, b"job", minflt=1000)
            with resident(self.file, "--group-by", "comm", "--proc-root", proc.root):
                def faults(metrics):
                    return value_of(metrics, "pageloupe_min_flt_total", comm="job")

                self.assertEqual(faults(self.wait_for_passes(2)), 0)
                proc.add(100, b"job", minflt=1007)
                self.assertEqual(faults(self.wait_for_passes(2)), 7)
                proc.add(101, b"job", minflt=50)  # which has run for long: what it did is no news
                self.assertEqual(faults(self.wait_for_passes(2)), 7)
                proc.add(101, b"job", minflt=53)
                self.assertEqual(faults(self.wait_for_passes(2)), 10)
                shutil.rmtree(proc.root / "100")
                self.assertEqual(faults(self.wait_for_passes(2)), 10)

    def test_a_reader_never_sees_half_a_file(self):
        with resident(self.file, "--group-by", "comm"):
            wait_until(self.file.exists, "a file")
            seen = set()
            for _ in range(300):
                text = self.file.read_text(encoding="utf-8")
                self.assertTrue(text.startswith("# HELP pageloupe_build_info"))
                self.assertTrue(text.splitlines()[-1].startswith("pageloupe_nivcsw_total"))
                self.assertTrue(text.endswith("\n"))
                seen.add(re.search(r"pass_timestamp_seconds\{.*", text).group())
                time.sleep(0.005)
            self.assertGreaterEqual(len(seen), 2)

    def test_it_goes_on_trying_and_says_so_once(self):
        with resident(self.file, "--group-by", "comm") as exporter:
            self.wait_for_passes(1)
            aside = self.folder.with_name("aside")
            self.folder.rename(aside)
            wait_until(lambda: "its folder cannot be used" in exporter.complaints(), "a complaint")
            time.sleep(0.6)
            self.assertEqual(len(exporter.complaints().splitlines()), 1)
            self.folder.mkdir()
            metrics = self.wait_for_passes(1)
            self.assertGreaterEqual(value_of(metrics, "pageloupe_write_failures_total", group_by="comm"), 1)
            wait_until(lambda: "is written again" in exporter.complaints(), "that it is written again")
            self.file.unlink()
            self.file.mkdir()
            wait_until(lambda: "is a directory" in exporter.complaints(), "another complaint")
            self.assertEqual(os.listdir(self.folder), ["a.prom"])

    def test_ended_it_takes_the_file_away_and_killed_it_does_not(self):
        for number, left in ((signal.SIGTERM, False), (signal.SIGINT, False), (signal.SIGKILL, True)):
            with resident(self.file, "--group-by", "comm") as exporter:
                self.wait_for_passes(1)
                exporter.send_signal(number)
                self.assertEqual(exporter.wait(PATIENCE), -number if left else 0)
            self.assertEqual(self.file.exists(), left, number)

    def test_after_so_many_passes_the_file_stays(self):
        PSTAT.run("--format", "prometheus", "--group-by", "comm", "-d", "0.1", "-n", "3", "--output-file", self.file, check=0)
        self.assertEqual(self.passes(), 3)
        self.assertEqual(os.listdir(self.folder), ["a.prom"])
        self.assertEqual(self.file.stat().st_mode & 0o444, 0o444)


if __name__ == "__main__":
    runner.main()
