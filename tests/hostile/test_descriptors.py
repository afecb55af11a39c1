#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Standard input, output and error that are closed, full, of nobody, or something else than one expects."""
import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, MODES, check, modes, run  # noqa: E402
import runner  # noqa: E402

CLOSED = [chosen for count in range(4) for chosen in itertools.combinations(range(3), count)]
SHORT = {"ppmap": "{}", "pstat": "-p {}", "ptop": "-b -n 1 -d 0.02 -p {}", "tlbprobe": "--quick"}


def closing(descriptors):
    return lambda: [os.close(fd) for fd in descriptors]


class Descriptors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = Hostile("wait")
        cls.addClassCleanup(cls.process.close)

    def test_every_combination_of_closed_ones(self):
        for closed in CLOSED:
            for tool, text in modes(every=4):
                with self.subTest(closed=closed, tool=tool, arguments=text):
                    done = check(self, "closed", tool, text.format(self.process.pid), preexec_fn=closing(closed))
                    if 1 in closed:
                        self.assertNotEqual(done.returncode, 0, "a closed output was taken for a written one")
                    if 1 in closed and 2 not in closed:
                        self.assertIn(b"cannot write: Bad file descriptor", done.stderr)

    def test_help_and_the_like(self):
        for closed in CLOSED:
            for tool in MODES:
                for option in ("--help", "--version", "--columns", "--describe options", "--nonsense"):
                    done = check(self, "closed", tool, option, preexec_fn=closing(closed))
                    expected = 2 if option == "--nonsense" else 1 if 1 in closed else 0
                    self.assertEqual(done.returncode, expected, (closed, tool, option, done.stderr))

    def test_messages_and_rows_do_not_land_in_files_that_are_opened_later(self):
        for closed in CLOSED:
            with tempfile.TemporaryDirectory() as folder:
                file = os.path.join(folder, "r.jsonl")
                check(self, "closed", "pstat", f"--record {file} -d 0.02 -n 3 -p {self.process.pid}", preexec_fn=closing(closed))
                with open(file, "rb") as recording:
                    for line in recording:
                        json.loads(line)
                counts = os.path.join(folder, "counts")
                check(self, "closed", "pstat", ["--count", "--count-to", counts, "--format", "jsonl", "--", "sh", "-c", "exec 2>/dev/null; echo x"],
                      whole=False, preexec_fn=closing(closed))
                if os.path.exists(counts):
                    with open(counts, "rb") as lines:
                        for line in lines:
                            json.loads(line)

    def test_a_counted_program_gets_them_as_they_were(self):
        for closed in CLOSED:
            script = "; ".join(f"[ -e /proc/self/fd/{fd} ] && code=$((code | {1 << fd}))" for fd in range(3))
            done = run("pstat", ["--count", "--count-to", "/dev/null", "--", "sh", "-c", f"code=0; {script}; exit $code"],
                       preexec_fn=closing(closed))
            self.assertEqual(done.returncode, sum(1 << fd for fd in range(3) if fd not in closed), closed)

    def test_a_full_device(self):
        with open("/dev/full", "wb") as full:
            for tool, text in modes(every=3):
                done = check(self, "/dev/full", tool, text.format(self.process.pid), codes={1}, stdout=full)
                self.assertIn(b"cannot write: No space left on device", done.stderr)
            for tool in MODES:
                check(self, "/dev/full", tool, "--nonsense", codes={2}, stderr=full)

    def test_a_reader_that_has_gone(self):
        for tool, text in [*modes(every=3), ("pstat", "-e -d 0.01 --json"), ("ptop", "-d 0.01 --format jsonl"), ("ptop", "-b -d 0.01")]:
            read_end, write_end = os.pipe()
            os.close(read_end)
            with os.fdopen(write_end, "wb") as pipe:
                check(self, "SIGPIPE", tool, text.format(self.process.pid), codes={0}, stdout=pipe)
        read_end, write_end = os.pipe()
        os.close(read_end)
        with os.fdopen(write_end, "wb") as pipe:
            for tool in MODES:
                check(self, "SIGPIPE", tool, "--nonsense", codes={2}, stderr=pipe)

    def test_others_than_one_expects(self):
        folder = os.open("/", os.O_RDONLY)
        path = os.open("/", os.O_PATH)
        null = os.open("/dev/null", os.O_RDONLY)
        try:
            for fd in (folder, path, null):
                for tool, text in SHORT.items():
                    check(self, "odd", tool, text.format(self.process.pid), codes={1}, stdout=fd, stdin=fd)
                    check(self, "odd", tool, text.format(self.process.pid), codes={0}, stderr=fd, stdin=fd)
        finally:
            for fd in (folder, path, null):
                os.close(fd)


if __name__ == "__main__":
    runner.main()
