#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --gentle says what smaps says, without reading it; --cost tells what reading costs."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import Tool, built, need_root  # noqa: E402

UNKNOWN = ["pss", "uss", "shared", "dirty", "referenced", "private_clean", "shared_hugetlb", "private_hugetlb", "locked"]


def ppmap():
    return Tool(built("ppmap"))


def rows_of(pid, **options):
    return maps_view.by_start(maps_view.mappings(ppmap().run("--gentle", "--json", pid, check=0, **options)))


class Gentle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()

    @classmethod
    def tearDownClass(cls):
        cls.target.close()

    def check(self, rows):
        for mapping in procfiles.smaps(self.target.pid):
            row = rows[mapping["start"]]
            hugetlb = mapping["Shared_Hugetlb"] + mapping["Private_Hugetlb"]
            huge = sum(mapping[key] for key in ("AnonHugePages", "ShmemPmdMapped", "FilePmdMapped")) + hugetlb
            if row["resident_bytes"] is None:
                self.assertEqual(row["kind"], "device", mapping)
                continue
            self.assertEqual(row["resident_bytes"], (mapping["Rss"] + hugetlb) * 1024, mapping)
            self.assertEqual(row["anonymous_bytes"], mapping["Anonymous"] * 1024, mapping)
            if row["huge_bytes"] is not None:
                self.assertEqual(row["huge_bytes"], huge * 1024, mapping)
            for name in UNKNOWN:
                self.assertIsNone(row[name + "_bytes"], name)

    def test_each_mapping_is_as_in_smaps_and_what_is_not_known_is_null(self):
        rows = rows_of(self.target.pid)
        self.check(rows)
        self.assertTrue(any(row["anonymous_bytes"] for row in rows.values()))

    @need_root()
    def test_smaps_is_never_opened(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        out = subprocess.run(["strace", "-f", "-e", "trace=open,openat", built("ppmap"), "--gentle", str(self.target.pid)],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True, text=True,
                             env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}).stderr  # which cannot be traced
        self.assertNotIn("smaps", out)
        self.assertIn("pagemap", out)

    def test_the_table_the_groups_and_a_filter(self):
        text = ppmap().run("--gentle", self.target.pid, check=0).stdout.decode()
        self.assertIn("from the page table: PSS, private, shared and dirty memory are not known so", text)
        groups = ppmap().run("--gentle", "--by", "kind", "--json", self.target.pid, check=0)
        expected = sum(mapping["Rss"] for mapping in procfiles.smaps(self.target.pid)) * 1024
        got = sum(group["resident_bytes"] or 0 for group in maps_view.document(groups)["processes"][0]["groups"])
        self.assertGreaterEqual(got, expected)
        filtered = ppmap().run("--gentle", "--json", "--filter", "resident >= 8M", self.target.pid, check=0)
        self.assertTrue(maps_view.mappings(filtered))
        self.assertTrue(all(row["resident_bytes"] >= 8 << 20 for row in maps_view.mappings(filtered)))

    @schema.need_validator
    def test_the_document_keeps_to_the_schema_of_maps(self):
        done = ppmap().run("--gentle", "--json", self.target.pid, check=0)
        schema.validator(ppmap(), "schema").validate(maps_view.document(done))

    def test_a_captured_machine_has_a_reason_and_no_zeros(self):
        fixture = pathlib.Path(__file__).parent.parent / "fixtures" / "proc" / "linux-6.18-python3"
        pid = next(maps.parent.name for maps in sorted(fixture.glob("*/maps")) if maps.read_bytes())
        done = ppmap().run("--gentle", "--json", "--proc-root", fixture, pid, check=0)
        for row in maps_view.mappings(done):
            self.assertIsNone(row["resident_bytes"])

    def test_views_that_need_smaps_do_not_go_with_it(self):
        for view in ("-x", "-X", "--tlb", "--limits", "--pages"):
            self.assertEqual(ppmap().run("--gentle", view, "self").returncode, 2, view)

    def test_a_process_that_is_gone(self):
        with gone_pid() as pid:
            self.assertEqual(ppmap().run("--gentle", pid).returncode, 42)


class Cost(unittest.TestCase):
    @schema.need_validator
    def test_every_file_has_its_price_and_the_document_keeps_to_its_schema(self):
        with other_process("sleep", "1000") as process:
            document = maps_view.document(ppmap().run("--cost", "--json", process.pid, check=0))
        views = {row["file"]: row for row in document["processes"][0]["views"]}
        for name in ("statm", "maps", "pagemap", "smaps", "smaps_rollup"):
            self.assertGreater(views[name]["time_ns"], 0, name)
            self.assertLessEqual(views[name]["longest_ns"], views[name]["time_ns"])
            self.assertGreater(views[name]["calls"], 1)
        schema.validator(ppmap(), "schema-cost").validate(document)

    def test_the_table_gives_advice(self):
        with other_process("sleep", "1000") as process:
            text = ppmap().run("--cost", process.pid, check=0).stdout.decode()
        self.assertTrue(re.search(r"the process may wait \d+\.\d+ ms when it maps memory while smaps is read", text), text)

    @need_root()
    def test_refusals(self):
        with other_process("/usr/bin/sleep", "1000") as process:
            self.assertEqual(ppmap().run("--cost", process.pid, nobody=True).returncode, 1)
        with gone_pid() as pid:
            self.assertEqual(ppmap().run("--cost", pid).returncode, 42)
        self.assertEqual(ppmap().run("--cost", "--sort", "time", "self").returncode, 2)
        self.assertEqual(ppmap().run("--cost", "-x", "self").returncode, 2)


if __name__ == "__main__":
    runner.main()
