#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""JSON, JSON Lines and CSV of ppmap say the same and keep to the schema; groups, filters and orders are right."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid  # noqa: E402
from tools import Tool, built  # noqa: E402

MIB = 1 << 20


class FormatTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ppmap = Tool(built("ppmap"))
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def rows(self, *arguments):
        return maps_view.mappings(self.ppmap.run("--json", *arguments, self.target.pid, check=0))

    def settled(self, *commands):
        """What each of the commands prints, all of one state of the process."""
        pid = self.target.pid
        return procfiles.stable(pid, lambda: [self.ppmap.run(*c, pid, check=0) for c in commands])[0]


class Agreement(FormatTest):
    def test_json_lines_hold_the_rows_of_the_document(self):
        document, lines = self.settled(("--json",), ("--format", "jsonl"))
        process = maps_view.document(document)["processes"][0]
        records = maps_view.jsonl(lines)
        self.assertEqual([r["record"] for r in records],
                         ["document", "process", *["mapping"] * len(process["mappings"]), "totals"])
        own = {"record", "pid"}
        self.assertEqual([{k: v for k, v in r.items() if k not in own} for r in records[2:-1]], process["mappings"])
        self.assertTrue(all(r["pid"] == self.target.pid for r in records[1:]))
        self.assertEqual(records[-1]["totals"], process["totals"])
        heading = {k: v for k, v in process.items() if k not in ("mappings", "totals")}
        self.assertEqual({k: v for k, v in records[1].items() if k != "record"}, heading)

    def test_csv_holds_the_same_cells(self):
        document, table = self.settled(("--json",), ("--format", "csv"))
        cells = maps_view.csv_rows(table)
        rows = maps_view.document(document)["processes"][0]["mappings"]
        self.assertEqual(len(cells), len(rows))
        for cell, row in zip(cells, rows):
            self.assertEqual(cell.pop("pid"), str(self.target.pid))
            self.assertEqual(set(cell), {key for key in row if not key.endswith("_base64")})
            for key, text in cell.items():
                self.assertEqual(text, self.as_cell(row[key]), key)

    @staticmethod
    def as_cell(value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return f"{value:.3f}" if isinstance(value, float) else str(value)

    def test_chosen_columns_are_those_of_every_format(self):
        chosen = "start,size,rss,pss,kind,path"
        keys = ["start", "size_bytes", "rss_bytes", "pss_bytes", "kind", "path"]
        self.assertEqual(list(self.rows("-o", chosen)[0]), keys)
        table = self.ppmap.run("--format", "csv", "-o", chosen, self.target.pid, check=0)
        self.assertEqual(list(maps_view.csv_rows(table)[0]), ["pid", *keys])
        heading = self.ppmap.lines("-o", chosen, self.target.pid)[1].split()
        self.assertEqual(heading, ["ADDRESS", "SIZE", "RSS", "PSS", "KIND", "PATH"])

    def test_every_column_can_be_chosen(self):
        columns = maps_view.csv_rows(self.ppmap.run("--columns", "--format", "csv", check=0))
        names = [column["name"] for column in columns]
        self.assertEqual(len(names), len(set(names)))
        rows = self.rows("-o", ",".join(names))
        self.assertEqual([key for key in rows[0] if not key.endswith("_base64")], list(self.rows()[0]))

    def test_totals_are_sums_of_rows(self):
        process = maps_view.document(self.ppmap.run("--json", self.target.pid, check=0))["processes"][0]
        totals = process["totals"]
        self.assertEqual(totals.pop("rows"), len(process["mappings"]))
        known = [row for row in process["mappings"] if row["untouched_bytes"] is not None]
        touched = sum(row["size_bytes"] - row["untouched_bytes"] for row in known)
        share = 100 * touched / sum(row["size_bytes"] for row in known)
        self.assertAlmostEqual(totals.pop("touched_percent"), share, places=2)
        for key, total in totals.items():
            self.assertEqual(total, sum(row[key] or 0 for row in process["mappings"]), key)
        for key in ("kernel_page_size_bytes", "mmu_page_size_bytes", "thp_eligible"):
            self.assertNotIn(key, totals)


@schema.need_validator
class Schema(FormatTest):
    def validate(self, which, *arguments):
        with gone_pid() as gone:
            done = self.ppmap.run("--json", *arguments, self.target.pid, self.target.zombie, gone, "abc")
        document = maps_view.document(done)
        self.assertEqual([e["reason"] for e in document["errors"]], ["no_memory", "gone", "not_applicable"])
        schema.validator(self.ppmap, which).validate(document)
        return document

    def test_maps_keep_to_it(self):
        document = self.validate("schema")
        rows = document["processes"][0]["mappings"]
        printed = json.loads(self.ppmap.run("--describe", "schema", check=0).stdout)
        described = printed["properties"]["processes"]["items"]["properties"]["mappings"]["items"]["properties"]
        self.assertLessEqual({key for row in rows for key in row}, set(described))
        for text in described.values():
            self.assertTrue(text.get("description"))

    def test_every_view_of_maps_keeps_to_it(self):
        for arguments in (("-x",), ("-d",), ("-XX",), ("-o", "start,rss"), ("--sort", "-rss"), ("-A", "1000,2000")):
            self.validate("schema", *arguments)

    def test_groups_keep_to_theirs(self):
        for key in ("kind", "path", "perms"):
            self.validate("schema-groups", "--by", key)

    def test_limits_keep_to_theirs(self):
        self.validate("schema-limits", "--limits")

    def test_it_refuses_something_else(self):
        with self.assertRaises(schema.ValidationError):
            schema.validator(self.ppmap, "schema").validate({"schema": "pageloupe.ppmap/1", "processes": [], "errors": [{}]})


class Groups(FormatTest):
    def test_sums_are_those_of_the_rows(self):
        for key in ("kind", "path", "perms"):
            grouped, plain = self.settled(("--json", "--by", key), ("--json",))
            rows = maps_view.mappings(plain)
            groups = maps_view.document(grouped)["processes"][0]["groups"]
            whole = sum(row["size_bytes"] for row in rows)
            self.assertEqual(sum(group["mappings"] for group in groups), len(rows))
            for group in groups:
                members = [row for row in rows if (row[key] or "[anon]") == group[key]]
                self.assertEqual(group["mappings"], len(members), group)
                for name in (name for name in group if name.endswith("_bytes")):
                    self.assertEqual(group[name], sum(row[name] or 0 for row in members), (group[key], name))
                self.assertAlmostEqual(group["share_percent"], 100 * group["size_bytes"] / whole, places=2)
            sizes = [group["size_bytes"] for group in groups]
            self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_other_orders(self):
        for key, column in (("mappings", "mappings"), ("-resident", "resident_bytes"), ("kind", "kind")):
            done = self.ppmap.run("--json", "--by", "kind", "--sort", key, self.target.pid, check=0)
            values = [group[column] for group in maps_view.document(done)["processes"][0]["groups"]]
            self.assertEqual(values, sorted(values, reverse=key.startswith("-")))


class FilterAndSort(FormatTest):
    CASES = {
        "rss>1M": lambda r: r["rss_bytes"] > MIB,
        "rss >= 1MiB and kind = anon": lambda r: r["rss_bytes"] >= MIB and r["kind"] == "anon",
        "size=256K or kind=stack": lambda r: r["size_bytes"] == 256 << 10 or r["kind"] == "stack",
        "not (kind=anon or kind=text)": lambda r: r["kind"] not in ("anon", "text"),
        "kind != anon and not rss": lambda r: r["kind"] != "anon" and r["rss_bytes"] == 0,
        "path ~ 'shm|memfd'": lambda r: r["path"] is not None and ("shm" in r["path"] or "memfd" in r["path"]),
        "path is null": lambda r: r["path"] is None,
        "tid is not null": lambda r: r["tid"] is not None,
        "deleted": lambda r: r["deleted"],
        "touched < 50% and touched > 0": lambda r: 0 < (r["touched_percent"] or 0) < 50,
        "start < 0x10000000": lambda r: int(r["start"], 16) < 0x10000000,
        "perms=rwxp": lambda r: r["perms"] == "rwxp",
        "untouched > 90M and untouched < 110M": lambda r: 90 * MIB < r["untouched_bytes"] < 110 * MIB,
    }

    def test_filters_choose_the_right_rows(self):
        everything = self.rows()
        for expression, holds in self.CASES.items():
            expected = [row["start"] for row in everything if holds(row)]
            self.assertTrue(expected, expression)
            self.assertEqual([row["start"] for row in self.rows("--filter", expression)], expected, expression)

    def test_filters_work_on_columns_that_are_not_shown(self):
        rows = self.rows("-o", "start", "--filter", "rss > 1M and kind = anon")
        self.assertEqual(rows, [{"start": r["start"]} for r in self.rows("--filter", "rss > 1M and kind = anon")])

    def test_filters_choose_in_the_layouts_of_pmap(self):
        for view in ("-x", "-d"):
            found = maps_view.narrow_rows(self.ppmap.lines(view, "--filter", "kind=stack", self.target.pid), view)
            self.assertEqual(len(found), 1)

    def test_a_part_of_the_map_is_not_called_the_whole(self):
        whole = self.ppmap.lines(self.target.pid)
        self.assertTrue(any("(VIRT" in line and "(RSS)" in line for line in whole))
        for part, words in ((("-A", "1000,7fffffffffff"), "^of these \\d+ mappings: "),
                            (("--filter", "kind=stack"), "^of this mapping: ")):
            lines = self.ppmap.lines(*part, self.target.pid)
            self.assertRegex(lines[-2], words)
            self.assertNotRegex(lines[-2], "VIRT|RSS")

    def test_what_smaps_was_not_read_for_the_head_tells(self):
        line = next(line for line in self.ppmap.lines("-o", "start", self.target.pid) if "VIRT" in line)
        with_smaps = next(line for line in self.ppmap.lines(self.target.pid) if "VIRT" in line)
        self.assertRegex(line, r", \S+ resident \(RSS\); \S+ never touched \(\d+%\)$")
        self.assertEqual(line.split(" never")[0].split("; ")[1], with_smaps.split(" never")[0].split("; ")[1])

    def test_the_page_of_system_calls_is_counted_in_both_or_said(self):
        if any(row["kind"] == "vsyscall" for row in self.rows()):
            self.assertIn("[vsyscall]", self.ppmap.lines("--by", "kind", self.target.pid)[-1])
            self.assertTrue(any("without [vsyscall]" in line for line in self.ppmap.lines(self.target.pid)))

    def test_orders_stay_within_the_layouts_of_pmap(self):
        for view, key in (("-x", "rss"), ("-d", "size")):
            plain = self.ppmap.lines(view, self.target.pid)
            lines = self.ppmap.lines(view, "--sort", f"-{key}", self.target.pid)
            self.assertEqual(([*lines[1:2], lines[-1]], sorted(lines[1:])), ([plain[1], plain[-1]], sorted(plain[1:])))
            values = [int(row[key]) for row in maps_view.narrow_rows(lines, view)]
            self.assertEqual(values, sorted(values, reverse=True))
        _, rows, _ = maps_view.wide_rows(self.ppmap.lines("-X", "--sort", "-rss", self.target.pid))
        values = [int(row["Rss"]) for row in rows]
        self.assertEqual(values, sorted(values, reverse=True))

    def test_whole_paths_keep_the_labels(self):
        short, long = self.settled(("-o", "mapping"), ("-p", "-o", "mapping"))
        for name, whole in zip(short.stdout.decode().splitlines()[1:], long.stdout.decode().splitlines()[1:]):
            self.assertTrue(whole == name or whole.startswith("/") and whole.endswith("/" + name), (name, whole))
        self.assertRegex(long.stdout.decode(), r"(?m)^/.*/target \[bss\]$")

    def test_quiet_keeps_the_line_of_each_process(self):
        for view in ((), ("-x",), ("--by", "kind"), ("--limits",)):
            lines = self.ppmap.lines("-q", *view, self.target.pid, self.target.child)
            titles = [line for line in lines if re.match(r"\d+:   ", line)]
            self.assertEqual([int(line.split(":")[0]) for line in titles], [self.target.pid, self.target.child], view)
            self.assertFalse(any("total" in line for line in lines))
        self.assertFalse(any(":   " in line for line in self.ppmap.lines("-q", "--noheadings", self.target.pid)))

    def test_orders(self):
        for column, key in (("rss", "rss_bytes"), ("size", "size_bytes"), ("kind", "kind"), ("pss", "pss_bytes")):
            values = [row[key] for row in self.rows("--sort", column)]
            self.assertEqual(values, sorted(values), column)
            values = [row[key] for row in self.rows("--sort", f"-{column}")]
            self.assertEqual(values, sorted(values, reverse=True), column)
            self.assertEqual(len(values), len(self.rows()))

    def test_rows_without_a_value_come_last_in_a_descending_order(self):
        values = [row["tid"] for row in self.rows("--sort", "-tid")]
        self.assertEqual(values, sorted(self.target.threads, reverse=True) + [None] * (len(values) - 2))


if __name__ == "__main__":
    runner.main()
