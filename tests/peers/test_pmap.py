#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap against the real pmap, on a process that stands still. Where pmap is wrong, against smaps itself."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

NOT_ADDITIVE = {"KernelPageSize", "MMUPageSize", "THPeligible", "ProtectionKey"}
# pmap's word for what has no path, or a path that it does not know.
ANON = "  [ anon ]"


class PeerTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.pmap, cls.ppmap = Tool("pmap"), Tool(built("ppmap"))
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def both(self, *arguments):
        """The lines of pmap and of ppmap, and smaps, all of one moment."""
        pid = self.target.pid
        (theirs, ours), kernel = procfiles.stable(
            pid, lambda: (self.pmap.lines(*arguments, pid), self.ppmap.lines(*arguments, pid)))
        return theirs, ours, kernel

    def assert_names(self, theirs, ours):
        """The same, but for the labels of what pmap calls [ anon ]."""
        for peer, own in zip(theirs, ours):
            if peer["name"] == ANON:
                self.assertRegex(own["name"], r"^  \[ anon \]$|^  (\[.+\]|anon_inode:.*)$|^\S.* \[bss\]$")
            elif peer["name"].endswith("zero (deleted)"):
                self.assertIn(own["name"], ("  [shared anon]", peer["name"]))
            else:
                self.assertEqual(own["name"], peer["name"])


@need_program("pmap")
class Rows(PeerTest):
    def narrow(self, layout, *arguments):
        theirs, ours, kernel = self.both(*arguments)
        peer_rows, own_rows = maps_view.narrow_rows(theirs, layout), maps_view.narrow_rows(ours, layout)
        self.assertGreater(len(peer_rows), 20)
        self.assertEqual(maps_view.without_names(own_rows), maps_view.without_names(peer_rows))
        self.assert_names(peer_rows, own_rows)
        self.assertEqual(len(ours), len(theirs))
        return theirs, ours, kernel

    def test_extended_is_the_same_row_for_row(self):
        theirs, ours, _ = self.narrow("-x", "-x")
        self.assertEqual([ours[0], ours[1], *ours[-2:]], [theirs[0], theirs[1], *theirs[-2:]])

    def test_extended_with_paths(self):
        self.narrow("-x", "-x", "-p")

    def test_device_is_the_same_row_for_row(self):
        theirs, ours, kernel = self.narrow("-d", "-d")
        self.assertEqual([ours[0], ours[1], ours[-1]], [theirs[0], theirs[1], theirs[-1]])
        writable = sum(m["Size"] for m in kernel if m["perms"][1] == "w" and m["perms"][3] == "p")
        shared = sum(m["Size"] for m in kernel if m["perms"][3] == "s")
        self.assertIn(f"writeable/private: {writable}K    shared: {shared}K", ours[-1])

    def test_device_with_paths(self):
        self.narrow("-d", "-d", "-p")

    def test_quiet_leaves_out_the_same_lines(self):
        for option in ("-x", "-d"):
            theirs, ours, _ = self.both(option, "-q")
            self.assertEqual(len(ours), len(theirs), option)
            self.assertEqual(ours[0], theirs[0])
        theirs, ours, _ = self.both("-q")
        self.assertEqual((ours[0], len(ours)), (theirs[0], len(theirs)))

    def test_the_default_view_has_the_mappings_of_pmap(self):
        for paths in ((), ("-p",)):
            theirs, ours, kernel = self.both(*paths)
            peer_rows = maps_view.narrow_rows(theirs, "plain")
            own_rows = [line.split(None, 7) for line in ours[2:2 + len(kernel)]]
            self.assertEqual([int(row[0], 16) for row in own_rows], [int(row["start"], 16) for row in peer_rows])
            letters = [re.sub("p$", "-", row[5]) + "-" for row in own_rows]
            self.assertEqual(letters, [row["mode"] for row in peer_rows])

    def test_sizes_in_bytes_are_those_of_pmap(self):
        pid = self.target.pid
        theirs = maps_view.narrow_rows(self.pmap.lines(pid), "plain")
        ours = maps_view.csv_rows(self.ppmap.run("--format", "csv", "-o", "start,size,perms", pid, check=0))
        self.assertEqual([(int(row["start"], 16), int(row["size_bytes"])) for row in ours],
                         [(int(row["start"], 16), int(row["size"]) * 1024) for row in theirs])


@need_program("pmap")
class Wide(PeerTest):
    def compare(self, option, *more):
        theirs, ours, kernel = self.both(option, *more)
        self.assertEqual(ours[1].split(), theirs[1].split())
        peer, own = maps_view.wide_rows(theirs), maps_view.wide_rows(ours)
        self.assertEqual(own[0], peer[0])
        self.assertEqual(own[1], peer[1])
        for key, total in own[2].items():
            self.assertEqual(total, "-" if key in NOT_ADDITIVE else str(procfiles.cells_sum(kernel, key)), key)
            if key not in NOT_ADDITIVE:
                self.assertEqual(total, peer[2][key], key)

    def test_more_columns_are_the_same(self):
        self.compare("-X")

    def test_all_columns_are_the_same(self):
        self.compare("-XX")

    def test_all_columns_with_paths(self):
        self.compare("-XX", "-p")

    def test_every_cell_is_the_kernels(self):
        ours, kernel = procfiles.stable(self.target.pid, lambda: self.ppmap.lines("-XX", self.target.pid))
        _, rows, _ = maps_view.wide_rows(ours)
        self.assertEqual(len(rows), len(kernel))
        for row, mapping in zip(rows, kernel):
            self.assertEqual(int(row["Address"], 16), mapping["start"])
            self.assertEqual((row["Perm"], int(row["Offset"], 16), row["Device"], int(row["Inode"])),
                             (mapping["perms"], mapping["offset"], mapping["device"], mapping["inode"]))
            for key in set(mapping) & set(row):
                self.assertEqual(int(row[key]), mapping[key], key)


@need_program("pmap")
class Ranges(PeerTest):
    def setUp(self):
        self.low = self.target.mappings["touched"]["start"]
        self.high = self.target.mappings["locked"]["start"]

    def ranges(self):
        inside = self.low + 4096
        return [f"{self.low:x}", f"{inside:x}", f"0x{self.low:x}", f"{self.low:x},", f"{self.low:x},{self.high:x}",
                f",{self.low:x}", f"{inside:x},{self.high - 1:x}", f"{self.high:x},{self.high:x}"]

    def test_ranges_choose_the_rows_of_pmap(self):
        for given in self.ranges():
            for option in ("-x", "-d"):
                theirs, ours, _ = self.both(option, "-A", given)
                rows = [maps_view.without_names(maps_view.narrow_rows(lines, option)) for lines in (theirs, ours)]
                self.assertEqual(rows[1], rows[0], f"{option} -A {given}")
                self.assertTrue(rows[1])

    def test_totals_of_a_range_are_the_sums_of_its_rows(self):
        for given in self.ranges():
            lines = self.ppmap.lines("-x", "-A", given, self.target.pid)
            rows = maps_view.narrow_rows(lines, "-x")
            sums = [sum(int(row[key]) for row in rows) for key in ("size", "rss", "dirty")]
            self.assertEqual(list(map(int, lines[-1].split()[2:])), sums, given)

    def test_more_columns_know_ranges(self):
        for option in ("-X", "-XX"):
            lines = self.ppmap.lines(option, "-A", f"{self.low:x},{self.high - 1:x}", self.target.pid)
            _, rows, totals = maps_view.wide_rows(lines)
            self.assertEqual([int(row["Address"], 16) for row in rows],
                             [self.low, self.target.mappings["huge"]["start"]])
            self.assertEqual(int(totals["Rss"]), sum(int(row["Rss"]) for row in rows))


@need_program("pmap")
class Operands(PeerTest):
    def titles(self, lines):
        return [line for line in lines if re.match(r"\d+:   ", line)]

    def test_order_and_repetition_stay(self):
        target = self.target
        operands = [target.rewriter, target.pid, f"/proc/{target.child}", target.pid]
        theirs, ours = self.titles(self.pmap.lines(*operands)), self.titles(self.ppmap.lines(*operands))
        self.assertEqual(ours, theirs)
        self.assertEqual([int(line.split(":")[0]) for line in ours],
                         [target.rewriter, target.pid, target.child, target.pid])

    def test_a_thread_stands_for_its_process(self):
        tid = next(iter(self.target.threads))
        self.assertEqual(self.titles(self.ppmap.lines("-x", tid)), self.titles(self.pmap.lines("-x", tid)))

    def test_zombies_and_kernel_threads(self):
        for pid in (self.target.zombie, 2):
            if not os.path.exists(f"/proc/{pid}"):
                continue
            for option in ("-x", "-d", "-X", "-XX"):
                theirs, ours = self.pmap.run(option, pid), self.ppmap.run(option, pid)
                own, peer = ours.stdout.split(b"\n"), theirs.stdout.split(b"\n")
                self.assertEqual((own[1:], ours.returncode), (peer[1:], theirs.returncode), option)
                # A hostile name is written differently.
                self.assertEqual(own[0].endswith(b"] <defunct>"), peer[0].endswith(b"] <defunct>"))


@need_program("pmap")
class ExitCodes(PeerTest):
    def compare(self, expected, *operands, nobody=False):
        for option in ((), ("-x",), ("-d",), ("-X",)):
            theirs = self.pmap.run(*option, *operands, nobody=nobody and os.geteuid() == 0)
            ours = self.ppmap.run(*option, *operands, nobody=nobody and os.geteuid() == 0)
            self.assertEqual((ours.returncode, theirs.returncode), (expected, expected), (option, ours.stderr))

    def test_success(self):
        self.compare(0, self.target.pid, self.target.child)

    def test_missing(self):
        with gone_pid() as gone:
            self.compare(42, gone)
            self.compare(42, self.target.pid, gone)
            self.compare(42, gone, gone)

    @need_root()
    def test_another_users(self):
        with other_process("sleep", "100", user=65534) as mine, gone_pid() as gone:
            self.compare(1, self.target.pid, nobody=True)
            self.compare(1, mine.pid, self.target.pid, nobody=True)
            self.compare(43, self.target.pid, gone, nobody=True)
            self.compare(43, gone, mine.pid, self.target.pid, nobody=True)

    def test_no_operand_and_no_number_are_failures_of_both(self):
        for operands in ((), ("abc",), ("12x",)):
            self.assertNotEqual(self.pmap.run(*operands).returncode, 0)
            self.assertNotEqual(self.ppmap.run(*operands).returncode, 0)


class Sums(PeerTest):
    """Against the kernel's own sums."""

    def measure(self, pid):
        done, kernel = procfiles.stable(pid, lambda: self.ppmap.run("--json", pid, check=0))
        return maps_view.document(done)["processes"][0], kernel

    def test_resident_memory(self):
        for pid in self.target.group:
            process, kernel = self.measure(pid)
            rss = process["totals"]["rss_bytes"]
            self.assertEqual(rss, sum(row["rss_bytes"] for row in process["mappings"]))
            self.assertEqual(rss, procfiles.cells_sum(kernel, "Rss") * 1024)
            self.assertEqual(rss, procfiles.status(pid)["VmRSS"] * 1024)
            self.assertEqual(rss, procfiles.rollup(pid)["Rss"] * 1024)
            self.assertEqual(rss, process["rss_bytes"])

    def test_private_memory(self):
        for pid in self.target.group:
            process, _ = self.measure(pid)
            rollup = procfiles.rollup(pid)
            self.assertEqual(process["totals"]["uss_bytes"], (rollup["Private_Clean"] + rollup["Private_Dirty"]) * 1024)

    def test_proportional_memory(self):
        for pid in self.target.group:
            process, kernel = self.measure(pid)
            difference = procfiles.rollup(pid)["Pss"] * 1024 - process["totals"]["pss_bytes"]
            # Each mapping's PSS is cut to whole KiB.
            self.assertIn(difference, range(0, len(kernel) * 1024))

    def test_reserved_memory(self):
        process, kernel = self.measure(self.target.pid)
        vsyscall = sum(m["Size"] for m in kernel if m["name"] == "[vsyscall]")
        self.assertEqual(process["totals"]["size_bytes"] - vsyscall * 1024,
                         procfiles.status(self.target.pid)["VmSize"] * 1024)
        self.assertEqual(process["vsz_bytes"], procfiles.status(self.target.pid)["VmSize"] * 1024)

    def test_every_sum_is_that_of_the_kernels_column(self):
        process, kernel = self.measure(self.target.pid)
        for ours, key in {"private_dirty": "Private_Dirty", "shared_clean": "Shared_Clean", "anonymous": "Anonymous",
                          "referenced": "Referenced", "locked": "Locked", "anon_huge_pages": "AnonHugePages",
                          "swap": "Swap", "pss_dirty": "Pss_Dirty", "lazy_free": "LazyFree"}.items():
            if key in kernel[0]:
                self.assertEqual(process["totals"][f"{ours}_bytes"], procfiles.cells_sum(kernel, key) * 1024, key)


if __name__ == "__main__":
    runner.main()
