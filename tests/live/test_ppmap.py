#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap on live processes: every one of the machine, and what each mapping is for."""

import collections
import os
import pathlib
import struct
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
from target import Target, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_root  # noqa: E402

FORGIVEN = {"gone", "denied", "no_memory"}
VIEWS = (("--json",), (), ("-x",), ("-d",), ("-X",), ("-XX",), ("--by", "kind"), ("--limits",), ("--format", "csv"))
PYTHON_THREADS = """
import os, threading, time
def spin():
    while True: pass
def wait():
    time.sleep(1000)
for work in (spin, wait, wait): threading.Thread(target=work, daemon=True).start()
print(os.getpid(), flush=True)
time.sleep(1000)
"""


# One thread runs, so that its stack pointer is not told, and blocks of other sizes have guard pages too.
GUARDED = """
import ctypes, threading, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
for kib in (64, 256, 1024, 65536):
    block = libc.mmap(None, (kib + 8) << 10, 3, 0x22, -1, 0)
    libc.mprotect(block, 4096, 0)
    libc.mprotect(block + ((kib + 4) << 10), 4096, 0)
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
print(flush=True)
time.sleep(1000)
"""

# The first thread ends, another one lives on.
LEADER_ENDS = """
import ctypes, os, threading, time
def wait():
    print(os.getpid(), flush=True)
    time.sleep(1000)
threading.Thread(target=wait).start()
ctypes.CDLL(None).syscall(60, 0)
"""


def has_bss(row, rows):
    """Whether the file that the mapping before is of has a .bss beyond its last page."""
    path = next(before["path"] for before in rows if before["end"] == row["start"])
    with open(path, "rb") as file:
        head = file.read(4096)
    offset, = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    for i in range(count):
        kind, _, _, start, _, in_file, in_memory = struct.unpack_from("<IIQQQQQ", head, offset + i * size)
        if kind == 1 and -(-(start + in_file) // 4096) < -(-(start + in_memory) // 4096):
            return True
    return False


def ppmap():
    return Tool(built("ppmap"))


class EveryProcess(unittest.TestCase):
    def show_all(self, nobody):
        for view in VIEWS:
            done = ppmap().run(*view, *procfiles.processes(), nobody=nobody)
            self.assertIn(done.returncode, {0, 1, 42, 43}, (view, done.stderr))
            self.assertTrue(done.stdout)
            if view == ("--json",):
                document = maps_view.document(done)
                reasons = {error["reason"] for error in document["errors"]}
                self.assertLessEqual(reasons, FORGIVEN)
                self.assertTrue(document["processes"])
            for line in done.stderr.decode().splitlines():
                self.assertRegex(line, r"^ppmap: \d+: (no such process|its map may not be read|a kernel thread|a zombie|it is exiting|its first)")

    def test_as_this_user(self):
        self.show_all(nobody=False)

    @need_root()
    def test_as_nobody(self):
        self.show_all(nobody=True)

    def test_the_first_process(self):
        try:  # even root may be refused
            procfiles.smaps(1)
            expected = 0
        except PermissionError:
            expected = 1
        self.assertEqual(ppmap().run(1).returncode, expected)

    def test_itself(self):
        for operand in ("self", "/proc/self"):
            process = maps_view.document(ppmap().run("--json", operand, check=0))["processes"][0]
            self.assertEqual(process["comm"], "ppmap")


class Kinds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)
        cls.rows = maps_view.mappings(ppmap().run("--json", cls.target.pid, check=0))

    def row_at(self, address):
        found = [r for r in self.rows if int(r["start"], 16) <= address < int(r["end"], 16)]
        self.assertEqual(len(found), 1)
        return found[0]

    def kinds(self):
        return collections.Counter(row["kind"] for row in self.rows)

    def test_every_mapping_has_the_kind_it_was_made_for(self):
        for what, fact in self.target.mappings.items():
            row = self.row_at(fact["start"])
            self.assertEqual(row["kind"], fact["kind"], what)
            self.assertEqual((int(row["start"], 16), row["size_bytes"]), (fact["start"], fact["size"]), what)
            if fact["resident"] is not None:
                self.assertEqual(row["resident_bytes"], fact["resident"], what)
                self.assertEqual(row["untouched_bytes"], fact["size"] - fact["resident"], what)

    def test_the_program_and_its_parts(self):
        kinds = self.kinds()
        for kind in ("text", "data", "bss", "heap", "stack"):
            self.assertEqual(kinds[kind], 1, kind)
        self.assertGreaterEqual(kinds["rodata"], 1)
        bss = next(row for row in self.rows if row["kind"] == "bss")
        self.assertEqual(bss["mapping"], "target [bss]")

    def test_pages_of_the_kernel(self):
        names = {"[vdso]": "vdso", "[vvar]": "vvar", "[vsyscall]": "vsyscall"}
        for row in self.rows:
            if row["path"] in names:
                self.assertEqual(row["kind"], names[row["path"]])

    def test_stacks_belong_to_their_threads(self):
        self.assertEqual(len(self.target.threads), 2)
        for tid, address in self.target.threads.items():
            row = self.row_at(address)
            self.assertEqual((row["kind"], row["tid"], row["stack_by"]), ("thread-stack", tid, "stack pointer"))
            guard = self.row_at(int(row["start"], 16) - 1)
            self.assertEqual(guard["kind"], "guard")

    def test_segments_say_their_number(self):
        row = self.row_at(self.target.mappings["sysv shm"]["start"])
        self.assertIn(str(self.target.shmid), row["mapping"])

    def test_huge_and_locked_memory(self):
        huge = self.row_at(self.target.mappings["huge"]["start"])
        self.assertEqual(huge["huge_bytes"], huge["anon_huge_pages_bytes"])
        if "locked" in self.target.mappings:
            # Divided by the sharers, of whom there are three.
            locked = self.row_at(self.target.mappings["locked"]["start"])
            self.assertIn(locked["locked_bytes"], (1 << 20, 341 << 10))

    def test_a_child_that_wrote_has_pages_of_its_own(self):
        start = self.target.mappings["touched"]["start"]
        private = {}
        for pid in self.target.group:
            rows = maps_view.by_start(maps_view.mappings(ppmap().run("--json", pid, check=0)))
            private[pid] = rows[start]["uss_bytes"]
        self.assertEqual(private, {self.target.pid: 0, self.target.child: 0, self.target.rewriter: 4 << 20})


class Threads(unittest.TestCase):
    def assert_stacks(self, pid, **options):
        rows = maps_view.mappings(ppmap().run("--json", pid, check=0, **options))
        stacks = [row for row in rows if row["kind"] == "thread-stack"]
        self.assertEqual(len(stacks), len(os.listdir(f"/proc/{pid}/task")) - 1)
        for stack in stacks:
            self.assertIn(stack["stack_by"], {"stack pointer", "guard page"})
            self.assertEqual(stack["tid"] is not None, stack["stack_by"] == "stack pointer")
        return rows

    def test_stacks_of_an_interpreter(self):
        with other_process(sys.executable, "-c", PYTHON_THREADS, ready=True) as process:
            rows = self.assert_stacks(process.pid)
            kinds = {row["kind"] for row in rows}
            self.assertLessEqual({"text", "rodata", "data", "bss", "heap", "stack", "lib-text", "lib-rodata",
                                  "lib-data", "guard", "anon", "vdso"}, kinds)
            libc = {row["kind"] for row in rows if (row["path"] or "").endswith("/libc.so.6")}
            self.assertEqual(libc, {"lib-text", "lib-rodata", "lib-data"})
            owners = {row["mapping"] for row in rows if row["kind"] == "bss"}
            self.assertIn("libc.so.6 [bss]", owners)
            self.assertEqual([row["mapping"] for row in rows if row["kind"] == "bss" and not has_bss(row, rows)], [])

    def test_other_memory_above_guard_pages_is_no_stack(self):
        with other_process(sys.executable, "-c", GUARDED, ready=True) as process:
            self.assert_stacks(process.pid)

    @need_root()
    def test_stacks_as_an_ordinary_user(self):
        with other_process(sys.executable, "-c", PYTHON_THREADS, user=NOBODY, ready=True) as process:
            self.assert_stacks(process.pid, nobody=True)

    def test_a_thread_stands_for_its_process(self):
        with Target() as target:
            for operand in (next(iter(target.threads)), f"/proc/{target.pid}", f"/proc/{target.pid}/"):
                done = ppmap().run("--json", operand, check=0)
                self.assertEqual(maps_view.document(done)["processes"][0]["pid"], target.pid)


class NoMemory(unittest.TestCase):
    def show(self, pid):
        process = maps_view.document(ppmap().run("--json", pid, check=0))["processes"][0]
        self.assertEqual(process["mappings"], [])
        for view in VIEWS:
            self.assertEqual(ppmap().run(*view, pid).returncode, 0, view)
        return process

    def assert_said(self, pid, sentence):
        """In place of an empty table; beside nulls in JSON; on stderr where the layout is another program's."""
        for view in ((), ("--by", "kind"), ("--limits",)):
            done = ppmap().run(*view, pid, check=0)
            self.assertRegex(done.stdout.decode(), rf"\A{pid}:   .*\n{sentence}\n\Z", view)
            self.assertEqual(done.stderr, b"")
        for view in (("-x",), ("-X",), ("--format", "csv")):
            self.assertRegex(ppmap().run(*view, pid, check=0).stderr.decode(), f"^ppmap: {pid}: {sentence}")
        for view in ((), ("--limits",), ("--by", "kind")):
            errors = maps_view.document(ppmap().run("--json", *view, pid, check=0))["errors"]
            self.assertEqual([(e["pid"], e["subject"], e["reason"]) for e in errors], [(pid, "maps", "no_memory")])

    def test_a_process_that_exits_has_lost_its_memory(self):
        fields = "R 1 7 7 0 -1 0" + " 0" * 43
        for statm in ("0 0 0 0 0 0 0", "9 9 9 9 9 9 9"):  # also when it goes while it is read
            with tempfile.TemporaryDirectory() as root:
                process = pathlib.Path(root, "7")
                process.mkdir()
                for name, text in (("stat", f"7 (late) {fields}\n"), ("statm", statm + "\n"), ("cmdline", ""), ("maps", ""),
                                   ("smaps", ""), ("status", "Name:\tlate\nState:\tR\nTgid:\t7\n")):
                    process.joinpath(name).write_text(text)
                for view in ((), ("--by", "kind"), ("--limits",)):
                    done = ppmap().run("--proc-root", root, *view, 7, check=0)
                    self.assertEqual((done.stdout, done.stderr),
                                     (b"7:   [late]\nit is exiting: its memory is gone\n", b""), view)
                document = maps_view.document(ppmap().run("--proc-root", root, "--json", 7, check=0))
                self.assertEqual([e["reason"] for e in document["errors"]], ["no_memory"])

    def test_zombies_have_none(self):
        with Target() as target:
            self.assert_said(target.zombie, f"a zombie: its memory is gone, its parent {target.pid} has not reaped it")
            process = self.show(target.zombie)
            self.assertEqual(process["state"], "Z")
            self.assertTrue(process["command"].endswith("<defunct>"))

    @unittest.skipUnless(os.path.exists("/proc/2") and not os.path.exists("/proc/2/exe"), "sees no kernel threads")
    def test_kernel_threads_have_none(self):
        self.assertEqual(self.show(2)["command"], "[kthreadd]")
        self.assert_said(2, "a kernel thread has no memory of its own")

    def test_a_leader_that_ended_before_its_threads_has_their_memory(self):
        with other_process(sys.executable, "-c", LEADER_ENDS, ready=True) as process:
            tid = max(map(int, os.listdir(f"/proc/{process.pid}/task")))
            while not any(line.startswith("State:\tZ") for line in open(f"/proc/{process.pid}/status")):
                time.sleep(0.001)
            for operand, remark in ((process.pid, f"its first thread has ended; .* thread {tid}"),
                                    (tid, f"is a thread of process {process.pid}")):
                done = ppmap().run("--json", operand, check=0)
                shown = maps_view.document(done)["processes"][0]
                self.assertEqual((shown["pid"], shown["state"]), (process.pid, "Z"))
                self.assertGreater(shown["rss_bytes"], 0)
                stacks = [row["tid"] for row in shown["mappings"] if row["kind"] == "thread-stack"]
                self.assertEqual(stacks, [tid])
                self.assertRegex(done.stderr.decode(), f"^ppmap: {operand}: {remark}")


class Lazy(unittest.TestCase):
    """Memory is reserved first, and resident when it has been written."""

    def measure(self, target):
        rows = maps_view.by_start(maps_view.mappings(ppmap().run("--json", target.pid, check=0)))
        row = rows[target.mappings["later"]["start"]]
        return row["size_bytes"], row["resident_bytes"], row["untouched_bytes"], row["touched_percent"]

    def line(self, target):
        start = f"{target.mappings['later']['start']:012x}"
        return next(line.split()[1:4] for line in ppmap().lines(target.pid) if line.startswith(start))

    def test_memory_shows_when_it_is_written(self):
        size = 100 << 20
        with Target() as target:
            self.assertEqual(self.measure(target), (size, 0, size, 0))
            self.assertEqual(self.line(target), ["100M", "0", "0.0%"])
            target.touch_later()
            self.assertEqual(self.measure(target), (size, size, 0, 100))
            self.assertEqual(self.line(target), ["100M", "100M", "100.0%"])


if __name__ == "__main__":
    runner.main()
