#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pstat on sums: what groups and trees show, in which order, of which processes; and what has no sum."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

EXIT_NOTHING, EXIT_USAGE, EXIT_PARTIAL = 1, 2, 3
KERNEL_THREADS = os.path.exists("/proc/2/stat") and not os.path.exists("/proc/2/exe")
need_kernel_threads = unittest.skipUnless(KERNEL_THREADS, "no kernel threads are shown here")

# Has a child until a line comes.
PARENT = """
import subprocess
child = subprocess.Popen(["sleep", "100"])
print(flush=True)
input()
child.kill()
"""


def pstat():
    return Tool(built("pstat"))


def document(*arguments, **options):
    return maps_view.document(pstat().run("-J", *arguments, **options))


class Groups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)
        cls.pids = ",".join(map(str, cls.target.group))
        # A machine may have all of its processes in one session, which would leave nothing to order.
        other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        cls.addClassCleanup(other.wait)
        cls.addClassCleanup(other.kill)

    def groups(self, *arguments):
        return document("--group-by", "session", "-o", "nlwp,rss", *arguments, "-e")["processes"]

    def test_orders_by_any_column_of_groups(self):
        for key in ("sid", "processes", "nlwp"):
            found = [row[key] for row in self.groups("--sort", key)]
            self.assertEqual(found, sorted(found), key)
            self.assertGreater(len(found), 1)
        for name, key in (("-rss", "rss_overlapping_bytes"), ("-session", "sid")):
            found = [row[key] or 0 for row in self.groups("--sort", name)]
            self.assertEqual(found, sorted(found, reverse=True), name)

    def test_orders_by_several(self):
        found = [(-row["processes"], row["sid"]) for row in self.groups("--sort", "-processes,sid")]
        self.assertEqual(found, sorted(found))

    def test_an_order_that_groups_do_not_have_is_refused(self):
        for key in ("comm", "nosuch", "pss"):
            done = pstat().run("--group-by", "user", "-o", "rss", "--sort", key)
            self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""), key)
            self.assertIn(b"it has user, processes, rss, denied", done.stderr)

    def test_columns_that_have_no_sum_are_refused(self):
        done = pstat().run("--group-by", "user", "-o", "pss,comm")
        self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""))
        self.assertIn(b"'comm' cannot be summed up", done.stderr)
        self.assertEqual(pstat().run("--group-by", "comm", "-o", "comm,rss", self.pids).returncode, 0)
        self.assertEqual(pstat().run("aux", "--group-by", "comm").returncode, 0)

    def test_memory_is_what_they_are_asked_for(self):
        heading = pstat().lines("--group-by", "user", "-p", self.pids)[0].split()
        self.assertEqual(heading, ["USER", "PROCS", "PSS", "USS", "SWAP", "RSS*", "TIME", "DENIED"])

    @schema.need_validator
    def test_numbers_stay_numbers_and_no_key_is_none(self):
        check = schema.validator(pstat(), "schema")
        for key in ("session", "container", "exe", "user"):
            check.validate(document("-e", "--group-by", key, "-o", "nlwp"))

    @need_root()
    @need_kernel_threads
    def test_what_has_no_key_is_a_group_of_its_own(self):
        found = document("--group-by", "exe", "-o", "nlwp", "-p", f"2,{self.target.pid}")["processes"]
        self.assertEqual([row["exe"] is None for row in found], [False, True])
        found = document("--group-by", "exe", "-o", "nlwp", "-p", f"2,{self.target.pid}", nobody=True)["processes"]
        self.assertTrue(all(row["exe"] is None for row in found))


class Trees(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def test_memory_is_what_they_are_asked_for(self):
        heading = pstat().lines("--tree", self.target.pid)[0].split()
        for name in ("PID", "PSS", "+PSS", "USS", "+USS", "SWAP", "+SWAP", "CPU%", "+CPU%", "COMMAND"):
            self.assertIn(name, heading)

    @schema.need_validator
    def test_shares_and_rates_add_up_to_more_than_whole_numbers(self):
        schema.validator(pstat(), "schema").validate(document("--tree", "-o", "pid,cpu,min_flt_rate"))

    @need_program("strace")
    @need_root()
    def test_only_members_are_looked_into(self):
        done = subprocess.run(["strace", "-f", "-e", "trace=openat", built("pstat"), "--tree", str(self.target.pid),
                               "-o", "pid,pss"], capture_output=True, check=False, timeout=120)
        opened = [line for line in done.stderr.decode(errors="replace").splitlines() if "smaps_rollup" in line]
        self.assertIn(len(opened), range(3, 5))

    def test_those_outside_are_not_counted_as_denied(self):
        with other_process("sleep", "100") as process:
            done = pstat().run("--tree", process.pid, "-o", "pid,pss", check=0)
        self.assertEqual(done.stderr, b"")

    def test_one_that_is_gone_is_told(self):
        with gone_pid() as gone:
            found = document("--tree", gone, "-o", "pid,rss", check=EXIT_NOTHING)
        self.assertEqual(found["processes"], [])
        self.assertEqual([(e["pid"], e["reason"]) for e in found["errors"]], [(gone, "gone")])

    def test_a_selection_leaves_members_out(self):
        found = document("--tree", self.target.pid, "-o", "pid", "-p", self.target.child)["processes"]
        self.assertEqual([row["pid"] for row in found], [self.target.child])


@need_root()
class NoFigures(unittest.TestCase):
    @need_kernel_threads
    def test_a_footprint_of_what_has_no_memory_is_none(self):
        with Target() as target:
            found = document("--footprint", 2, target.pid, target.zombie, check=0)
        blank = {row["pid"]: row["resident_bytes"] is None for row in found["processes"]}
        self.assertEqual(blank, {2: True, target.pid: False, target.zombie: True})
        self.assertEqual(found["errors"], [])

    def test_a_document_of_errors_where_nothing_may_be_read(self):
        with other_process("sleep", "100") as process:
            found = document("--footprint", process.pid, nobody=True, check=EXIT_NOTHING)
        self.assertEqual([error["reason"] for error in found["errors"]], ["denied"])
        with gone_pid() as gone:
            found = document("--footprint", gone, check=EXIT_NOTHING)
            self.assertEqual([error["pid"] for error in found["errors"]], [gone])
            found = document("--cow", gone, check=EXIT_NOTHING)
            self.assertEqual([error["pid"] for error in found["errors"]], [gone])

    def test_workers_without_memory_share_none(self):
        with Target() as target:
            found = document("--cow", target.pid, check=0)
        workers = {row["pid"]: row for row in found["samples"][0]["workers"]}
        self.assertIsNone(workers[target.zombie]["shared_bytes"])
        self.assertIsNotNone(workers[target.child]["shared_bytes"])

    @need_kernel_threads
    def test_a_parent_without_memory_has_not_ended(self):
        done = pstat().run("--cow", 2)
        self.assertEqual(done.returncode, EXIT_NOTHING)
        self.assertIn(b"process 2: it has no memory to share", done.stderr)

    def test_a_process_that_is_always_denied_is_told_once(self):
        with other_process(sys.executable, "-c", PARENT, ready=True) as process:
            found = document("--cow", process.pid, "-d", "0.05", "-n", "3", nobody=True, check=EXIT_PARTIAL)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.wait(60)
        self.assertEqual(len(found["samples"]), 3)
        self.assertEqual(len(found["errors"]), 1)


class Streams(unittest.TestCase):
    def test_a_named_process_that_is_not_there_is_told_once(self):
        with gone_pid() as gone:
            done = pstat().run("-J", "-d", "0.02", "-n", "4", "-o", "pid", gone, os.getpid(), check=EXIT_PARTIAL)
            self.assertEqual(len(maps_view.document(done)["samples"]), 4)
            self.assertEqual([error["pid"] for error in maps_view.document(done)["errors"]], [gone])
            self.assertEqual(done.stderr.decode(), f"pstat: process {gone}: no such process\n")

    def test_every_sample_has_the_memory_of_the_machine(self):
        document = maps_view.document(pstat().run("-J", "--system", "-d", "0.02", "-n", "3", "-o", "pid", os.getpid(),
                                                  check=0))
        self.assertNotIn("mem_total_bytes", document)
        self.assertEqual(len(document["samples"]), 3)
        if schema.jsonschema:
            schema.validator(pstat(), "schema-stream").validate(document)
        for sample in document["samples"]:
            self.assertGreater(sample["mem_available_bytes"], 0)
            self.assertIsNotNone(sample["page_faults_per_second"])
        lines = pstat().lines("--system", "-d", "0.02", "-n", "2", "-o", "pid", os.getpid())
        self.assertEqual(sum(line.startswith("memory ") for line in lines), 2)


class Refusals(unittest.TestCase):
    def refused(self, *arguments):
        done = pstat().run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""), arguments)
        return done.stderr

    def test_what_would_have_no_effect(self):
        self.assertIn(b"--system goes with neither", self.refused("--footprint", "--system", os.getpid()))
        self.assertIn(b"--system goes with neither", self.refused("--cow", os.getpid(), "--system"))
        self.assertIn(b"does not go with csv", self.refused("--system", "--format", "csv"))

    def test_a_filter_that_is_none_of_a_footprint_too(self):
        self.assertIn(b"no column is called 'nosuch'", self.refused("--footprint", "-e", "--filter", "nosuch > 1"))


if __name__ == "__main__":
    runner.main()
