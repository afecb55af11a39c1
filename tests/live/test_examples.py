#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""scripts/examples, on what the tools print of processes whose memory is known."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "examples"
MIB = 1 << 20
# Takes so many MiB more for each line, from a worker too when the line begins with w.
GROWING = """
import mmap, os, sys
held = []
def write(memory, count):
    for at in range(0, count << 20, mmap.PAGESIZE):
        memory[at] = 1
def take(count):
    held.append(mmap.mmap(-1, count << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    held[-1].madvise(mmap.MADV_NOHUGEPAGE)
    write(held[-1], count)
take(8)
order, answer = os.pipe(), os.pipe()
if not (child := os.fork()):
    os.close(order[1])
    os.close(answer[0])
    while line := os.read(order[0], 1):
        write(held[0], line[0])
        os.write(answer[1], b".")
    os._exit(0)
print(child, flush=True)
for line in sys.stdin:
    if line[0] == "w":
        os.write(order[1], bytes([int(line[1:])]))
        os.read(answer[0], 1)
    else:
        take(int(line))
    print(flush=True)
"""


class Growing:
    def __init__(self):
        self._process = subprocess.Popen([sys.executable, "-c", GROWING], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True, bufsize=1)
        self.pid, self.child = self._process.pid, int(self._process.stdout.readline())

    def order(self, line):
        print(line, file=self._process.stdin)
        self._process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


def example(name, *arguments, text=None):
    return subprocess.run([str(EXAMPLES / name), *map(str, arguments)], input=text, stdin=None if text else subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, timeout=60)


def tab_rows(text):
    head, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(head, row)) for row in rows]


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.pstat = Tool(built("pstat"))

    def text(self, tool, *arguments):
        return tool.run(*arguments, check=0).stdout.decode()

    def saved(self, name, tool, *arguments):
        path = self.folder / name
        path.write_text(self.text(tool, *arguments))
        return path

    def told(self, done, code=0):
        self.assertEqual((done.returncode, done.stderr), (code, ""))
        return done.stdout

    def test_every_example_has_a_test_here(self):
        source = pathlib.Path(__file__).read_text(encoding="utf-8")
        for path in EXAMPLES.iterdir():
            self.assertIn(f'example("{path.name}"', source)

    def test_every_demonstration_is_listed_with_its_answer(self):
        demos = EXAMPLES.parent / "demo"
        listed = (demos / "README.md").read_text(encoding="utf-8")
        names = {path.name for path in demos.glob("*.py")}
        self.assertEqual(names, set(re.findall(r"\]\((\w+\.py)\)", listed)))
        for name in names - {"demo.py"}:
            self.assertTrue(os.access(demos / name, os.X_OK), name)

    @need_program("jq")
    def test_the_sum_of_all_places_is_the_sum_of_all_processes(self):
        text = self.text(self.pstat, "-e", "-o", "pss,swap_pss,container,cgroup", "--json")
        processes = json.loads(text)["processes"]
        rows = tab_rows(self.told(example("pss_by_container.sh", 1000, text=text)))
        places = {row["container"] or row["cgroup"] or "?" for row in processes}
        self.assertEqual({row["CONTAINER"] for row in rows}, places)
        self.assertEqual(sum(int(row["PROCESSES"]) for row in rows), len(processes))
        self.assertEqual(sum(int(row["UNKNOWN"]) for row in rows), sum(row["pss_bytes"] is None for row in processes))
        mebibytes = sum(row["pss_bytes"] or 0 for row in processes) / MIB
        self.assertLessEqual(abs(sum(int(row["PSS_MIB"]) for row in rows) + len(rows) / 2 - mebibytes), len(rows) / 2 + 1)
        sizes = [int(row["PSS_MIB"]) for row in rows]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertEqual(tab_rows(self.told(example("pss_by_container.sh", 1, text=text))), rows[:1])

    def stream(self, orders):
        """A stream of samples, one for each order."""
        lines = []
        with Growing() as process:
            for order in orders:
                if order:
                    process.order(order)
                sample = self.text(self.pstat, "-p", process.pid, "-o", "pid,start,rss,comm", "-n", "1", "--format", "jsonl")
                lines += sample.splitlines()[0 if not lines else 1:]
            return process.pid, "\n".join(lines) + "\n"

    def test_the_alarm_tells_what_grows_and_not_what_grew_once(self):
        pid, text = self.stream(["2"] * 6)
        out = self.told(example("leak_alarm.py", "--samples", 5, "--mib", 10, text=text), 1)
        self.assertRegex(out, rf"^\d{{4}}-\d\d-\d\d [\d:]{{8}} {pid} python3\S*: rss_bytes [\d.]+ to [\d.]+ MiB, "
                              r"[\d.]+ MiB a minute\n$")
        self.assertEqual(self.told(example("leak_alarm.py", "--samples", 5, "--mib", 11, text=text)), "")
        self.assertEqual(self.told(example("leak_alarm.py", "--samples", 6, "--mib", 1, text=text)), "")
        _, text = self.stream(["", "", "20", "", "", ""])
        self.assertEqual(self.told(example("leak_alarm.py", "--samples", 5, "--mib", 10, text=text)), "")

    def test_the_alarm_reads_a_stream_of_ptop(self):
        ptop = Tool(built("ptop"))
        with Growing() as process:
            text = self.text(ptop, "--set", "growth", "-p", process.pid, "--format", "jsonl", "-d", "0.1", "-n", "3")
        self.assertEqual(text.count('"record":"process"'), 3)
        self.assertEqual(self.told(example("leak_alarm.py", "--samples", 2, "--mib", 0.001, text=text)), "")
        # Larger by a MiB each time.
        rows = [json.loads(line) for line in text.splitlines()]
        for number, row in enumerate(row for row in rows if row["record"] == "process"):
            row["rss_bytes"] += number * MIB
        grown = "".join(json.dumps(row) + "\n" for row in rows)
        self.assertIn("MiB a minute", self.told(example("leak_alarm.py", "--samples", 2, "--mib", 2, text=grown), 1))

    @need_program("jq")
    def test_the_change_of_a_tree_is_that_of_who_grew(self):
        look = ["-o", "pid,start,pss,uss,comm", "--json"]
        with Growing() as process:
            before = self.saved("before", self.pstat, "--tree", process.pid, *look)
            process.order("4")
            after = self.saved("after", self.pstat, "--tree", process.pid, *look)
            alone = self.saved("alone", self.pstat, "-p", process.pid, *look)
            rows = {row["PID"]: row for row in tab_rows(self.told(example("tree_change.sh", before, after)))}
            self.assertEqual(set(rows), {str(process.pid), str(process.child), "all"})
            self.assertAlmostEqual(float(rows[str(process.pid)]["USS_MIB"]), 4, delta=1)
            # What it shares with the Pythons of others may change meanwhile: by as much as the files say.
            for key in ("pss", "uss"):
                then, now = (sum(row[f"{key}_bytes"] for row in json.loads(path.read_text())["processes"]
                                 if row["pid"] in (process.pid, process.child)) for path in (before, after))
                self.assertAlmostEqual(float(rows["all"][f"{key.upper()}_MIB"]), (now - then) / MIB, delta=0.06)
            ended = {row["PID"]: row[""] for row in tab_rows(self.told(example("tree_change.sh", before, alone)))}
            self.assertEqual(ended[str(process.child)], "ended")
            begun = {row["PID"]: row[""] for row in tab_rows(self.told(example("tree_change.sh", alone, before)))}
            self.assertEqual(begun[str(process.child)], "new")

    @need_root()
    @need_program("jq")
    def test_workers_share_less_when_they_have_written(self):
        with Growing() as process:
            text = self.text(self.pstat, "--cow", process.pid, "--json")
            first = self.told(example("workers_shared.sh", 50, text=text))
            self.assertRegex(first, rf"^1 workers of {process.pid}: \d+ % shared, \d MiB copied, \d MiB of their own\n$")
            process.order("w8")
            text = self.text(self.pstat, "--cow", process.pid, "--json")
        done = example("workers_shared.sh", 95, text=text)
        self.assertEqual(done.returncode, 1)
        self.assertIn("shared is below 95 %", done.stderr)
        self.assertRegex(done.stdout, r", ([89]|10) MiB copied")
        self.assertLess(*(int(out.split()[4]) for out in (done.stdout, first)))

    @need_program("jq")
    def test_the_peak_of_a_recording_is_its_largest_sample(self):
        recording = str(self.folder / "memory.jsonl")
        with Growing() as process:
            for order in ("2", "4"):
                process.order(order)
                self.text(self.pstat, "--record", recording, "-p", f"{process.pid},{process.child}")
        replay = [self.pstat, "--replay", recording, "--at", "first", "-n", "9", "-o", "pid,start,rss,comm", "--format", "jsonl"]
        text = self.text(*replay)
        largest = max(json.loads(line).get("rss_bytes") or 0 for line in text.splitlines())
        rows = tab_rows(self.told(example("recorded_peaks.sh", text=text)))
        self.assertEqual([row["PID"] for row in rows], [str(process.pid), str(process.child)])
        self.assertAlmostEqual(float(rows[0]["RSS_MIB"]), largest / MIB, delta=0.2)
        self.assertEqual(len(tab_rows(self.told(example("recorded_peaks.sh", 1, text=text)))), 1)


if __name__ == "__main__":
    runner.main()
