#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What ppmap makes of bad input, of names that are meant to harm, and of an output that cannot be written."""

import base64
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_root  # noqa: E402

COMM = b"h\x1b[2J\x9b\n) \xff"
ARGUMENT = b"\x1b]0;title\x07 \xc2\x9b \xe2\x80\xae \xff\ttab\nline"
VIEWS = ((), ("-p",), ("-x",), ("-x", "-p"), ("-d",), ("-X",), ("-XX", "-p"), ("--by", "path"), ("--limits",),
         ("-o", "path,mapping"), ("--json",), ("--format", "jsonl"))
# Maps files of such names, and says so.
MAPPER = """
import mmap, os, sys
directory = os.fsencode(sys.argv[1])
names = [b'esc \\x1b[2J', b'new\\nline', b'bytes \\xff\\xfe', b'c1 \\xc2\\x9b2J', b'bidi \\xe2\\x80\\xae',
         b'quote " and \\\\ and , comma', b' blanks  ', 'w\u00efde \u4e2d\u6587'.encode()]
deep = directory
while len(deep) < 3800: deep += b'/' + b'd' * 200
kept = []
def keep(path):
    with open(path, 'w+b') as file:
        file.truncate(4096)
        kept.append(mmap.mmap(file.fileno(), 4096))
for name in names: keep(directory + b'/' + name)
os.chdir(directory)
for part in deep[len(directory):].strip(b'/').split(b'/'):
    os.mkdir(part); os.chdir(part)
keep(b'last')
print('ready', flush=True)
sys.stdin.read()
"""


def ppmap():
    return Tool(built("ppmap"))


class Operands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def complain(self, operand, code, message):
        """Alone: message and code. Between others: these are shown all the same."""
        alone = ppmap().run("--", operand)
        self.assertEqual(alone.returncode, code, operand)
        self.assertRegex(alone.stderr.decode(), message)
        self.assertTrue(alone.stderr.startswith(b"ppmap: "))
        among = ppmap().run("--json", "--", self.target.pid, operand, self.target.child)
        self.assertEqual(among.returncode, code, operand)
        document = maps_view.document(among)
        self.assertEqual([p["pid"] for p in document["processes"]], [self.target.pid, self.target.child])
        self.assertEqual(len(document["errors"]), 1)
        self.assertRegex(document["errors"][0]["message"], message)
        for view in ("-x", "-d", "-X"):
            shown = ppmap().run(view, "--", self.target.pid, operand, self.target.child)
            self.assertEqual(shown.returncode, code)
            for pid in (self.target.pid, self.target.child):
                self.assertRegex(shown.stdout.decode(errors="replace"), rf"(?m)^{pid}:   ")

    def test_what_is_no_process_id(self):
        for operand in ("abc", "12x", "-5", "1.5", "", "0x10", "/proc/x/..", "/proc/", "/proc", "/etc", "１２"):
            self.complain(operand, 1, "is not a process ID")

    def test_numbers_out_of_range(self):
        for operand in ("0", "00", "99999999999", "9" * 400, "/proc/0"):
            self.complain(operand, 1, "out of the range")

    def test_processes_that_are_gone(self):
        with gone_pid() as gone:
            self.complain(str(gone), 42, f"{gone}: no such process")
        self.complain("2147483647", 42, "no such process")

    def test_no_operand(self):
        done = ppmap().run()
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"process", done.stderr)

    def test_codes_are_joined(self):
        with gone_pid() as gone:
            self.assertEqual(ppmap().run(gone, "abc", self.target.pid).returncode, 43)

    @need_root()
    def test_processes_of_another_user(self):
        done = ppmap().run("--json", self.target.pid, nobody=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), "another user.*root")
        document = maps_view.document(done)
        self.assertEqual([error["reason"] for error in document["errors"]], ["denied"])
        self.assertEqual([(p["pid"], p["mappings"]) for p in document["processes"]], [(self.target.pid, [])])
        self.assertGreater(document["processes"][0]["rss_bytes"], 0)
        for view in ((), ("--limits",), ("-x",)):
            shown = ppmap().run(*view, self.target.pid, nobody=True)
            self.assertTrue(shown.stdout.startswith(f"{self.target.pid}:   ".encode()), view)
            self.assertEqual(len(shown.stdout.splitlines()), 1)

    @need_root()
    def test_a_process_of_ones_own_that_may_not_be_read(self):
        undumpable = "import ctypes, time; ctypes.CDLL(None).prctl(4, 0); print(flush=True); time.sleep(1000)"
        with other_process(sys.executable, "-c", undumpable, user=NOBODY, ready=True) as process:
            done = ppmap().run(process.pid, nobody=True)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr.decode(), "it is yours, but .*PR_SET_DUMPABLE")

    def test_options_that_do_not_exist(self):
        for arguments in (("--nonsense",), ("-Z",), ("--format", "xml"), ("-o", "nonsense"), ("--sort", "nonsense"),
                          ("--by", "inode"), ("-A", "zz"), ("-A", "2000,1000"), ("-x", "-d"), ("--filter", "rss >"),
                          ("--filter", "nonsense=1"), ("--filter", "path ~ '['"), ("--format",), ("-x=3",)):
            done = ppmap().run(*arguments, self.target.pid)
            self.assertEqual((done.returncode, done.stdout), (2, b""), (arguments, done.stderr))
            self.assertTrue(done.stderr.startswith(b"ppmap: "), done.stderr)

    def test_what_does_not_go_together_is_said(self):
        for arguments, message in (
                (("--limits", "-o", "rss"), "--limits .* -o does not go"), (("--limits", "--sort", "rss"), "--sort"),
                (("--limits", "--filter", "rss"), "--filter"), (("--limits", "-A", "1"), "-A does not go"),
                (("-x", "-b"), "-b does not go with -x"), (("-d", "-b"), "-b does not"), (("-X", "-b"), "-b does not"),
                (("-X", "-o", "+swap"), "does not go with -X"), (("--proc-root", ""), "option --proc-root needs DIR"),
                (("--describe", "bogus"), "schema, schema-groups.*'bogus'"),
                (("--by", "kind", "--sort", "rss"), "has no column 'rss'.* it has kind, mappings, share, size, "),
                (("--by", "a\nb\x1b"), r"'a\\nb\\x1b'")):
            done = ppmap().run(*arguments, self.target.pid)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertRegex(done.stderr.decode(), message)

    def test_operands_are_escaped_in_messages(self):
        self.complain("12\x1b[31m3\n", 1, "is not a process ID: give a PID, /proc/PID or self")
        self.assertEqual(ppmap().run("12\x1b[31m3\n").stderr.split(b" is not")[0], rb"ppmap: '12\x1b[31m3\n'")

    def test_a_bad_filter_is_pointed_at(self):
        done = ppmap().run("--filter", "rss > 1M and knid = anon", self.target.pid)
        lines = done.stderr.decode().splitlines()
        place = next(line for line in lines if set(line.strip()) == {"^"}).index("^")
        shown = next(line for line in lines if "knid = anon" in line and "rss" in line)
        self.assertEqual(shown[place:place + 4], "knid")


class HostileNames(unittest.TestCase):
    def assert_harmless(self, output, view):
        """What is for programs is valid, and nothing of it can command a terminal."""
        text = output.decode()  # is UTF-8
        bad = {c for c in text if (c != "\n" and ord(c) < 0x20) or 0x7f <= ord(c) < 0xa0 or c in "\u202e\u2028\u2066"}
        self.assertEqual(bad, set(), view)

    def test_names_of_processes_and_threads(self):
        with Target(ARGUMENT) as target:
            for view in VIEWS:
                for pid in (target.pid, target.zombie):
                    self.assert_harmless(ppmap().run(*view, pid, check=0).stdout, view)
            process = maps_view.document(ppmap().run("--json", target.pid, check=0))["processes"][0]
            self.assertEqual(base64.b64decode(process["comm_base64"]), COMM)
            self.assertTrue(base64.b64decode(process["command_base64"]).endswith(ARGUMENT))
            plain = ppmap().run("--json", "self", check=0)
            self.assertNotIn("comm_base64", maps_view.document(plain)["processes"][0])

    def test_names_of_files(self):
        with (tempfile.TemporaryDirectory() as directory,
              other_process(sys.executable, "-c", MAPPER, directory, ready=True) as process):
            for view in VIEWS:
                for locale in ("C.UTF-8", "C"):
                    done = ppmap().run(*view, process.pid, check=0, env={**os.environ, "LC_ALL": locale})
                    self.assert_harmless(done.stdout, view)
            rows = maps_view.mappings(ppmap().run("--json", process.pid, check=0))
            lines = maps_view.jsonl(ppmap().run("--format", "jsonl", process.pid, check=0))
            cells = maps_view.csv_rows(ppmap().run("--format", "csv", "-r", process.pid, check=0), "replace")
            paths = [row["path"] for row in rows]
            self.assertTrue(any(path and len(path) > 3500 for path in paths))
            self.assertTrue(any(path and path.endswith('quote " and \\ and , comma') for path in paths))
            self.assertTrue(any(path and path.endswith("\u4e2d\u6587") for path in paths))
            lossy = [base64.b64decode(row["path_base64"]) for row in rows if "path_base64" in row]
            self.assertEqual([path.rsplit(b"/", 1)[1] for path in lossy], [b"bytes \xff\xfe"])
            self.assertEqual([line["path"] for line in lines if line["record"] == "mapping"], paths)
            self.assertEqual([cell["path"] or None for cell in cells], paths)


class Output(unittest.TestCase):
    COMMANDS = (("self",), ("-x", "self"), ("-XX", "self"), ("--json", "self"), ("--format", "csv", "self"),
                ("--by", "kind", "self"), ("--limits", "self"), ("--columns",), ("--help",), ("--version",),
                ("--describe", "schema"))

    def test_a_full_disk_is_a_failure(self):
        for command in self.COMMANDS:
            with open("/dev/full", "wb") as full:
                done = ppmap().run(*command, stdout=full)
            self.assertEqual(done.returncode, 1, command)
            self.assertRegex(done.stderr.decode(), "^ppmap: .*No space left")

    def test_a_closed_output_is_a_failure(self):
        for command in self.COMMANDS:
            done = ppmap().run(*command, stdout=None, preexec_fn=lambda: os.close(1))
            self.assertEqual(done.returncode, 1, command)
            self.assertRegex(done.stderr.decode(), "^ppmap: cannot write")

    def test_a_reader_that_goes_away_is_none(self):
        for command in self.COMMANDS:
            with subprocess.Popen([built("ppmap"), *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                process.stdout.close()
                errors = process.stderr.read()
            self.assertEqual((process.returncode, errors), (0, b""), command)


if __name__ == "__main__":
    runner.main()
