#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Files that never answer: what comes besides them, and how soon."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import SANITIZED, built, need_root  # noqa: E402

# What a tool may take longer than usual is a second; what starting it takes on a busy machine is the rest.
PATIENCE = 1.0 + (20 if os.environ.get("PAGELOUPE_SANITIZE") else 9)
# ThreadSanitizer has one of its own.
MOST_THREADS = 1 + 4 + (os.environ.get("PAGELOUPE_SANITIZE") == "thread")
STUCK = os.environ["PAGELOUPE_STUCK"]
MACHINE_FILES = ("stat", "meminfo", "uptime", "loadavg", "vmstat", "cpuinfo")
PROCESS_FILES = ("stat", "statm", "status", "cmdline", "smaps_rollup", "maps", "smaps", "io", "limits", "cgroup", "wchan")


def run(*command, **options):
    """Ends the test where the tool does not end."""
    began = time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE, check=False, **options)
    done.seconds = time.monotonic() - began
    return done


def rows_of(done, key="processes"):
    return {row["pid"]: row for row in json.loads(done.stdout)[key]}


def threads_of(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


class Tree:
    """A copy of /proc whose processes are all the same; a file that hangs is a pipe that nobody writes to."""

    def __init__(self, pids):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for name in MACHINE_FILES:
            (self.root / name).write_bytes(pathlib.Path("/proc", name).read_bytes())
        texts = {name: pathlib.Path("/proc/self", name).read_bytes() for name in PROCESS_FILES}
        texts["cmdline"] = b"the\0arguments\0"
        for pid in pids:
            (self.root / str(pid) / "task" / str(pid)).mkdir(parents=True)
            for name, text in texts.items():
                text = re.sub(rb"^%d " % os.getpid(), b"%d " % pid, text) if name == "stat" else text
                if name == "status":
                    text = re.sub(rb"(?m)^(Tgid|Pid|Ngid):\t\d+$", rb"\1:\t%d" % pid, text)
                (self.root / str(pid) / name).write_bytes(text)

    def hang(self, *names):
        for name in names:
            (self.root / name).unlink()
            os.mkfifo(self.root / name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


class Stuck:
    """A process that does not answer, or cannot be asked, of the helper `stuck`."""

    def __init__(self, mode):
        self.process = subprocess.Popen([STUCK, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        if not line.startswith("ready"):
            self.__exit__()
            raise unittest.SkipTest(line or "skipped: the helper did not begin")
        self.pid = int(line.split()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()


class Captured(unittest.TestCase):
    """Files of a copy of /proc that hang."""

    @unittest.skipIf(TMUX is None, "skipped: there is no tmux")
    def test_ptop_draws_and_ends(self):
        with Tree(range(100, 140)) as tree:
            tree.hang("100/cmdline", "101/smaps_rollup", "102/io")
            with Terminal([built("ptop"), "--proc-root", tree.root, "-d", "0.3", "--set", "memory", "-c"],
                          environment={"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}, columns=120, rows=50) as terminal:
                terminal.wait_for("the arguments", "blocked")
                terminal.keys("q")
                terminal.wait_for("ended with 0", seconds=PATIENCE)

    def test_pstat_shows_all_else(self):
        with Tree(range(100, 440)) as tree:
            tree.hang("100/cmdline", "300/smaps_rollup", "420/io")
            done = run(built("pstat"), "--proc-root", tree.root, "-e", "-o", "pid,args,pss,read", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = rows_of(done)
            self.assertEqual(len(rows), 340)
            hanging = {(100, "args"), (300, "pss_bytes"), (420, "read_bytes")}
            for pid, row in rows.items():
                for key in ("args", "pss_bytes", "read_bytes"):
                    self.assertEqual(row[key] is None, (pid, key) in hanging, (pid, row))
            self.assertIn("1 of 340 processes does not answer", done.stderr)
            self.assertIn('"blocked"', done.stdout)

    def test_pstat_with_named_processes_says_that_it_is_partial(self):
        with Tree(range(100, 103)) as tree:
            tree.hang("100/cmdline")
            self.assertEqual(run(built("pstat"), "--proc-root", tree.root, "-p", "100,101", "-o", "pid,args").returncode, 3)

    def test_pstat_asks_once_and_has_few_threads(self):
        with Tree(range(100, 140)) as tree:
            tree.hang(*[f"{pid}/cmdline" for pid in range(110, 118)])
            stream = subprocess.Popen([built("pstat"), "--proc-root", str(tree.root), "-e", "-o", "pid,args", "-d", "0.2", "-n", "8",
                                       "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            with stream:
                threads, seen = 0, 0
                for line in stream.stdout:
                    seen += '"args"' in line
                    threads = max(threads, threads_of(stream.pid)) if seen % 40 == 1 else threads
                self.assertEqual(stream.wait(timeout=PATIENCE), 0)
            self.assertLessEqual(threads, MOST_THREADS)
            self.assertGreaterEqual(seen, 8 * 40)

    def test_ppmap_shows_the_other_processes(self):
        with Tree(range(100, 104)) as tree:
            tree.hang("100/maps", "101/cmdline", "102/status")
            done = run(built("ppmap"), "--proc-root", tree.root, "-x", 100, 101, 102, 103)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(done.stdout.count("total kB"), 3, done.stdout)
            self.assertIn("101: cannot read cmdline: does not answer", done.stderr)
            self.assertIn("102: cannot read status: does not answer", done.stderr)
            done = run(built("ppmap"), "--proc-root", tree.root, "-o", "start,size", "--json", 100, 103)
            document = json.loads(done.stdout)
            self.assertEqual([bool(one["mappings"]) for one in document["processes"]], [False, True])
            self.assertIn('"blocked"', done.stdout)

    def test_ppmap_shows_what_came_before_the_text_hung(self):
        with Tree([100]) as tree:
            tree.hang("100/maps")
            writer = os.open(tree.root / "100" / "maps", os.O_RDWR)
            os.write(writer, b"00400000-00401000 r-xp 00000000 fe:00 1 /bin/a\n00500000-00501000 r-xp 00000000 fe:00 1 /bin/a\n")
            done = run(built("ppmap"), "--proc-root", tree.root, "-o", "start,size", "--json", 100)
            os.close(writer)
            self.assertEqual(len(json.loads(done.stdout)["processes"][0]["mappings"]), 2, done.stdout + done.stderr)
            self.assertEqual(done.returncode, 1)

    def test_tlbprobe_says_that_it_is_blocked(self):
        with Tree([100]) as tree:
            tree.hang("100/smaps")
            done = run(built("tlbprobe"), "--proc-root", tree.root, "--reach", 100)
            self.assertEqual(done.returncode, 1)
            self.assertIn("does not answer", done.stderr)

    def test_files_of_the_machine(self):
        with Tree(range(100, 103)) as tree:
            tree.hang("meminfo", "uptime")
            done = run(built("pstat"), "--proc-root", tree.root, "-e", "-o", "pid,rss,comm", "--system")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len([line for line in done.stdout.splitlines() if re.match(r" *10\d ", line)]), 3, done.stdout)

    def test_a_signal_ends_a_tool_that_waits(self):
        with Tree(range(100, 140)) as tree:
            tree.hang(*[f"{pid}/cmdline" for pid in range(100, 140)])
            for number in (signal.SIGINT, signal.SIGTERM):
                tool = subprocess.Popen([built("pstat"), "--proc-root", str(tree.root), "-e", "-o", "pid,args", "-d", "10"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                with tool:
                    tool.stdout.readline()
                    tool.send_signal(number)
                    self.assertEqual(tool.wait(timeout=PATIENCE), -number)


class Live(unittest.TestCase):
    """Processes of the kernel's own."""

    @need_root()
    def test_a_process_whose_memory_is_locked(self):
        with Stuck("lock") as stuck:
            own = os.getpid()
            done = run(built("pstat"), "-e", "-o", "pid,args,pss,rss,state", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = rows_of(done)
            self.assertIsNone(rows[stuck.pid]["args"])
            self.assertIsNone(rows[stuck.pid]["pss_bytes"])
            self.assertEqual(rows[stuck.pid]["state"], "D")
            self.assertIn("test_blocked", rows[own]["args"])
            self.assertGreater(rows[own]["pss_bytes"], 0)
            done = run(built("ppmap"), stuck.pid, own)
            self.assertEqual(done.returncode & 1, 1, done.stderr)
            self.assertIn("test_blocked", done.stdout)
            self.assertIn(f"{stuck.pid}: cannot read maps: does not answer", done.stderr)
            done = run(built("tlbprobe"), "--reach", stuck.pid)
            self.assertIn("does not answer", done.stderr)
            for report in ("--footprint", "--cow"):
                parent = stuck.process.pid
                done = run(built("pstat"), *(["--footprint", "-p", f"{stuck.pid},{own}"] if report == "--footprint" else ["--cow", parent]))
                self.assertRegex(done.stderr + done.stdout, "does not answer|blocked")
            done = run(built("ptop"), "-b", "-n", "1", "--set", "memory", "-w", "200")
            self.assertEqual(done.returncode, 0, done.stderr)

    @need_root()
    def test_files_of_the_machine_on_a_mount_that_hangs(self):
        for command in (["pstat", "-e", "-o", "pid,rss,pmem,comm"], ["pstat", "--system", "-p", "1"], ["ppmap", str(os.getpid())],
                        ["ptop", "-b", "-n", "1"]):
            done = run(STUCK, "mounts", built(command[0]), *command[1:])
            if done.returncode == 77 and done.stdout.startswith("skipped"):
                self.skipTest(done.stdout.strip())
            self.assertEqual(done.returncode, 0, (command, done.stderr))
            self.assertGreater(len(done.stdout.splitlines()), 2, command)

    @need_root()
    def test_a_parent_of_vfork_answers(self):
        with Stuck("vfork") as stuck:
            row = rows_of(run(built("pstat"), "-p", stuck.pid, "-o", "pid,args,pss,state", "--json"))[stuck.pid]
            self.assertEqual(row["state"], "D")
            self.assertIn("stuck vfork", row["args"])
            self.assertGreater(row["pss_bytes"], 0)

    def test_a_stopped_process_answers(self):
        with subprocess.Popen(["sleep", "60"]) as process:
            process.send_signal(signal.SIGSTOP)
            row = rows_of(run(built("pstat"), "-p", process.pid, "-o", "pid,args,pss", "--json"))[process.pid]
            done = run(built("ppmap"), process.pid)
            process.kill()
            self.assertEqual(row["args"], "sleep 60")
            self.assertIn("total", done.stdout)
            self.assertEqual(done.returncode, 0)


@unittest.skipIf(SANITIZED, "skipped: nothing is preloaded before the sanitizer")
class Names(unittest.TestCase):
    """A service of users and groups that does not answer."""

    environment = {**os.environ, "LD_PRELOAD": os.environ["PAGELOUPE_SLOW_NAMES"], "LC_ALL": "C.UTF-8"}

    def test_numbers_stand_for_names(self):
        done = run(built("pstat"), "-e", "-o", "pid,user,group", env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in done.stdout.splitlines()[1:]:
            self.assertRegex(line, r"\A *\d+ +(\d+|gone) +(\d+|gone)\Z")
        self.assertEqual(run(built("ptop"), "-b", "-n", "1", env=self.environment).returncode, 0)

    def test_a_name_that_was_given_is_a_usage_error_with_its_reason(self):
        for tool in ("pstat", "ptop"):
            done = run(built(tool), "-u", "somebody", env=self.environment)
            self.assertEqual(done.returncode, 2)
            self.assertIn("does not answer", done.stderr)


if __name__ == "__main__":
    runner.main()
