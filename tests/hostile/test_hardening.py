#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the linker and the compiler were to put into the programs is in them."""
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from tools import SANITIZED, built  # noqa: E402

TOOLS = ("ppmap", "pstat", "ptop", "tlbprobe")
BUILD = os.path.join(os.environ["PAGELOUPE_BIN"], "..")


def cached(name):
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as file:
        found = re.search(rf"^{name}:\w+=(.*)$", file.read(), re.MULTILINE)
    return found.group(1) if found else ""


if SANITIZED or cached("CMAKE_BUILD_TYPE") != "Release":
    print("skipped: only what is released is hardened")
    sys.exit(77)
if not shutil.which("readelf"):
    print("skipped: readelf is not installed")
    sys.exit(77)


def readelf(option, tool):
    return subprocess.run(["readelf", "-W", option, built(tool)], capture_output=True, check=True, text=True).stdout


class Programs(unittest.TestCase):
    def test_they_lie_at_random_addresses(self):
        for tool in TOOLS:
            self.assertRegex(readelf("-h", tool), r"Type: +DYN ")
            self.assertRegex(readelf("-d", tool), r"FLAGS_1\).*\bPIE\b")

    def test_their_tables_are_read_only_before_they_begin(self):
        for tool in TOOLS:
            self.assertIn("GNU_RELRO", readelf("-l", tool))
            self.assertRegex(readelf("-d", tool), r"BIND_NOW|FLAGS_1\).*\bNOW\b")
            self.assertNotIn("TEXTREL", readelf("-d", tool))

    def test_nothing_is_writable_and_executable(self):
        for tool in TOOLS:
            headers = readelf("-l", tool)
            self.assertRegex(headers, r"GNU_STACK .* RW +0x")
            self.assertNotRegex(headers, r"(LOAD|GNU_STACK) .* RWE ")

    def test_they_look_for_libraries_where_the_system_has_them(self):
        for tool in TOOLS:
            self.assertNotRegex(readelf("-d", tool), r"RPATH|RUNPATH")

    def test_they_check_their_stack_and_their_copies(self):
        for tool in TOOLS:
            symbols = readelf("--dyn-syms", tool)
            self.assertIn("__stack_chk_fail", symbols)
            self.assertRegex(symbols, r"__(mem|str|v?sn?printf|p?read|fd|poll)\w*_chk")

    def test_jumps_end_at_marks(self):
        if platform.machine() not in ("x86_64", "i686"):
            self.skipTest("not an x86")
        for tool in TOOLS:
            code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", built(tool)], capture_output=True, check=True, text=True).stdout
            # main() of ours; libraries that were linked into it are their builders' affair.
            self.assertRegex(code, r"<main>:\n[^\n]*endbr64")

    def test_every_unit_was_compiled_so(self):
        with open(os.path.join(BUILD, "compile_commands.json"), encoding="utf-8") as file:
            commands = {entry["file"]: entry["command"] for entry in json.load(file) if re.search(r"/(src|tools)/[^/]+/[^/]+\.cpp$", entry["file"])}
        self.assertGreater(len(commands), 200)
        wanted = ["-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fstack-clash-protection", "-fPIE|-fPIC"]
        if platform.machine() == "x86_64":
            wanted.append("-fcf-protection")
        for path, command in commands.items():
            for flag in wanted:
                self.assertRegex(command, flag, path)


if __name__ == "__main__":
    runner.main()
