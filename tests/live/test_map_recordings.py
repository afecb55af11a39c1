#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Maps in recordings: what a process had mapped at a time is shown as it would have been shown then."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

PPMAP = Tool(built("ppmap"))
PSTAT = Tool(built("pstat"))
EXIT_NOTHING, EXIT_USAGE, EXIT_PARTIAL, EXIT_MISSING = 1, 2, 3, 42
MIB = 1 << 20
# Maps MiB of memory as it is told, and says where: +N maps, -N unmaps what was mapped as the Nth.
MAPPER = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
mapped = []
print(flush=True)
for line in sys.stdin:
    number = int(line[1:])
    if line[0] == "+":
        # Read-only and shared, so that it is no neighbour's to be merged with.
        at = libc.mmap(None, number << 20, 1, 0x21 if len(mapped) % 2 else 0x22, -1, 0)
        ctypes.string_at(at, number << 20)
        mapped.append((at, number))
    else:
        libc.munmap(mapped[number][0], mapped[number][1] << 20)
    print("%x" % mapped[-1][0], flush=True)
"""


class Mapper:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", MAPPER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.process.stdout.readline()

    def do(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline(), 16)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Recordings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(folder.name, "maps.zst")

    def record(self, *arguments, check=0):
        return PPMAP.run("--record", self.file, *arguments, check=check)

    def replay(self, *arguments, check=0, file=None):
        return json.loads(PPMAP.run("--replay", file or self.file, *arguments, "--json", check=check).stdout)

    @staticmethod
    def rows(document):
        return document["processes"][0]["mappings"]

    def sample_times(self):
        with subprocess.Popen(["zstdcat", self.file], stdout=subprocess.PIPE) as reader:
            return [json.loads(line)["time_ns"] for line in reader.stdout if b'"record":"sample"' in line]

    def test_a_process_that_stands_still_is_shown_as_it_was_live(self):
        with Mapper() as mapper:
            mapper.do("+3")
            os.kill(mapper.pid, signal.SIGSTOP)
            live = json.loads(PPMAP.run(mapper.pid, "--json", check=0).stdout)
            self.record(mapper.pid)
            after = json.loads(PPMAP.run(mapper.pid, "--json", check=0).stdout)
            layouts = {view: PPMAP.lines(view, mapper.pid) for view in ("-x", "-d", "-X")}
        for view, lines in layouts.items():
            then = PPMAP.lines("--replay", self.file, view)
            self.assertEqual(len(then), len(lines), view)
            # As above: what depends on sharers may differ in a few lines.
            self.assertLess(sum(a != b for a, b in zip(then, lines)), len(lines) / 2, view)
        replayed = self.replay(mapper.pid)
        self.assertEqual(len(self.rows(replayed)), len(self.rows(live)))
        compared = 0
        for before, row, later in zip(self.rows(live), self.rows(replayed), self.rows(after)):
            self.assertEqual(row.keys(), before.keys())
            has_sharers = before["pss_bytes"] != before["rss_bytes"] or row["pss_bytes"] != row["rss_bytes"]
            for key, value in row.items():
                # Pages gain and lose sharers as other programs begin and end; the policy of huge pages is the machine's.
                if before[key] != later[key] or key == "thp_why":
                    continue
                if has_sharers and re.search("pss|uss|shared|private", key):
                    continue
                self.assertEqual(value, before[key], f"{key} of {row['mapping']}")
                compared += 1
        self.assertGreater(compared, 500)
        for key in ("pid", "comm", "command", "started_ns", "threads", "vsz_bytes", "rss_bytes"):
            self.assertEqual(replayed["processes"][0][key], live["processes"][0][key], key)
        self.assertEqual(replayed["host"], live["host"])
        self.assertEqual(replayed["boot_id"], live["boot_id"])

    @need_program("zstdcat")
    def test_what_was_mapped_at_a_time_is_shown_at_that_time(self):
        with Mapper() as mapper:
            with subprocess.Popen([built("ppmap"), "--record", self.file, "--delay", "0.2", str(mapper.pid)],
                                  stdin=subprocess.DEVNULL) as recorder:
                moments = []
                places = []
                for what in ("+3", "+5", "-0", "+7"):
                    places.append(mapper.do(what))
                    time.sleep(0.6)
                    moments.append(time.time())
                recorder.send_signal(signal.SIGTERM)
                self.assertEqual(recorder.wait(60), 0)
        expected = [{places[0]: 3}, {places[0]: 3, places[1]: 5}, {places[1]: 5}, {places[1]: 5, places[3]: 7}]
        for moment, mapped in zip(moments, expected):
            rows = self.rows(self.replay("--at", f"@{moment:.6f}", mapper.pid))
            there = {int(row["start"], 16): row["size_bytes"] for row in rows}
            for place in places:
                at = {start: size for start, size in there.items() if start == place}
                self.assertEqual(at, {place: mapped[place] * MIB} if place in mapped else {}, (moment, place))
        # Only what changed is written again.
        with subprocess.Popen(["zstdcat", self.file], stdout=subprocess.PIPE) as reader:
            lines = [json.loads(line) for line in reader.stdout]
        vmas = sum(line["record"] == "vma" for line in lines)
        samples = sum(line["record"] == "sample" for line in lines)
        self.assertGreater(samples, 5)
        self.assertLess(vmas, samples * len(there))
        self.assertIn("unmapped", {line["record"] for line in lines})

    def test_views_columns_filters_orders_and_formats_are_those_of_a_live_map(self):
        with Mapper() as mapper:
            mapper.do("+9")
            self.record(mapper.pid)
        rows = self.rows(self.replay("-o", "start,size,rss,kind", "--sort", "-size", "--filter", "size >= 1M"))
        sizes = [row["size_bytes"] for row in rows]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertGreaterEqual(min(sizes), MIB)
        groups = self.replay("--by", "kind")["processes"][0]["groups"]
        self.assertIn("heap", {row["kind"] for row in groups})
        table = PPMAP.lines("--replay", self.file)
        self.assertIn(f"{mapper.pid}:   ", table[0])
        for view in (["-x"], ["-X"], ["-d"], ["--tlb"], ["--by", "path"], ["--format", "csv"], ["-A", "0,ffffffff"], ["-p"]):
            self.assertTrue(PPMAP.lines("--replay", self.file, *view), view)
        self.assertTrue(any("/libc" in line for line in PPMAP.lines("--replay", self.file, "-p")))

    def test_pstat_reads_the_processes_of_it(self):
        with Mapper() as mapper:
            self.record(mapper.pid)
        row, = json.loads(PSTAT.run("--replay", self.file, "-o", "pid,rss", "--json", check=0).stdout)["processes"]
        self.assertEqual(row["pid"], mapper.pid)

    def test_a_saved_document_is_shown_like_a_recording(self):
        with Mapper() as mapper:
            mapper.do("+4")
            saved = os.path.join(self.folder, "map.json")
            with open(saved, "wb") as file:
                PPMAP.run(mapper.pid, "--json", stdout=file, check=0)
        with open(saved, "rb") as file:
            live = json.load(file)
        replayed = self.replay(file=saved)
        self.assertEqual([row["rss_bytes"] for row in self.rows(replayed)], [row["rss_bytes"] for row in self.rows(live)])
        self.assertEqual([row["mapping"] for row in self.rows(replayed)], [row["mapping"] for row in self.rows(live)])
        self.assertEqual(replayed["time_ns"], live["time_ns"])
        self.assertIn(b"--at", PPMAP.run("--replay", saved, "--at", "last", check=EXIT_USAGE).stderr)

    @need_program("zstdcat")
    def test_of_a_damaged_file_all_before_the_damage_is_shown(self):
        with Mapper() as mapper:
            with subprocess.Popen([built("ppmap"), "--record", self.file, "--delay", "0.05", "--samples", "200", str(mapper.pid)],
                                  stdin=subprocess.DEVNULL) as recorder:
                recorder.wait(120)
        times = self.sample_times()
        self.assertEqual(len(times), 200)
        first = f"@{times[2] // 10**9}.{times[2] % 10**9:09}"
        whole = os.path.getsize(self.file)
        cut = os.path.join(self.folder, "cut.zst")
        shutil.copy(self.file, cut)
        os.truncate(cut, whole * 2 // 3)
        document = self.replay("--at", first, file=cut, check=None)
        self.assertGreater(len(self.rows(document)), 10)
        damaged = os.path.join(self.folder, "damaged.zst")
        shutil.copy(self.file, damaged)
        with open(damaged, "r+b") as file:
            file.seek(whole // 2)
            file.write(b"\0" * 64)
        self.assertGreater(len(self.rows(self.replay("--at", first, file=damaged, check=None))), 10)
        done = PPMAP.run("--replay", damaged, "--at", f"@{times[110] // 10**9}.{times[110] % 10**9:09}", "--json")
        self.assertEqual(done.returncode, EXIT_PARTIAL)
        self.assertIn(b"is damaged: byte", done.stderr)

    @need_root()
    def test_why_there_is_no_map_is_recorded_too(self):
        shutil.chown(self.folder, 65534)
        PPMAP.run("--record", self.file, os.getpid(), nobody=True, check=0)
        done = PPMAP.run("--replay", self.file, "--json", check=EXIT_NOTHING)
        self.assertIn(b"could not be read by who recorded", done.stderr)
        self.assertEqual(json.loads(done.stdout)["errors"][0]["reason"], "denied")

    def test_what_cannot_be_is_refused(self):
        for arguments in (["--replay", "a", "--limits"], ["--replay", "a", "--faults", "1"], ["--replay", "a", "--proc-root", "/sys"],
                          ["--record", self.file, "1", "--json"], ["--record", self.file, "1", "--sort", "rss"], ["--record", self.file],
                          ["--delay", "1", "1"], ["--samples", "1", "1"], ["--record", self.file, "--delay", "soon", "1"],
                          ["--at", "last", "1"]):
            with self.subTest(arguments):
                PPMAP.run(*arguments, check=EXIT_USAGE)
        PPMAP.run("--replay", "/nonexistent", check=EXIT_NOTHING)
        with Mapper() as mapper, contextlib.suppress(FileNotFoundError):
            self.record(mapper.pid)
        PPMAP.run("--replay", self.file, "2", check=EXIT_MISSING)


if __name__ == "__main__":
    runner.main()
