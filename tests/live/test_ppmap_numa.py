#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --numa against the kernel's numa_maps and numastat, and on the text of a machine of two nodes."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

need_numa = unittest.skipUnless(os.path.exists("/proc/self/numa_maps"), "this kernel has no NUMA")
STAT = "7 (twonode) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4096 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 5\n"
MAPS = """7f0000000000-7f0000200000 rw-p 00000000 00:00 0
7f1000000000-7f1000600000 rw-p 00000000 00:10 77                         /anon_hugepage (deleted)
7f2000000000-7f2000001000 rw-p 00000000 00:00 0
"""
NUMA_MAPS = """7f0000000000 interleave:0-1 anon=512 dirty=512 active=0 N0=384 N1=128 kernelpagesize_kB=4
7f1000000000 prefer (many):0-1 file=/anon_hugepage\\040(deleted) huge anon=3 dirty=3 N1=3 kernelpagesize_kB=2048
"""


def ppmap():
    return Tool(built("ppmap"))


def document(*arguments):
    return maps_view.document(ppmap().run("--numa", "--json", *arguments, check=0))["processes"][0]


def counted(pid):
    """Bytes by start and node, read here."""
    rows = {}
    for line in pathlib.Path(f"/proc/{pid}/numa_maps").read_text().splitlines():
        words = line.split()
        page = next((int(word.split("=")[1]) * 1024 for word in words if word.startswith("kernelpagesize_kB=")), 4096)
        nodes = dict(re.fullmatch(r"N(\d+)=(\d+)", word).groups() for word in words if re.fullmatch(r"N\d+=\d+", word))
        rows[int(words[0], 16)] = {int(node): int(pages) * page for node, pages in nodes.items()}
    return rows


@need_numa
class OnThisMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()

    @classmethod
    def tearDownClass(cls):
        cls.target.close()

    def test_each_mapping_and_node_is_as_in_numa_maps(self):
        process = document(self.target.pid)
        rows = maps_view.by_start(process["mappings"])
        expected = counted(self.target.pid)
        for start, nodes in expected.items():
            self.assertEqual(rows[start]["on_nodes_bytes"], sum(nodes.values()))
            for node, size in nodes.items():
                self.assertEqual(rows[start][f"n{node}_bytes"], size)
        for start in set(rows) - set(expected):
            self.assertIsNone(rows[start]["on_nodes_bytes"])
        self.assertEqual(process["totals"]["n0_bytes"], sum(nodes.get(0, 0) for nodes in expected.values()))

    @need_root()
    @need_program("numastat")
    def test_numastat_has_the_same_totals(self):
        out = subprocess.run(["numastat", "-p", str(self.target.pid)], stdout=subprocess.PIPE, check=True).stdout.decode(errors="replace")
        total = next(line for line in out.splitlines() if line.startswith("Total"))
        megabytes = float(total.split()[-1])
        self.assertAlmostEqual(document(self.target.pid)["totals"]["on_nodes_bytes"] / (1 << 20), megabytes, delta=0.02)

    @schema.need_validator
    def test_the_document_keeps_to_its_schema(self):
        done = ppmap().run("--numa", "--json", self.target.pid, check=0)
        schema.validator(ppmap(), "schema-numa").validate(maps_view.document(done))

    def test_table_groups_filter_and_order(self):
        text = ppmap().run("--numa", "--filter", "on_nodes >= 8M", "--sort", "-on_nodes", self.target.pid, check=0).stdout.decode()
        starts = [int(line.split()[0], 16) for line in text.splitlines()[2:] if re.match(r"[0-9a-f]{12} ", line)]
        expected = {start: sum(nodes.values()) for start, nodes in counted(self.target.pid).items()}
        self.assertEqual([expected[start] for start in starts],
                         sorted((size for size in expected.values() if size >= 8 << 20), reverse=True))
        groups = document("--by", "kind", self.target.pid)["groups"]
        self.assertEqual(sum(group["on_nodes_bytes"] or 0 for group in groups), sum(expected.values()))


class OfTwoNodes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pageloupe-numa-")
        self.addCleanup(self.folder.cleanup)
        for name, text in (("stat", STAT), ("statm", "2000 1000 0 0 0 0 0\n"), ("maps", MAPS), ("numa_maps", NUMA_MAPS),
                           ("status", "Name:\ttwonode\nState:\tS (sleeping)\nTgid:\t7\nPid:\t7\nPPid:\t1\nUid:\t0\t0\t0\t0\n"
                            "Gid:\t0\t0\t0\t0\nThreads:\t1\n"), ("cmdline", "twonode\0")):
            path = pathlib.Path(self.folder.name, "7", name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def test_bytes_by_node_policy_and_unevenness(self):
        process = document("--proc-root", self.folder.name, 7)
        spread, huge, none = process["mappings"]
        self.assertEqual((spread["n0_bytes"], spread["n1_bytes"]), (384 * 4096, 128 * 4096))
        self.assertEqual((spread["policy"], spread["unevenness"], spread["largest_share_percent"]), ("interleave:0-1", 1.5, 75))
        self.assertEqual((huge["policy"], huge["n0_bytes"], huge["n1_bytes"]), ("prefer (many):0-1", 0, 6 << 20))
        self.assertEqual(huge["page_size_bytes"], 2 << 20)
        self.assertIsNone(none["n0_bytes"])
        self.assertIsNone(none["policy"])
        self.assertEqual(process["totals"]["n1_bytes"], (6 << 20) + 128 * 4096)

    def test_a_kernel_without_nodes_gives_a_reason_and_no_zeros(self):
        os.unlink(os.path.join(self.folder.name, "7", "numa_maps"))
        for row in document("--proc-root", self.folder.name, 7)["mappings"]:
            self.assertIsNone(row["n0_bytes"])
            self.assertIsNone(row["on_nodes_bytes"])
        text = ppmap().run("--numa", "--proc-root", self.folder.name, 7, check=0).stdout.decode()
        self.assertIn("on which nodes the pages are is not known: numa_maps: not in this kernel", text)

    def test_a_text_of_another_shape_is_a_reason(self):
        pathlib.Path(self.folder.name, "7", "numa_maps").write_text("7f0000000000 default N0=many\n")
        text = ppmap().run("--numa", "--proc-root", self.folder.name, 7, check=0).stdout.decode()
        self.assertIn("numa_maps: unexpected format", text)


class Refusals(unittest.TestCase):
    @need_root()
    def test_another_users_process_is_denied(self):
        with other_process("/usr/bin/sleep", "1000") as process:
            done = ppmap().run("--numa", process.pid, nobody=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"may not be read", done.stderr)

    def test_a_process_that_is_gone(self):
        with gone_pid() as pid:
            self.assertEqual(ppmap().run("--numa", pid).returncode, 42)


if __name__ == "__main__":
    runner.main()
