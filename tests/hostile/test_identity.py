#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Three thousand processes a second, each of which says in comm, arguments and size who it is: no row mixes two of
them. --seconds N for longer than the test takes.

Where the kernel numbers processes apart in a namespace, it is done there too, with so few numbers that each is another
process's a fraction of a second later."""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import ENVIRONMENT, Hostile, sanitizer_says  # noqa: E402
import runner  # noqa: E402
from tools import SANITIZED, built  # noqa: E402

RATE = 3000
PAGE = os.sysconf("SC_PAGESIZE")
FEW_NUMBERS = 1000
PID_MAX = "/proc/sys/kernel/pid_max"
options = argparse.Namespace(seconds=10, inside=False)
STREAMS = {
    "pstat": ["-e", "-d", "0.02", "--format", "jsonl", "-o", "pid,comm,args,vsz,size"],
    "ptop": ["-b", "-d", "0.02", "--format", "jsonl", "--main-columns", "pid,comm,args,vsz,size"],
}


class Judge:
    """What may stand beside what: a process that has its comm idN has all of its other parts."""

    def __init__(self, parent):
        with open(f"/proc/{parent}/statm", encoding="ascii") as file:
            words = file.read().split()
        self.pages = {"vsz_bytes": int(words[0]), "size_bytes": int(words[5])}
        with open(f"/proc/{parent}/cmdline", "rb") as file:
            self.parents = file.read().rstrip(b"\0").replace(b"\0", b" ").decode()
        self.counts = collections.Counter()
        self.wrong = []

    def size(self, key, number):
        return (self.pages[key] + number % 4096 + 1) * PAGE

    def row(self, row):
        comm, arguments, pid = row.get("comm"), row.get("args"), row["pid"]
        said = re.fullmatch(r"identity (\d+) (\d+)", arguments or "")
        named = re.fullmatch(r"id(\d+)", comm or "")
        if not said and not named:
            return
        self.counts["rows"] += 1
        good = not said or int(said.group(1)) == pid
        if named:
            number = int(named.group(1))
            self.counts["with arguments"] += bool(said)
            good &= not said or int(said.group(2)) == number
            # A process that has ended has no arguments: its name stands in their place.
            # ptop keeps arguments for an interval: those of its first moment, which were its parent's.
            earlier = arguments == self.parents
            self.counts["with arguments of before"] += earlier
            good &= bool(said) or earlier or arguments in (None, "", f"[{comm}]", f"[{comm}] <defunct>", comm)
            for key in self.pages:
                self.counts["with a size"] += bool(row.get(key))
                good &= not row.get(key) or row[key] == self.size(key, number)
        if not good:
            self.wrong.append(row)


class Identity(unittest.TestCase):
    def watch(self, tool, judge):
        process = subprocess.Popen([built(tool), *STREAMS[tool]], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        timer = threading.Timer(options.seconds, process.terminate)
        timer.start()
        samples = set()
        for line in process.stdout:
            try:
                record = json.loads(line)
            except ValueError:  # the last one is cut
                continue
            if record.get("record") == "process":
                samples.add(record.get("sample_time_ns"))
                judge.row(record)
        stderr = process.stderr.read()
        process.wait()
        timer.cancel()
        process.stdout.close()
        process.stderr.close()
        self.assertIsNone(sanitizer_says(subprocess.CompletedProcess([], 0, b"", stderr)), stderr)
        return len(samples)

    def born(self):
        with open("/proc/stat", encoding="ascii") as file:
            return int(re.search(r"^processes (\d+)", file.read(), re.MULTILINE).group(1))

    def test_no_row_mixes_two_processes(self):
        with Hostile("identity", str(RATE), "a word that makes room") as parent:
            for tool in STREAMS:
                judge = Judge(parent.pid)
                began, born = time.monotonic(), self.born()
                samples = self.watch(tool, judge)
                rate = (self.born() - born) / (time.monotonic() - began)
                print(f"{tool}: {judge.counts['rows']} rows of {samples} samples ({judge.counts['with arguments']} with arguments, "
                      f"{judge.counts['with arguments of before']} of before, "
                      f"{judge.counts['with a size']} sizes), {len(judge.wrong)} wrong, {rate:.0f} processes a second", flush=True)
                self.assertEqual(judge.wrong[:5], [])
                self.assertGreater(judge.counts["rows"], 5 if SANITIZED else 20)
                self.assertGreater(judge.counts["with arguments"], 0)

    def test_the_judge_recognises_a_mixture(self):
        with Hostile("identity", "0", "a word that makes room") as parent:
            judge = Judge(parent.pid)
            good = {"pid": 9, "comm": "id5", "args": "identity 9 5", **{key: judge.size(key, 5) for key in judge.pages}}
            judge.row(good)
            self.assertEqual(judge.wrong, [])
            for change in ({"pid": 8}, {"comm": "id6"}, {"args": "identity 9 6"}, {"args": "identity 8 5"}, {"vsz_bytes": judge.size("vsz_bytes", 6)},
                           {"size_bytes": 4096}, {"args": "another"}, {"comm": "hostile", "pid": 8}):
                before = len(judge.wrong)
                judge.row({**good, **change})
                self.assertEqual(len(judge.wrong), before + 1, change)


def numbers_apart():
    """Whether a namespace has a pid_max of its own: since Linux 6.14."""
    version = tuple(int(part) for part in re.match(r"(\d+)\.(\d+)", os.uname().release).groups())
    return os.geteuid() == 0 and version >= (6, 14)


class FewNumbers(unittest.TestCase):
    @unittest.skipUnless(numbers_apart(), "needs root and Linux 6.14")
    def test_the_same_where_each_number_is_soon_anothers(self):
        with open(PID_MAX, encoding="ascii") as file:
            before = file.read()
        script = f"echo {FEW_NUMBERS} > {PID_MAX} && exec {sys.executable} {os.path.abspath(__file__)} --inside --seconds {options.seconds} Identity"
        done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", script], capture_output=True, check=False,
                              timeout=300 + options.seconds * 4)
        with open(PID_MAX, encoding="ascii") as file:
            self.assertEqual(file.read(), before)
        print(f"of {FEW_NUMBERS} numbers:\n" + done.stdout.decode(errors="replace"))
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=options.seconds)
    parser.add_argument("--inside", action="store_true")
    _, sys.argv[1:] = parser.parse_known_args(namespace=options)
    runner.main()
