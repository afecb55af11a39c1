#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --explain: statements that hold of the process, with figures that are those of the map."""

import csv
import io
import json
import os
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, other_process  # noqa: E402
from tools import Tool, built  # noqa: E402

MIB = 1 << 20

# Threads that have allocated, each in an arena of its own.
ARENAS = """
import ctypes, threading
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
stay = threading.Event()
ready = threading.Barrier(21)
def work():
    libc.malloc(5000)
    ready.wait()
    stay.wait()
for _ in range(20): threading.Thread(target=work, daemon=True).start()
ready.wait()
print("ready", flush=True)
input()
"""

FORKED = """
import os, sys
memory = bytearray(b"x" * (64 << 20))
if os.fork() == 0:
    memory[0] = 1
    sys.stdin.read()
    os._exit(0)
print("ready", flush=True)
input()
"""

RESERVED = """
import mmap
memory = mmap.mmap(-1, 512 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory[:1 << 20] = b"x" * (1 << 20)
print("ready", flush=True)
input()
"""


class ExplainTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ppmap = Tool(built("ppmap"))

    def statements(self, pid):
        document = json.loads(self.ppmap.run("--explain", "--json", pid, check=0).stdout)
        return {s["topic"]: s for s in document["processes"][0]["statements"]}

    def python(self, text):
        started = other_process(sys.executable, "-c", text, ready=True)
        process = started.__enter__()
        self.addCleanup(started.__exit__, None, None, None)
        return process


class Statements(ExplainTest):
    def test_the_target_is_described(self):
        with Target() as target:
            said = self.statements(target.pid)
            map_of = json.loads(self.ppmap.run("--json", "--filter", "kind!=vsyscall", target.pid, check=0).stdout)
            totals = map_of["processes"][0]["totals"]
            figures = said["whole"]["figures"]
            self.assertEqual((figures["size_bytes"], figures["resident_bytes"]),
                             (totals["size_bytes"], totals["resident_bytes"]))
            for topic in ("untouched", "shared-memory", "no-access", "deleted"):
                self.assertIn(topic, said)
            for topic in ("arenas", "stacks"):
                self.assertNotIn(topic, said)

    def test_the_commands_that_it_names_work(self):
        with Target() as target:
            for statement in self.statements(target.pid).values():
                words = shlex.split(statement["see"])
                done = Tool(built(words[0])).run(*words[1:])
                self.assertEqual((done.returncode, done.stderr), (0, b""), statement)

    def test_arenas_and_stacks_of_threads(self):
        said = self.statements(self.python(ARENAS).pid)
        self.assertGreaterEqual(said["stacks"]["figures"]["stacks"], 20)
        self.assertGreaterEqual(said["arenas"]["figures"]["arenas"], 4)
        self.assertEqual(said["arenas"]["figures"]["size_bytes"], said["arenas"]["figures"]["arenas"] * 64 * MIB)

    def test_what_a_fork_shares(self):
        said = self.statements(self.python(FORKED).pid)
        self.assertGreaterEqual(said["fork"]["figures"]["shared_anonymous_bytes"], 60 * MIB)

    def test_what_was_reserved_and_not_touched(self):
        said = self.statements(self.python(RESERVED).pid)
        self.assertGreaterEqual(said["untouched"]["figures"]["untouched_bytes"], 509 * MIB)
        self.assertNotIn("fork", said)


class Forms(ExplainTest):
    def test_words_are_wrapped_and_csv_has_the_figures(self):
        with other_process("sleep", "60") as process:
            lines = self.ppmap.lines("--explain", process.pid)
            self.assertIn("sleep 60", lines[0])
            self.assertTrue(lines[1].startswith("It reserves "))
            self.assertTrue(all(len(line) <= 80 for line in lines))
            table = self.ppmap.run("--explain", "--format", "csv", process.pid, check=0).stdout.decode()
            row = next(csv.DictReader(io.StringIO(table, newline="")))
            self.assertEqual((row["pid"], row["topic"]), (str(process.pid), "whole"))
            self.assertIn("resident_bytes=", row["figures"])
            records = [json.loads(line) for line in self.ppmap.lines("--explain", "--format", "jsonl", process.pid)]
            self.assertEqual([r["record"] for r in records[:3]], ["document", "process", "statement"])
            self.assertEqual(records[2]["pid"], process.pid)

    def test_what_has_no_memory_says_so(self):
        done = self.ppmap.run("--explain", 2)
        if done.returncode == 0:
            self.assertIn(b"no memory", done.stdout)

    def test_wrong_options_are_refused(self):
        for option in (("-o", "rss"), ("--sort", "rss"), ("--filter", "rss"), ("--limits",), ("-b",)):
            self.assertEqual(self.ppmap.run("--explain", *option, "self").returncode, 2, option)

    @schema.need_validator
    def test_documents_keep_to_the_schema(self):
        with other_process("sleep", "60") as process:
            document = json.loads(self.ppmap.run("--explain", "--json", process.pid, check=0).stdout)
        check = schema.validator(self.ppmap, "schema-explain")
        check.validate(document)
        document["processes"][0]["statements"][0]["figures"] = 1
        with self.assertRaises(schema.ValidationError):
            check.validate(document)


if __name__ == "__main__":
    runner.main()
