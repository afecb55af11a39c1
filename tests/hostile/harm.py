# SPDX-License-Identifier: MIT
"""Every tool in many modes, on what is meant to harm it: each run ends in time, by no signal, with an exit code that
its page names, without a word from a sanitizer, and prints nothing that a terminal would obey."""

import atexit
import collections
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from tools import SANITIZED, built  # noqa: E402

PATIENCE = 120 if SANITIZED else 60
EXIT_CODES = {"ppmap": {0, 1, 2, 42, 43}, "pstat": {0, 1, 2, 3}, "ptop": {0, 1, 2}, "tlbprobe": {0, 1, 2, 3}}
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent",
               **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
if SANITIZED:
    # Leaks are what the live tests look for: this takes a thread, and the terminal's library keeps what it has read.
    ENVIRONMENT["ASAN_OPTIONS"] = ":".join(filter(None, (ENVIRONMENT.get("ASAN_OPTIONS"), "detect_leaks=0")))
_counts = collections.Counter()

# {} is the process; the first word may be left out where there is none.
PPMAP = ["{}", "-x {}", "-X {}", "-XX -p {}", "-d -p {}", "--json {}", "--format jsonl {}", "--format csv -p {}",
         "--by path {}", "--by kind --json {}", "--limits {}", "--tlb {}", "-o start,size,mapping,path {}"]
PSTAT = ["-p {}", "-f -p {}", "-o pid,comm,args,exe,cgroup,user,wchan -p {}", "--json -p {}", "--format jsonl -p {}",
         "--format csv -o pid,comm,args,exe,cgroup -p {}", "--memory -L -p {}", "--tree {}", "--footprint -p {}",
         "--group-by exe -p {}", "--cow {}", "-d 0.02 -n 2 --json -p {}", "--forest -o pid,args -p {}"]
PTOP = ["-b -n 1 -d 0.02 -p {}", "-b -n 1 -d 0.02 -c -p {}", "-b -n 1 -d 0.02 -H -w 400 -p {}",
        "-b -n 1 -d 0.02 --json -p {}", "-n 1 -d 0.02 --format csv -p {}", "-n 1 -d 0.02 --set tlb --format jsonl -p {}"]
TLBPROBE = ["--quick --reach {}", "--quick --reach {} --json", "--quick --reach {} --format csv"]
MODES = {"ppmap": PPMAP, "pstat": PSTAT, "ptop": PTOP, "tlbprobe": TLBPROBE}


def modes(*tools, every=1):
    """Pairs of a tool and its arguments."""
    return [(tool, text) for tool in tools or MODES for text in MODES[tool][::every]]


# What a terminal would obey, or what shows others in another order.
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def harm_in(output, csv_ends=False):
    """The first character of the output that must not be in it."""
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        return f"no UTF-8 at {error.start}: {output[max(0, error.start - 30):error.start + 10]!r}"
    if csv_ends:
        text = text.replace("\r\n", "\n")
    found = HARMFUL.search(text)
    return found and f"{found.group()!r} at {found.start()}: {text[max(0, found.start() - 40):found.end() + 20]!r}"


def _parse(arguments, output):
    """By a parser that is not ours."""
    words = " ".join(arguments)
    if "--json" in arguments or "-J" in arguments:
        json.loads(output)
    elif "jsonl" in words:
        for line in output.decode().splitlines():
            json.loads(line)
    elif "csv" in words:
        rows = list(csv.reader(io.StringIO(output.decode(), newline=""), strict=True))
        if len({len(row) for row in rows}) > 1:
            raise AssertionError(f"rows of different lengths: {[len(row) for row in rows]}")


def run(tool, arguments, **options):
    """The tool as it ends by itself."""
    options.setdefault("env", ENVIRONMENT)
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    command = [options.pop("path", built(tool)), *arguments]
    return subprocess.run(command, check=False, timeout=options.pop("timeout", PATIENCE), **options)


def sanitizer_says(done):
    return re.search(rb"(?s)(AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error:|terminate called).*", done.stderr or b"")


def check(test, kind, tool, arguments, codes=None, whole=True, **options):
    """Runs the tool and holds what it does against all of the above; what it printed and said."""
    if isinstance(arguments, str):
        arguments = arguments.split()
    done = run(tool, arguments, **options)
    shown = f"{tool} {' '.join(map(str, arguments))[:300]}"
    said = sanitizer_says(done)
    test.assertIsNone(said, f"{shown}: {said and said.group(0)[:4000].decode(errors='replace')}")
    test.assertGreaterEqual(done.returncode, 0, f"{shown}: ended by signal {-done.returncode}: {done.stderr}")
    test.assertIn(done.returncode, codes or EXIT_CODES[tool], f"{shown}: {done.stderr}")
    if done.stderr:
        test.assertIsNone(harm_in(done.stderr), f"{shown}: stderr")
        for line in done.stderr.decode().splitlines():
            test.assertRegex(line, rf"^({tool}:|  )", f"{shown}: stderr")
    if done.stdout and not {"-r", "--raw"} & set(arguments):
        test.assertIsNone(harm_in(done.stdout, csv_ends="csv" in arguments or "--csv" in arguments), shown)
    if whole and done.stdout:
        try:
            _parse(arguments, done.stdout)
        except (ValueError, csv.Error) as error:
            raise AssertionError(f"{shown}: {error}: {done.stdout[-200:]!r}") from error
    _counts[kind, tool] += 1
    return done


def check_process(test, kind, pid, tools=(), every=1, **options):
    """Each mode of each tool on one process."""
    for tool, text in modes(*tools, every=every):
        check(test, kind, tool, text.format(pid), **options)


@atexit.register
def _report():
    kinds = sorted({kind for kind, _ in _counts})
    for kind in kinds:
        print(f"{kind}: " + ", ".join(f"{tool} {_counts[kind, tool]}" for tool in MODES if _counts[kind, tool]))
    if kinds:
        print(f"{sum(_counts.values())} runs")


class Hostile:
    """hostile.cpp in one of its forms; .pid."""

    def __init__(self, *arguments, name=None, **options):
        program = os.environ["PAGELOUPE_HOSTILE"]
        self.process = subprocess.Popen([name or program, *arguments], executable=program, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, **options)
        if not self.process.stdout.readline():
            raise RuntimeError(f"hostile {arguments[:1]} ended before it was ready")
        self.pid = self.process.pid

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
