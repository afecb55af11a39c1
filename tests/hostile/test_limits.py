#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Resource limits under which little or nothing can be had: descriptors, memory, threads, time, length of files."""
import os
import re
import resource
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, MODES, SANITIZED, check, modes, run  # noqa: E402
import runner  # noqa: E402
from tools import NOBODY, built, need_root, reachable_copy  # noqa: E402

MIB = 1 << 20
# The dynamic loader's, where it cannot open or map a library: the program has not begun then.
NOT_LOADED = 127
LOADER = rb"error while loading shared libraries|failed to map segment|cannot allocate memory|cannot create"


def limited(which, value):
    return lambda: resource.setrlimit(which, (value, value))


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = Hostile("threads", "20")
        cls.addClassCleanup(cls.process.close)

    def hold(self, kind, tool, text, which, value, **options):
        """What the loader refuses is not judged."""
        arguments = text.format(self.process.pid).split()
        done = run(tool, arguments, preexec_fn=limited(which, value), **options)
        if done.returncode == NOT_LOADED and re.search(LOADER, done.stderr):
            return
        check(self, kind, tool, arguments, whole=False, preexec_fn=limited(which, value), **options)

    def test_descriptors(self):
        for limit in range(9, 17, 3) if SANITIZED else [*range(3, 17)]:  # the sanitizer has files of its own
            for tool, text in [*modes(every=7), ("pstat", "-e --json"), ("ptop", "-b -n 1 -d 0.02")]:
                with self.subTest(limit=limit, tool=tool, arguments=text):
                    self.hold("RLIMIT_NOFILE", tool, text, resource.RLIMIT_NOFILE, limit)

    def test_address_space(self):
        if SANITIZED:
            self.skipTest("the sanitizer needs terabytes")
        for size in (5, 6, 7, 8, 10, 12, 16, 32, 64):
            for tool, text in [*modes(every=7), ("pstat", "-e --json -o pid,pss,args"), ("ptop", "-b -n 1 -d 0.02 --set memory")]:
                for which in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
                    with self.subTest(size=size, tool=tool, arguments=text, which=which):
                        self.hold("RLIMIT_AS and _DATA", tool, text, which, size * MIB)

    def test_stack(self):
        for size in (256, 1024):
            for tool, text in modes(every=6):
                self.hold("RLIMIT_STACK", tool, text, resource.RLIMIT_STACK, size << 10)

    @need_root()
    def test_no_thread_and_no_process(self):
        for tool in MODES:
            path = reachable_copy(built(tool))
            for _, text in modes(tool, every=3):
                self.hold("RLIMIT_NPROC", tool, text, resource.RLIMIT_NPROC, 0, user=NOBODY, group=NOBODY, extra_groups=[], path=path)

    def test_files_that_may_not_grow(self):
        for tool in MODES:
            for size in (0, 100):
                with tempfile.TemporaryFile() as file:
                    arguments = {"tlbprobe": ["--quick"], "ptop": ["-b", "-n", "1", "-d", "0.02"]}.get(tool, ["-f", str(self.process.pid)] if tool == "pstat" else [str(self.process.pid)])
                    done = check(self, "RLIMIT_FSIZE", tool, arguments, codes={1}, whole=False, stdout=file,
                                 preexec_fn=limited(resource.RLIMIT_FSIZE, size))
                    self.assertIn(b"cannot write: File too large", done.stderr)

    def test_a_recording_that_may_not_grow_is_one_as_far_as_it_goes(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "r.jsonl")
            check(self, "RLIMIT_FSIZE", "pstat", f"-p {self.process.pid} -d 0.02 -n 30 --record {file}", codes={1},
                  preexec_fn=limited(resource.RLIMIT_FSIZE, 20000))
            check(self, "RLIMIT_FSIZE", "pstat", f"--replay {file} --json", codes={0})

    def test_cpu_time_that_ends_while_it_records(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "r.jsonl")
            check(self, "RLIMIT_CPU", "pstat", f"-e -d 0.001 --record {file}", codes={0},
                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 20)))
            check(self, "RLIMIT_CPU", "pstat", f"--replay {file} --json", codes={0})


if __name__ == "__main__":
    runner.main()
