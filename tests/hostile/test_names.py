#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Names, arguments and environments that hold what a terminal obeys."""
import base64
import json
import os
import resource
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, SANITIZED, check, check_process, run  # noqa: E402
import runner  # noqa: E402

# Fifteen bytes at most.
COMMS = {
    "parenthesis": b") R 1 1 1 (x",
    "lines": b"a\nName:\tx\nTgid",
    "escape": b"\x1b[2J\x1b]0;x\x07\x9b1m",
    "broken UTF-8": b"\xff\xc3\xe2\x82\xf0\x9f\xc0\xaf",
    "C1 and DEL": b"\x7f\xc2\x80\xc2\x9b31m\xc2\x9f",
    "bidi": "\u202e\u2066\u200f\u061c\u2029".encode(),
    "quotes": b"\"',\\\\\",'\r\t ",
    "blanks": b"   ",
    "nothing": b"",
}
ARGUMENT = b"\x1b]0;title\x07\x1b[31m \x9b \xc2\x9b\xe2\x80\xae \xff\ttab\nline,\"quote\"\r\x7f"
THINNED = 2 if SANITIZED else 1


class Names(unittest.TestCase):
    def test_comms(self):
        for what, comm in COMMS.items():
            with self.subTest(what), Hostile("name", comm.hex()) as process:
                check_process(self, "comm", process.pid, every=4 * THINNED)

    def test_comms_are_lossless_in_json(self):
        for what, comm in COMMS.items():
            with self.subTest(what), Hostile("name", comm.hex()) as process:
                row = json.loads(run("pstat", ["--json", "-o", "comm", "-p", str(process.pid)]).stdout)["processes"][0]
                expected = comm[:15].split(b"\0")[0]
                if "comm_base64" in row:
                    self.assertEqual(base64.b64decode(row["comm_base64"]), expected)
                else:
                    self.assertEqual(row["comm"].encode(), expected)

    def test_raw_output_is_the_bytes_themselves(self):
        comm = COMMS["escape"]
        with Hostile("name", comm.hex()) as process:
            for form in ("table", "csv"):
                done = check(self, "raw", "pstat", f"--raw --format {form} -o comm --no-headers -p {process.pid}", whole=False)
                self.assertEqual(done.stdout.rstrip(b"\r\n"), comm[:15])
                check(self, "raw", "ppmap", f"-r -p --format {form} {process.pid}", whole=False)

    def test_arguments_and_environment(self):
        environment = {b"LANG": b"C", b"X" + ARGUMENT: ARGUMENT}
        with Hostile("wait", ARGUMENT, b"", ARGUMENT, name=b"\x1b[1m" + ARGUMENT, env=environment) as process:
            check_process(self, "arguments", process.pid, every=THINNED)
            for modes in ("", "e", "-e -f", "eww"):
                check(self, "environment", "pstat", f"{modes} -p {process.pid}")

    def test_no_arguments(self):
        with Hostile("no-arguments") as process:
            check_process(self, "argc 0", process.pid, every=THINNED)

    def test_a_title_without_an_end(self):
        with Hostile("title", ARGUMENT.hex(), "x" * 500) as process:
            check_process(self, "title", process.pid, every=2 * THINNED)

    def test_arguments_of_megabytes(self):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        part = (ARGUMENT * 4096)[:120 * 1024]
        with Hostile("wait", *[part] * 40, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, unlimited)) as process:
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                self.assertGreater(len(file.read()), 4_000_000)
            check_process(self, "4 MiB of arguments", process.pid, every=2 * THINNED)


if __name__ == "__main__":
    runner.main()
