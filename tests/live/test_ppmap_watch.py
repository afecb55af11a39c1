#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --watch: what changes is shown an interval after the other, to the end of the process or of patience."""

import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
import schema  # noqa: E402
from changing import Changing  # noqa: E402
from target import Target  # noqa: E402
from tools import SANITIZED, Tool, built  # noqa: E402

MIB = 1 << 20
PLACE = 0x20_0000_0000


class Watching:
    """ppmap --watch with JSON Lines: its blocks as they come, each with its rows."""

    def __init__(self, pid, *arguments, every="0.2"):
        self._process = subprocess.Popen([built("ppmap"), "--watch", every, "--format", "jsonl", *arguments, str(pid)],
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                         env={**os.environ, "LC_ALL": "C.UTF-8"})
        # A test that waits for what never comes ends all the same.
        self._alarm = threading.Timer(100, self._process.kill)
        self._alarm.start()
        self._block = None

    def block(self):
        """The next one; nothing at the end."""
        rows = []
        for line in self._process.stdout:
            record = json.loads(line)
            if record["record"] == "change":
                rows.append(record)
            if record["record"] == "interval":
                block, self._block = self._block, record
                if block is not None:
                    return {**block, "changes": rows}
        block, self._block = self._block, None
        return block and {**block, "changes": rows}

    def first(self):
        """The block of the first look, as soon as it has come: it has no rows."""
        while self._block is None:
            record = json.loads(self._process.stdout.readline())
            self._block = record if record["record"] == "interval" else None
        return self._block

    def blocks(self):
        return list(iter(self.block, None))

    def interrupt(self):
        self._process.send_signal(signal.SIGINT)

    def end(self):
        said = self._process.stderr.read()
        code = self._process.wait(timeout=60)
        self._alarm.cancel()
        self._process.stdout.close()
        self._process.stderr.close()
        return code, said


class WatchTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.ppmap = Tool(built("ppmap"))
        self.process = Changing()
        self.addCleanup(self.process.close)

    @staticmethod
    def at(block, place):
        return next((row for row in block["changes"] if int(row["start"], 16) == place), None)


class Intervals(WatchTest):
    def test_growth_is_told_of_the_interval_and_since_the_start(self):
        self.process.do(f"reserve({PLACE}, 64 * MIB)")
        watching = Watching(self.process.pid)
        first = watching.first()
        self.assertEqual((first["span"], first["interval"]), ("first", 0))
        grown = 0
        for i in range(1, 4):
            self.process.do(f"touch({PLACE} + {i} * MIB, MIB)")
            # Each is seen whole or in parts.
            while grown < i * MIB:
                if row := self.at(watching.block(), PLACE):
                    grown += row["rss_growth_bytes"]
                    self.assertEqual((row["rss_gained_bytes"], row["change"]), (grown, "grew"))
        watching.interrupt()
        last = watching.blocks()[-1]
        self.assertEqual(watching.end(), (0, ""))
        self.assertEqual((last["span"], last["end"]), ("since_start", "interrupted"))
        self.assertEqual(self.at(last, PLACE)["rss_growth_bytes"], 3 * MIB)

    def test_the_sums_of_all_intervals_are_the_sum_since_the_start(self):
        watching = Watching(self.process.pid, every="0.05")
        watching_ends = threading.Timer(3, watching.interrupt)
        watching_ends.start()
        blocks = []
        place = PLACE
        while block := watching.block():
            blocks.append(block)
            if len(blocks) > 12:
                continue
            place += 16 * MIB
            self.process.do(f"reserve({place}, 2 * MIB)", f"touch({place}, MIB)",
                            *([f"unmap({place} - 16 * MIB, MIB)"] if len(blocks) % 3 == 0 else []))
        self.assertEqual(watching.end(), (0, ""))
        last = blocks[-1]
        self.assertGreater(len(blocks), 3)
        for key in ("size", "rss", "pss", "swap"):
            self.assertEqual(sum(b[f"{key}_growth_bytes"] for b in blocks[1:-1]), last[f"{key}_growth_bytes"], key)
        for block in blocks[1:]:
            self.assertEqual(sum(row["size_growth_bytes"] for row in block["changes"]), block["size_growth_bytes"])
            self.assertGreater(block["kept_bytes"], 0)
        self.assertGreater(last["rss_growth_bytes"], MIB)

    def test_it_ends_after_so_many_intervals(self):
        watching = Watching(self.process.pid, "-n", "3", every="0.1")
        blocks = watching.blocks()
        self.assertEqual([b["span"] for b in blocks], ["first", *["interval"] * 3, "since_start"])
        self.assertEqual(blocks[-1]["end"], "counted")
        self.assertEqual(watching.end(), (0, ""))

    def test_it_ends_with_the_process_and_says_so(self):
        watching = Watching(self.process.pid, every="30")
        watching.first()
        self.process.close()
        blocks = watching.blocks()
        self.assertEqual([b["span"] for b in blocks], ["first", "since_start"])
        self.assertEqual(blocks[-1]["end"], "ended")
        code, said = watching.end()
        self.assertEqual(code, 0)
        self.assertIn(f"process {self.process.pid} has ended", said)

    def test_another_program_is_said_and_growth_counts_anew(self):
        self.process.do(f"reserve({PLACE}, 16 * MIB)", f"touch({PLACE}, 16 * MIB)")
        watching = Watching(self.process.pid, every="0.1")
        block = watching.first()
        self.process.replace("cat")
        while block["event"] is None:
            block = watching.block()
        self.assertEqual((block["event"], block["changes"]), ("exec", []))
        watching.interrupt()
        last = watching.blocks()[-1]
        self.assertEqual(last["comm"], "cat")
        self.assertGreater(last["rss_growth_bytes"], -8 * MIB)
        self.assertEqual(watching.end()[0], 0)


class Forms(WatchTest):
    def run_for(self, *arguments):
        return self.ppmap.run("--watch", "0.1", "-n", "2", *arguments, self.process.pid, check=0)

    def test_table_csv_and_json(self):
        text = self.run_for().stdout.decode()
        self.assertIn("what changes from here on is shown", text)
        self.assertIn("since the start", text)
        document = json.loads(self.run_for("--json").stdout)
        self.assertEqual([b["span"] for b in document["intervals"]], ["first", "interval", "interval", "since_start"])
        rows = list(csv.DictReader(io.StringIO(self.run_for("--format", "csv").stdout.decode(), newline="")))
        self.assertTrue(all(row["interval"] in ("1", "2") for row in rows))

    def test_what_is_not_shown_is_not_read(self):
        block = json.loads(self.run_for("--json", "-o", "change,start,size_growth").stdout)["intervals"][1]
        self.assertIsNone(block["rss_bytes"])
        self.assertIsNotNone(block["size_bytes"])

    def test_what_has_no_map_has_no_intervals_and_the_reason(self):
        parent = subprocess.Popen(["sh", "-c", "sleep 0 & echo $!; exec sleep 60"], stdout=subprocess.PIPE, text=True)
        try:
            zombie = int(parent.stdout.readline())
            while pathlib.Path(f"/proc/{zombie}/stat").read_text().rpartition(") ")[2][0] != "Z":
                time.sleep(0.01)
            document = json.loads(self.ppmap.run("--watch", "1", "--json", zombie, check=0).stdout)
            self.assertEqual((document["intervals"], document["errors"][0]["reason"]), ([], "no_memory"))
            self.assertIn(b"zombie", self.ppmap.run("--watch", "1", zombie, check=0).stdout)
        finally:
            parent.kill()
            parent.wait()
            parent.stdout.close()

    @schema.need_validator
    def test_documents_keep_to_the_schema(self):
        document = json.loads(self.run_for("--json").stdout)
        check = schema.validator(self.ppmap, "schema-watch")
        check.validate(document)
        document["intervals"][0]["kept_bytes"] = "1"
        with self.assertRaises(schema.ValidationError):
            check.validate(document)

    def test_wrong_options_are_refused(self):
        for arguments in (("--watch", "0"), ("--watch", "x"), ("--watch", "1", "-n", "0"), ("-n", "3"),
                          ("--watch", "1", "--limits"), ("--watch", "1", "--sort", "nonsense"),
                          ("--watch", "1", "-A", "0,1"), ("--watch", "1", "self")):
            self.assertEqual(self.ppmap.run(*arguments, self.process.pid).returncode, 2, arguments)


class ManyMappings(unittest.TestCase):
    VMAS = 65_000

    @unittest.skipIf(SANITIZED, "sanitizers take time and memory of their own")
    def test_a_large_map_takes_a_share_of_a_cpu_and_a_bounded_memory(self):
        if int(pathlib.Path("/proc/sys/vm/max_map_count").read_text()) < self.VMAS + 100:
            self.skipTest("a process may not have so many mappings")
        target = Target("--vmas", str(self.VMAS))
        self.addCleanup(target.close)
        before = os.times()
        done = subprocess.run([os.environ["PAGELOUPE_PEAK"], built("ppmap"), "--watch", "1", "-n", "4", "--format", "jsonl",
                               "-o", "change,start,rss,rss_growth,rss_gained,pss_growth", str(target.pid)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        blocks = [json.loads(line) for line in done.stdout.splitlines() if b'"record":"interval"' in line]
        self.assertEqual(len(blocks), 6)
        watched = blocks[-1]["watched_ns"] / 1e9
        print(f"{100 * used / watched:.0f}% of a CPU at {self.VMAS} mappings; {done.stderr.decode().strip()}; "
              f"{blocks[-1]['kept_bytes'] >> 10} KiB kept")
        # Five looks; other users of the machine make each of them dearer.
        self.assertLess(used, 10)
        self.assertLess(blocks[-1]["kept_bytes"], 48 * MIB)


if __name__ == "__main__":
    runner.main()
