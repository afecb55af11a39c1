#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What tlbprobe reads of CPUID, against the program cpuid: on this machine, and on the dumps of others."""

import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from tools import Tool, built, need_program  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "cpuid"


def declared(*arguments):
    rows = json.loads(Tool(built("tlbprobe")).run("--quick", "--json", *arguments, check=0).stdout)["levels"]
    return {(row["level"], row["kind"], row["page_size"]): row["declared"] for row in rows}


def amd_by_cpuid(text):
    """(level, kind, page) to entries, from the long form of leaves 0x80000005 and 0x80000006."""
    found = {}
    for title, level, page in (("L1 TLB/cache information: 2M/4M pages & L1 TLB", 1, "2M"),
                               ("L1 TLB/cache information: 4K pages & L1 TLB", 1, "4K"),
                               ("L2 TLB/cache information: 2M/4M pages & L2 TLB", 2, "2M"),
                               ("L2 TLB/cache information: 4K pages & L2 TLB", 2, "4K")):
        section = text.partition(title)[2].split("TLB/cache information", 1)[0]
        for kind in ("instruction", "data"):
            entries = re.search(rf"{kind} # entries\s*= 0x[0-9a-f]+ \((\d+)\)", section)
            if entries:
                found[level, kind, page] = int(entries[1])
    return found


def as_raw(text):
    """A dump in the only format that cpuid -f reads."""
    lines = ["CPU 0:"]
    for line in text.splitlines():
        if found := re.match(r"CPUID (\w{8}): (\w{8})-(\w{8})-(\w{8})-(\w{8})(?: \[SL (\w+)\])?", line):
            leaf, a, b, c, d, subleaf = found.groups()
            lines.append(f"   0x{leaf} 0x{subleaf or '00'}: eax=0x{a} ebx=0x{b} ecx=0x{c} edx=0x{d}".lower())
        elif line.strip().startswith("0x"):
            lines.append("   " + line.strip())
    return "\n".join(lines) + "\n"


@need_program("cpuid")
class Cpuid(unittest.TestCase):
    def compare(self, text, ours):
        theirs = amd_by_cpuid(text)
        for key, entries in theirs.items():
            if entries and key in ours and ours[key] is not None:
                self.assertEqual(ours[key], entries, key)
        return len(theirs)

    def test_this_machine(self):
        text = subprocess.run(["cpuid", "-1"], capture_output=True, text=True, check=True).stdout
        if not self.compare(text, declared()):
            self.skipTest("cpuid says nothing of the TLB leaves that AMD has")

    def test_a_dump_of_this_machine_says_the_same(self):
        with tempfile.NamedTemporaryFile() as dump:
            dump.write(subprocess.run(["cpuid", "-1", "-r"], capture_output=True, check=True).stdout)
            dump.flush()
            self.assertEqual(declared("--cpuid", dump.name), declared())

    def test_dumps_of_other_machines(self):
        compared = 0
        for path in sorted(glob.glob(str(FIXTURES / "*.txt"))):
            with tempfile.NamedTemporaryFile("w") as dump:
                dump.write(as_raw(pathlib.Path(path).read_text(encoding="utf-8")))
                dump.flush()
                done = subprocess.run(["cpuid", "-f", dump.name], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, path)
            # Since Zen 5 the second level counts in units of 32, which older versions of cpuid do not know.
            if "zen5" in path:
                continue
            with self.subTest(os.path.basename(path)):
                compared += self.compare(done.stdout, declared("--cpuid", path))
        self.assertGreater(compared, 8)


if __name__ == "__main__":
    runner.main()
