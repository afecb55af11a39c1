#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --diff: saved maps against each other and against the live process."""

import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from changing import Changing  # noqa: E402
from target import gone_pid, other_process  # noqa: E402
from tools import Tool, built  # noqa: E402

MIB = 1 << 20
PLACE = 0x20_0000_0000
OTHER = 0x30_0000_0000


class DiffTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.ppmap = Tool(built("ppmap"))
        self.process = Changing()
        self.addCleanup(self.process.close)
        folder = tempfile.TemporaryDirectory(prefix="pageloupe-diff-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def save(self, name="before.json", pid=None, *arguments):
        path = self.folder / name
        path.write_bytes(self.ppmap.run("--json", *arguments, pid or self.process.pid, check=0).stdout)
        return path

    def diff(self, *arguments, **options):
        document = json.loads(self.ppmap.run("--diff", "--json", *arguments, check=0, **options).stdout)
        self.assertEqual(document["schema"], "pageloupe.ppmap-diff/1")
        return document["comparisons"][0]

    def at(self, comparison, place):
        return next((row for row in comparison["changes"] if int(row["start"], 16) == place), None)

    def check_sums(self, comparison):
        """The growth of all rows is that of the maps as wholes."""
        for key in ("size", "rss", "pss", "uss", "dirty", "swap"):
            self.assertEqual(sum(row[f"{key}_growth_bytes"] for row in comparison["changes"]),
                             comparison[f"{key}_bytes"] - comparison[f"{key}_before_bytes"], key)
        self.assertEqual(comparison["mappings"] - comparison["mappings_before"],
                         sum(row["mappings"] - row["mappings_before"] for row in comparison["changes"]))


class Changes(DiffTest):
    def test_what_appeared_grew_and_vanished_is_told(self):
        self.process.do(f"reserve({PLACE}, 4 * MIB)", f"reserve({OTHER}, MIB)")
        before = self.save()
        self.process.do(f"touch({PLACE}, 2 * MIB)", f"unmap({OTHER}, MIB)", f"reserve({OTHER} + 8 * MIB, 3 * MIB)")
        found = self.diff(before, self.process.pid)
        self.assertEqual(found["matched_by"], "address")
        self.check_sums(found)
        grown = self.at(found, PLACE)
        self.assertEqual((grown["change"], grown["rss_growth_bytes"], grown["size_growth_bytes"]), ("grew", 2 * MIB, 0))
        gone = self.at(found, OTHER)
        self.assertEqual((gone["change"], gone["size_growth_bytes"], gone["size_bytes"]), ("vanished", -MIB, None))
        new = self.at(found, OTHER + 8 * MIB)
        self.assertEqual((new["change"], new["size_bytes"], new["size_before_bytes"]), ("appeared", 3 * MIB, None))

    def test_a_mapping_cut_by_mprotect_is_split_and_put_together_merged(self):
        self.process.do(f"reserve({PLACE}, 3 * MIB)", f"touch({PLACE}, 3 * MIB)")
        whole = self.save("whole.json")
        self.process.do(f"protect({PLACE} + MIB, MIB, 1)")
        cut = self.save("cut.json")
        row = self.at(self.diff(whole, cut), PLACE)
        self.assertEqual((row["change"], row["mappings_before"], row["mappings"]), ("split", 1, 3))
        self.assertEqual((row["size_growth_bytes"], row["rss_growth_bytes"]), (0, 0))
        row = self.at(self.diff(cut, whole), PLACE)
        self.assertEqual((row["change"], row["mappings_before"], row["mappings"]), ("merged", 3, 1))
        self.process.do(f"unmap({PLACE} + MIB, MIB)")
        row = self.at(self.diff(whole, self.process.pid), PLACE)
        self.assertEqual((row["change"], row["mappings"], row["rss_growth_bytes"]), ("split", 2, -MIB))

    def test_two_processes_are_compared_by_kind_and_name(self):
        with Changing() as other:
            other.do(f"reserve({PLACE}, 8 * MIB)", f"touch({PLACE}, 8 * MIB)")
            found = self.diff(self.process.pid, other.pid)
        self.assertEqual(found["matched_by"], "name")
        self.check_sums(found)
        anon = next(row for row in found["changes"] if row["kind"] == "anon")
        self.assertGreaterEqual(anon["rss_growth_bytes"], 7 * MIB)
        self.assertFalse([row for row in found["changes"] if row["kind"] == "lib-text" and row["size_growth_bytes"]])

    def test_all_formats_say_the_same(self):
        self.process.do(f"reserve({PLACE}, 4 * MIB)")
        before = self.save()
        self.process.do(f"touch({PLACE}, MIB)")
        after = self.save("after.json")
        found = self.diff(before, after)
        lines = maps_view.jsonl(self.ppmap.run("--diff", "--format", "jsonl", before, after, check=0))
        rows = [{k: v for k, v in r.items() if k not in ("record", "pid")} for r in lines if r["record"] == "change"]
        self.assertEqual(rows, found["changes"])
        table = maps_view.csv_rows(self.ppmap.run("--diff", "--format", "csv", before, after, check=0))
        self.assertEqual([row["rss_growth_bytes"] for row in table],
                         [str(row["rss_growth_bytes"]) for row in found["changes"]])
        text = self.ppmap.lines("--diff", "-b", before, after)
        self.assertIn("RSS +-", text[1])
        self.assertTrue(any(f"{PLACE:012x}" in line and f"+{MIB}" in line for line in text), text)
        self.assertEqual(self.diff("-", after, input=before.read_bytes(), stdin=None)["changes"], found["changes"])

    def test_columns_order_and_filter_are_as_in_the_map(self):
        self.process.do(f"reserve({PLACE}, 4 * MIB)", f"reserve({OTHER}, 4 * MIB)")
        before = self.save()
        self.process.do(f"touch({PLACE}, MIB)", f"touch({OTHER}, 2 * MIB)")
        after = self.save("after.json")
        for sort, first in (("rss", OTHER), ("+rss", PLACE), ("-start", OTHER)):
            rows = self.diff("--sort", sort, "--filter", "size=4M and rss_growth>0", "-o", "start,rss_growth",
                             before, after)["changes"]
            self.assertEqual([set(row) for row in rows], [{"start", "rss_growth_bytes"}] * 2)
            self.assertEqual(int(rows[0]["start"], 16), first, sort)

    def test_whole_paths_are_shown_when_asked(self):
        before = self.save()
        self.process.do("import sqlite3, decimal, ssl")
        short = self.ppmap.lines("--diff", "--filter", "change=appeared", before, self.process.pid)
        whole = self.ppmap.lines("--diff", "-p", "--filter", "change=appeared", before, self.process.pid)
        after = self.save("after.json")
        saved = self.ppmap.lines("--diff", "-p", "--filter", "change=appeared", before, after)
        self.assertFalse([line for line in short if " /" in line and ".so" in line])
        for lines in (whole, saved):
            self.assertTrue([line for line in lines if " /" in line and ".so" in line], lines)

    def test_kinds_add_up_to_the_whole(self):
        before = self.save()
        self.process.do(f"reserve({PLACE}, 4 * MIB)", f"touch({PLACE}, 2 * MIB)", f"reserve({OTHER}, 64 * MIB, 0)")
        found = json.loads(self.ppmap.run("--diff", "--by", "kind", "--json", before, self.process.pid, check=0).stdout)
        self.assertEqual(found["schema"], "pageloupe.ppmap-diff-kinds/1")
        comparison = found["comparisons"][0]
        kinds = {row["kind"]: row for row in comparison["kinds"]}
        self.assertGreaterEqual(kinds["anon"]["rss_growth_bytes"], 2 * MIB)
        self.assertEqual(kinds["reserved"]["size_growth_bytes"], 64 * MIB)
        for key in ("size", "rss", "pss"):
            self.assertEqual(sum(row[f"{key}_growth_bytes"] for row in kinds.values()), comparison[f"{key}_growth_bytes"])
        heading = self.ppmap.lines("--diff", "--by", "kind", before, self.process.pid)[1].split()
        self.assertEqual(heading[:3], ["KIND", "WERE", "NOW"])
        for wrong in (("--by", "path"), ("--by", "kind", "-o", "start"), ("--by", "kind", "--sort", "start"),
                      ("--by", "kind", "--filter", "path=x")):
            self.assertEqual(self.ppmap.run("--diff", *wrong, before, before).returncode, 2, wrong)

    @schema.need_validator
    def test_documents_keep_to_the_schema(self):
        before = self.save()
        self.process.do(f"reserve({PLACE}, 4 * MIB)")
        document = json.loads(self.ppmap.run("--diff", "--json", before, self.process.pid, check=0).stdout)
        check = schema.validator(self.ppmap, "schema-diff")
        check.validate(document)
        kinds = self.ppmap.run("--diff", "--by", "kind", "--json", before, self.process.pid, check=0).stdout
        schema.validator(self.ppmap, "schema-diff-kinds").validate(json.loads(kinds))
        document["comparisons"][0]["changes"][0]["rss_growth_bytes"] = "1"
        with self.assertRaises(schema.ValidationError):
            check.validate(document)


class ExitCodes(DiffTest):
    def code(self, *arguments, **options):
        done = self.ppmap.run("--diff", *arguments, **options)
        return done.returncode, done.stderr.decode()

    def test_a_difference_is_told_by_the_exit_code_when_asked(self):
        before = self.save()
        self.process.do(f"reserve({PLACE}, 4 * MIB)")
        after = self.save("after.json")
        self.assertEqual(self.code("--exit-code", before, before), (0, ""))
        self.assertEqual(self.code("--exit-code", before, after), (1, ""))
        self.assertEqual(self.code(before, after), (0, ""))
        self.assertEqual(self.code("--exit-code", "--filter", "kind=heap and size_growth>100G", before, after), (0, ""))
        self.assertIn("nothing changed", "\n".join(self.ppmap.lines("--diff", before, before)))

    def test_what_cannot_be_compared_is_trouble_and_says_where(self):
        good = self.save()
        text = good.read_text()
        for content, says in ((text[:len(text) // 2], "cut off"), ("", "it is empty"), ("hello", "line 1, byte 1"),
                              (text.replace("pageloupe.ppmap/1", "pageloupe.ppmap/9"), "'pageloupe.ppmap/9'"),
                              ("{}", "no schema"), (self.ppmap.run("--format", "jsonl", self.process.pid).stdout.decode(),
                                                    "JSON Lines")):
            bad = self.folder / "bad.json"
            bad.write_text(content)
            code, said = self.code("--exit-code", good, bad)
            self.assertEqual(code, 2, said)
            self.assertIn(says, said)
            self.assertIn("bad.json", said)
            self.assertEqual(self.ppmap.run("--diff", good, bad).stdout, b"")
        code, said = self.code(good, self.folder / "none.json")
        self.assertEqual((code, "none.json" in said), (2, True))

    def test_the_others_are_those_of_the_map(self):
        good = self.save()
        with gone_pid() as pid:
            self.assertEqual(self.code(good, pid)[0], 42)
        self.assertEqual(self.code(good)[0], 2)
        self.assertEqual(self.code("-", "-")[0], 2)
        self.assertEqual(self.code("-o", "nonsense", good, good)[0], 2)
        self.assertEqual(self.code(good, "2")[0] in (2, 42), True)
        self.assertEqual(self.ppmap.run("--exit-code", self.process.pid).returncode, 2)

    def test_a_file_of_several_processes_is_asked_for_one(self):
        with other_process("sleep", "60") as other:
            both = self.folder / "both.json"
            both.write_bytes(self.ppmap.run("--json", self.process.pid, other.pid, check=0).stdout)
            self.assertEqual(self.diff(both, self.process.pid)["pid_before"], self.process.pid)
            code, said = self.code(both, both)
            self.assertEqual(code, 2)
            self.assertIn("2 processes", said)


if __name__ == "__main__":
    runner.main()
