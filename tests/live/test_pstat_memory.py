#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pstat --footprint and --cow, against frames counted here from the kernel's pagemap and kpagecount."""

import collections
import json
import os
import re
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_root  # noqa: E402

MIB = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
PRESENT, SWAPPED, FRAME = 1 << 63, 1 << 62, (1 << 55) - 1
WORKERS = 3
# A parent with 32 MiB of its own, and workers that write so many MiB of it as their line of input says.
POOL = """
import mmap, os, sys
memory = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
memory.write(b"p" * len(memory))
fresh = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
fresh.madvise(mmap.MADV_NOHUGEPAGE)
pipes, answer = [], os.pipe()
for number in range(int(sys.argv[1])):
    order = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(order[1])
        at = new = 0
        os.write(answer[1], b".")
        while command := os.read(order[0], 2):
            area = memory if command[:1] == b"w" else fresh
            for _ in range(command[1] * (1 << 20) // mmap.PAGESIZE):
                if area is memory:
                    area[at] = 1
                    at += mmap.PAGESIZE
                else:
                    area[new] = 1
                    new += mmap.PAGESIZE
            os.write(answer[1], b".")
        os._exit(0)
    os.close(order[0])
    os.read(answer[0], 1)
    pipes.append((pid, order[1]))
print(*[pid for pid, _ in pipes], flush=True)
for line in sys.stdin:
    worker, what, size = line.split()
    os.write(pipes[int(worker)][1], what.encode() + bytes([int(size)]))
    os.read(answer[0], 1)
    print(flush=True)
"""


def pstat():
    return Tool(built("pstat"))


def frames(pid):
    """Frame numbers of a process's pages, and how many pages are in swap."""
    found, swapped = [], 0
    with open(f"/proc/{pid}/pagemap", "rb", buffering=0) as file:
        for mapping in procfiles.smaps(pid):
            if mapping["name"] == "[vsyscall]":
                continue
            count = (mapping["end"] - mapping["start"]) // PAGE
            text = os.pread(file.fileno(), count * 8, mapping["start"] // PAGE * 8)
            for entry, in struct.iter_unpack("<Q", text):
                if entry & PRESENT:
                    found.append(entry & FRAME)
                elif entry & SWAPPED:
                    swapped += 1
    return found, swapped


def mapped(wanted):
    """How often each frame is mapped, by any process."""
    with open("/proc/kpagecount", "rb", buffering=0) as file:
        return {frame: struct.unpack("<Q", os.pread(file.fileno(), 8, frame * 8))[0] for frame in wanted}


def may_see_frames():
    return os.geteuid() == 0 and os.path.exists("/proc/kpagecount")


class Pool:
    """A parent and its forked workers."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, "-c", POOL, str(WORKERS)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        self.pid = self._process.pid
        self.workers = [int(word) for word in self._process.stdout.readline().split()]

    def order(self, worker, what, mebibytes):
        self._process.stdin.write(f"{worker} {what} {mebibytes}\n".encode())
        self._process.stdin.flush()
        self._process.stdout.readline()

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Footprint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def measure(self, *arguments, check=0, **options):
        done = pstat().run("-J", "--footprint", *arguments, check=check, **options)
        return maps_view.document(done), done.stderr.decode()

    def counted(self, pids):
        """The set's frames with how many of the set's mappings each has, and each process's own."""
        own = {pid: frames(pid)[0] for pid in pids}
        return collections.Counter(frame for pages in own.values() for frame in pages), own

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_a_closed_group_is_its_frames_each_once(self):
        for pids in ([self.target.pid], self.target.group):
            for _ in range(20):
                before, own = self.counted(pids)
                document, _ = self.measure(*pids)
                if self.counted(pids)[0] == before:
                    break
            self.assertTrue(document["exact"])
            self.assertEqual(document["unsettled_bytes"], 0)
            self.assertEqual(document["resident_bytes"], len(before) * PAGE)
            everywhere = mapped(before)
            outside = sum(1 for frame, count in before.items() if everywhere[frame] > count)
            self.assertEqual(document["shared_outside_bytes"], outside * PAGE)
            sharers = collections.Counter(frame for pages in own.values() for frame in set(pages))
            several = sum(1 for frame, count in sharers.items() if count > 1)
            self.assertEqual(document["shared_inside_bytes"], several * PAGE)
            self.assertEqual(document["resident_bytes"],
                             sum(document[f"{key}_bytes"] for key in ("freed", "cached", "shmem", "shared_outside")))
            rows = {row["pid"]: row for row in document["processes"]}
            for pid, pages in own.items():
                self.assertEqual(rows[pid]["resident_bytes"], len(set(pages)) * PAGE, pid)

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_of_a_closed_group_all_proportional_shares_are_the_whole(self):
        document, _ = self.measure(*self.target.group)
        shares = sum(procfiles.rollup(pid)["Pss"] * 1024 for pid in self.target.group)
        # Pages of the kernel are in no one's share; the program's file is the target's alone.
        self.assertLess(abs(document["resident_bytes"] - shares), 64 * 1024)

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_what_is_freed_is_what_is_private_to_the_set(self):
        alone = self.measure(self.target.rewriter)[0]
        together = self.measure(*self.target.group)[0]
        # The rewriter has 4 MiB that it copied; all of them also free what they share.
        self.assertGreaterEqual(alone["freed_bytes"], 4 * MIB)
        self.assertLess(alone["freed_bytes"], 5 * MIB)
        self.assertGreaterEqual(together["freed_bytes"], (8 + 16 + 1 + 4) * MIB)
        # Shared objects outlive their mappings: they are kept.
        self.assertGreaterEqual(together["shmem_bytes"], (4 + 1) * MIB)

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_a_tree_is_its_members(self):
        document, _ = self.measure("--tree", self.target.pid, check=None)
        self.assertEqual({row["pid"] for row in document["processes"]} - {self.target.zombie}, set(self.target.group))
        self.assertEqual(document["resident_bytes"], self.measure(*self.target.group)[0]["resident_bytes"])

    @need_root()
    def test_an_ordinary_user_gets_bounds_that_hold_the_truth(self):
        program = "import time\nx = bytearray(b'x') * (8 << 20)\nprint(flush=True)\ntime.sleep(1000)"
        with other_process("/usr/bin/python3", "-c", program, user=NOBODY, ready=True) as one, \
                other_process("/usr/bin/python3", "-c", program, user=NOBODY, ready=True) as two:
            exact, _ = self.measure(one.pid, two.pid)
            bounds, complaint = self.measure(one.pid, two.pid, nobody=True)
        self.assertIs(exact["exact"], True)
        self.assertIs(bounds["exact"], False)
        self.assertIn("bounds", complaint)
        self.assertEqual(complaint.count("\n"), 1)
        for name, truth in {"resident": exact["resident_bytes"], "freed": exact["freed_bytes"],
                            "swap": exact["swap_bytes"]}.items():
            low, high = bounds[f"{name}_least_bytes"], bounds[f"{name}_most_bytes"]
            # Pages that the process mapped between the two runs.
            self.assertLessEqual(low, truth + 64 * 1024, name)
            self.assertGreaterEqual(high, truth - 64 * 1024, name)
        self.assertGreaterEqual(bounds["freed_least_bytes"], 8 * MIB)

    @need_root()
    def test_an_ordinary_user_is_told_what_is_left_out(self):
        with other_process("sleep", "100", user=NOBODY) as mine:
            document, complaint = self.measure(mine.pid, self.target.pid, nobody=True, check=3)
        self.assertEqual([(e["pid"], e["reason"]) for e in document["errors"]], [(self.target.pid, "denied")])
        self.assertRegex(complaint, "1 of 2 processes could not be read")

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_a_process_that_may_not_be_looked_into_is_named_and_left_out(self):
        # Since Linux 6.16 who may see frames may look into every process, but for those that a machine hides.
        # Before, a root that gave up the right to trace may see frames and not look into others.
        command = ["setpriv", "--bounding-set=-sys_ptrace,-perfmon", "--"]
        with other_process("sleep", "100", user=NOBODY) as other:
            hidden = next((pid for pid in (other.pid, 1) if subprocess.run(
                [*command, "head", "-c", "1", f"/proc/{pid}/maps"], capture_output=True, check=False).returncode), None)
            if hidden is None:
                self.skipTest("this kernel lets who sees frames look into every process")
            done = subprocess.run([*command, built("pstat"), "-J", "--footprint", str(os.getpid()), str(hidden)],
                                  capture_output=True, check=False)
        document = json.loads(done.stdout)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIs(document["exact"], True)
        self.assertEqual([(e["pid"], e["reason"]) for e in document["errors"]], [(hidden, "denied")])
        self.assertGreater(document["resident_bytes"], MIB)
        self.assertIn(b"1 of 2 processes could not be read", done.stderr)

    @unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
    def test_shared_memory_without_a_file_ends_with_its_process(self):
        program = "import mmap,time\nm = mmap.mmap(-1, 16 << 20)\nm.write(b'x' * len(m))\nprint(flush=True)\ntime.sleep(99)"
        with other_process("/usr/bin/python3", "-c", program, ready=True) as process:
            document, _ = self.measure(process.pid)
        self.assertGreaterEqual(document["freed_bytes"], 16 * MIB)
        self.assertLess(document["shmem_bytes"], MIB)

    def test_one_that_was_named_and_is_gone_is_told(self):
        with gone_pid() as gone:
            document, complaint = self.measure(self.target.pid, gone, check=3)
        self.assertIn((gone, "gone"), [(e["pid"], e["reason"]) for e in document["errors"]])
        self.assertIn(f"process {gone}: no such process", complaint)

    def test_what_it_cannot_be_asked(self):
        self.assertEqual(pstat().run("--footprint").returncode, 2)
        self.assertEqual(pstat().run("--footprint", "-d", "1", os.getpid()).returncode, 2)
        with gone_pid() as gone:
            self.assertEqual(pstat().run("--footprint", gone).returncode, 1)


@unittest.skipUnless(may_see_frames(), "needs root, and frame numbers")
class CopyOnWrite(unittest.TestCase):
    def workers(self, pool, *arguments):
        document = maps_view.document(pstat().run("-J", "--cow", pool.pid, *arguments, check=0))
        self.assertIs(document["samples"][0]["exact"], True)
        return {row["pid"]: row for row in document["samples"][0]["workers"]}

    def assert_close(self, value, expected, what):
        # The interpreter itself writes a little: reference counts.
        self.assertLess(abs(value - expected), MIB, what)

    def test_what_a_worker_writes_is_copied(self):
        with Pool() as pool:
            before = self.workers(pool)
            self.assertEqual(set(before), set(pool.workers))
            for row in before.values():
                self.assertGreaterEqual(row["shared_bytes"], 32 * MIB)
            pool.order(0, "w", 8)
            pool.order(1, "w", 3)
            after = self.workers(pool)
            for number, written in enumerate((8, 3, 0)):
                pid = pool.workers[number]
                self.assert_close(after[pid]["copied_bytes"] - before[pid]["copied_bytes"], written * MIB, number)
                self.assert_close(before[pid]["shared_bytes"] - after[pid]["shared_bytes"], written * MIB, number)
                self.assertGreaterEqual(after[pid]["copied_bytes"] - before[pid]["copied_bytes"], written * MIB)
            shares = [after[pid]["still_shared_percent"] for pid in pool.workers]
            self.assertLess(shares[0], shares[1])
            self.assertLess(shares[1], shares[2])

    def test_what_the_parent_never_had_is_fresh(self):
        with Pool() as pool:
            before = self.workers(pool)
            pool.order(2, "f", 5)
            after = self.workers(pool)
            pid = pool.workers[2]
            self.assert_close(after[pid]["fresh_bytes"] - before[pid]["fresh_bytes"], 5 * MIB, "fresh")
            self.assert_close(after[pid]["copied_bytes"], before[pid]["copied_bytes"], "copied")

    def test_every_anonymous_page_is_one_of_them(self):
        with Pool() as pool:
            row = self.workers(pool)[pool.workers[0]]
            resident = sum(row[f"{key}_bytes"] for key in ("shared", "copied", "shared_others", "fresh"))
            self.assert_close(resident, procfiles.status(row["pid"])["RssAnon"] * 1024, "resident")

    def test_erosion_is_what_is_copied_in_a_second(self):
        with Pool() as pool:
            process = subprocess.Popen([built("pstat"), "--cow", str(pool.pid), "-d", "0.5", "--format", "jsonl"],
                                       stdout=subprocess.PIPE, text=True)
            try:
                samples = self.read_samples(process, 1)
                pool.order(0, "w", 10)
                samples += self.read_samples(process, 2)
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
        key = next(key for key in samples[0][1][0] if key.startswith("erosion"))
        self.assertTrue(all(row[key] is None for row in samples[0][1]))
        copied = 0
        for before, after in zip(samples, samples[1:]):
            elapsed = (after[0]["sample_time_ns"] - before[0]["sample_time_ns"]) / 1e9
            copied += next(row[key] for row in after[1] if row["pid"] == pool.workers[0]) * elapsed
        self.assert_close(copied, 10 * MIB, "copied at its rate")

    @staticmethod
    def read_samples(process, count):
        samples = []
        while len(samples) < count or len(samples[-1][1]) < WORKERS:
            record = json.loads(process.stdout.readline())
            if record["record"] == "sample":
                samples.append((record, []))
            elif record["record"] == "worker":
                samples[-1][1].append(record)
        return samples


class Partial(unittest.TestCase):
    """Sums that are not the whole say so."""

    @need_root()
    def test_groups_and_trees_count_who_is_missing(self):
        with other_process("sleep", "100", user=NOBODY) as mine:
            pids = ("-p", f"{mine.pid},{os.getpid()}")
            rows = maps_view.document(pstat().run("-J", "--group-by", "comm", "-o", "pss,rss", *pids, nobody=True))["processes"]
            self.assertEqual(sum(row["denied"] for row in rows), 1)
            self.assertEqual({row["denied"] for row in rows if row["comm"] == "sleep"}, {0})
            tree = maps_view.document(pstat().run("-J", "--tree", os.getpid(), "-o", "pid,pss", nobody=True))["processes"]
            counts = {row["pid"]: row["tree_denied"] for row in tree}
            self.assertGreaterEqual(counts[os.getpid()], 1)
            self.assertEqual(counts[mine.pid], 0)


@schema.need_validator
class Schemas(unittest.TestCase):
    def validate(self, which, *arguments, **options):
        document = maps_view.document(pstat().run("-J", *arguments, **options))
        schema.validator(pstat(), which).validate(document)
        self.assertLessEqual(set(document), set(schema.validator(pstat(), which).schema["properties"]))
        return document

    def test_footprints_keep_to_theirs(self):
        with Target() as target:
            self.assertTrue(self.validate("schema-footprint", "--footprint", *target.group)["processes"])

    @need_root()
    def test_bounds_keep_to_theirs(self):
        with other_process("/usr/bin/python3", "-c", POOL, "2", user=NOBODY, ready=True) as parent:
            bounds = self.validate("schema-footprint", "--footprint", parent.pid, nobody=True)
            self.assertIs(bounds["exact"], False)
            self.validate("schema-cow", "--cow", parent.pid, nobody=True)

    def test_workers_keep_to_theirs(self):
        with Pool() as pool:
            document = self.validate("schema-cow", "--cow", pool.pid, "-d", "0.1", "-n", "2")
        self.assertEqual(len(document["samples"]), 2)


class CopyOnWriteBounds(unittest.TestCase):
    @need_root()
    def test_an_ordinary_user_gets_bounds(self):
        with other_process("/usr/bin/python3", "-c", POOL, "2", user=NOBODY, ready=True) as parent:
            exact = maps_view.document(pstat().run("-J", "--cow", parent.pid, check=0))["samples"][0]
            done = pstat().run("-J", "--cow", parent.pid, nobody=True, check=0)
        bounds = maps_view.document(done)["samples"][0]
        self.assertIs(bounds["exact"], False)
        self.assertIn(b"bounds", done.stderr)
        for row, truth in zip(bounds["workers"], exact["workers"]):
            self.assertEqual(row["pid"], truth["pid"])
            self.assertGreaterEqual(row["shared_most_bytes"] + 64 * 1024, truth["shared_bytes"])
            self.assertGreaterEqual(row["private_bytes"] + 64 * 1024, truth["copied_bytes"])

    def test_a_process_that_is_not_there(self):
        with gone_pid() as gone:
            done = pstat().run("--cow", gone)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(re.search(rb"no such process", done.stderr))


if __name__ == "__main__":
    runner.main()
