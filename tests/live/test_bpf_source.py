#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Processes by the iterator in the kernel (BPF) against the same processes from /proc."""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from target import Target  # noqa: E402
from tools import Tool, built, need_root  # noqa: E402

# Of stat, statm and the owner; none that moves by itself.
COLUMNS = (
    "pid,ppid,pgid,sid,tty,tpgid,state,comm,ni,pri,nlwp,f,min_flt,maj_flt,vsz,rss,"
    "lstart,utime,stime,user,group,rtprio"
)


def run(tool, *arguments, **options):
    """The exit code, what was printed, and what was said."""
    done = Tool(built(tool)).run(*arguments, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def usable():
    code, _, said = run("pstat", "-e", "-o", "pid,rss", "--source", "bpf")
    return said if code else ""


WHY_NOT = usable() if os.geteuid() == 0 else "not root"
need_bpf = unittest.skipIf(WHY_NOT, f"no BPF iterator here: {WHY_NOT.strip()}")


def rows(source, *arguments):
    code, printed, said = run("pstat", "-J", "--source", source, *arguments)
    if code:
        raise AssertionError(said)
    return {row["pid"]: row for row in json.loads(printed)["processes"]}


@need_bpf
class Rows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)
        cls.sleepers = [subprocess.Popen(["sleep", "1000"]) for _ in range(50)]
        for sleeper in cls.sleepers:
            cls.addClassCleanup(sleeper.wait)
            cls.addClassCleanup(sleeper.kill)

    def test_a_frozen_set_of_processes_is_the_same_field_by_field(self):
        frozen = [*self.target.group, *(sleeper.pid for sleeper in self.sleepers)]
        text = rows("proc", "-e", "-o", COLUMNS)
        scanned = rows("bpf", "-e", "-o", COLUMNS)
        for pid in frozen:
            self.assertEqual(scanned[pid], text[pid], pid)

    def test_a_live_machine_is_the_same_but_for_what_moved(self):
        wanted = "pid,ppid,pgid,sid,comm,user,vsz,rss,nlwp"
        before = rows("proc", "-e", "-o", wanted)
        scanned = rows("bpf", "-e", "-o", wanted)
        after = rows("proc", "-e", "-o", wanted)
        # The name of a worker of the kernel says what it works on.
        still = [pid for pid, row in before.items() if after.get(pid) == row and not row["comm"].startswith("kworker/")]
        self.assertGreater(len(still), 50)
        for pid in still:
            self.assertEqual(scanned[pid], before[pid], pid)

    def test_selection_filter_and_files_that_the_iterator_does_not_know_go_on_working(self):
        ours = str(os.getpid())
        for choice in (("--ppid", ours), ("-C", "sleep"), ("-e", "--filter", "comm = sleep"), ("--tree", ours)):
            scanned = rows("bpf", *choice, "-o", "pid,ppid,comm,rss,args")
            text = rows("proc", *choice, "-o", "pid,ppid,comm,rss,args")
            sleepers = {sleeper.pid for sleeper in self.sleepers}
            self.assertTrue(sleepers <= scanned.keys(), choice)
            for pid in sleepers:
                self.assertEqual(scanned[pid], text[pid], choice)

    def test_kernel_threads_have_their_names(self):
        wanted = "pid,comm,args"
        text, scanned = rows("proc", "-e", "-o", wanted), rows("bpf", "-e", "-o", wanted)
        # A worker's name says what it works on, and changes.
        for pid, row in text.items():
            if pid in scanned and not row["comm"].startswith("kworker/"):
                self.assertEqual(scanned[pid]["comm"], row["comm"])

    def test_cpu_time_of_threads_is_that_of_their_process(self):
        spinner = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import threading,time\n"
                "def work():\n"
                "  end=time.monotonic()+0.3\n"
                "  while time.monotonic()<end: pass\n"
                "threads=[threading.Thread(target=work) for _ in range(3)]\n"
                "[t.start() for t in threads]\n"
                "threads[0].join(); threads[1].join(); threads[2].join()\n"
                "more=[threading.Thread(target=time.sleep,args=(1000,),daemon=True) for _ in range(3)]\n"
                "[t.start() for t in more]\n"
                "print(flush=True)\n"
                "time.sleep(1000)\n",
            ],
            stdout=subprocess.PIPE,
        )
        self.addCleanup(spinner.stdout.close)
        self.addCleanup(spinner.wait)
        self.addCleanup(spinner.kill)
        spinner.stdout.readline()
        wanted = "pid,utime,stime,nlwp,min_flt"
        pid = spinner.pid
        self.assertEqual(rows("bpf", "-e", "-o", wanted)[pid], rows("proc", "-e", "-o", wanted)[pid])
        self.assertGreaterEqual(rows("bpf", "-e", "-o", wanted)[pid]["nlwp"], 4)

    def test_ptop_shows_the_same(self):
        command = ("--format", "json", "-n", "2", "-d", "0.2")
        found = {}
        for source in ("proc", "bpf"):
            code, printed, said = run("ptop", *command, "--source", source)
            self.assertEqual(code, 0, said)
            sample = json.loads(printed)["samples"][-1]
            found[source] = {row["pid"]: row for row in sample["processes"]}
        for sleeper in self.sleepers:
            text, scanned = found["proc"][sleeper.pid], found["bpf"][sleeper.pid]
            for key in text:
                if "age" not in key and "window" not in key:
                    self.assertEqual(scanned[key], text[key], key)

    def test_says_where_processes_are_read_from(self):
        for source, said in (("bpf", "iterator in the kernel"), ("proc", "read from /proc: as --source says")):
            self.assertIn(said, run("pstat", "-e", "-o", "pid,rss", "--source", source, "--verbose")[2])
            self.assertIn(said, run("ptop", "-b", "-n", "1", "--source", source, "--verbose")[2])


class Refusals(unittest.TestCase):
    def test_what_it_cannot_serve_is_said(self):
        ours = str(os.getpid())
        for tool, arguments, reason in (
            ("pstat", ("-p", ours), "only some processes"),
            ("pstat", ("-e", "-o", "pid,cgroup"), "nothing is asked for that the iterator tells"),
            ("ptop", ("-b", "-n", "1", "-p", ours), "only some processes"),
            ("ptop", ("-b", "-n", "1", "-H"), "no threads"),
        ):
            code, printed, said = run(tool, *arguments, "--source", "bpf")
            self.assertEqual((code, printed), (1, ""), arguments)
            self.assertIn(reason, said)
            self.assertEqual(run(tool, *arguments, "--source", "auto")[0], 0)

    def test_another_word_is_no_source(self):
        for tool in ("pstat", "ptop"):
            code, _, said = run(tool, "--source", "netlink")
            self.assertEqual(code, 2)
            self.assertIn("'netlink' is no source: auto, proc or bpf", said)

    def test_what_has_no_use_for_it_refuses_it(self):
        for arguments in (("--footprint", "-p", "1"), ("--cow", "1"), ("--ipc", "1"), ("--count", "-p", "1")):
            code, _, said = run("pstat", *arguments, "--source", "bpf")
            self.assertEqual(code, 2, arguments)
            self.assertIn("--source bpf is for rows of processes", said)

    @need_root()
    def test_without_rights_the_files_are_read_and_the_reason_is_said(self):
        code, _, said = run("pstat", "-e", "-o", "pid,rss", "--source", "bpf", nobody=True)
        self.assertEqual(code, 1)
        self.assertRegex(said, "root, or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE|built without BPF")
        self.assertEqual(run("pstat", "-e", "-o", "pid,rss", nobody=True)[0], 0)


if __name__ == "__main__":
    runner.main()
