#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Recordings of real processes: what was recorded is what is shown afterwards, whatever happened to the file."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import Tool, built, need_program, need_root  # noqa: E402

EXIT_NOTHING, EXIT_USAGE, EXIT_PARTIAL = 1, 2, 3
MIB = 1 << 20
# Touches a MiB more for each line of its input, and answers when it has.
GROWER = """
import mmap, sys
kept = []
print(flush=True)
for line in sys.stdin:
    memory = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(b"x" * (1 << 20))
    kept.append(memory)
    print(flush=True)
"""
PSTAT = Tool(built("pstat"))


class Grower:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", GROWER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.pid = self.process.pid
        self.process.stdout.readline()

    def grow(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def rss(self):
        return int(pathlib.Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.file = os.path.join(folder.name, "recording.zst")

    def replay(self, *arguments, check=0, file=None):
        done = PSTAT.run("--replay", file or self.file, *arguments, "--json", check=check)
        return json.loads(done.stdout)

    def samples(self, *arguments, file=None, check=0):
        """All of a recording, from its first sample on."""
        return self.replay("--at", "first", "-n", "1000000", *arguments, file=file, check=check)["samples"]


class Recorded(Folder):
    def test_a_process_that_grew_is_shown_as_it_was_at_each_time(self):
        seen = []
        with Grower() as grower:
            for _ in range(5):
                grower.grow()
                PSTAT.run("--record", self.file, "-p", grower.pid, "-o", "pss", check=0)
                seen.append(grower.rss())
        shown = [sample["processes"][0] for sample in self.samples("-o", "pid,rss,pss,uss,args")]
        self.assertEqual([row["rss_bytes"] for row in shown], seen)
        for before, after in zip(shown, shown[1:]):
            # Pages that it had alone find sharers meanwhile, where other programs begin.
            self.assertGreaterEqual(after["pss_bytes"] - before["pss_bytes"], MIB // 2)
        self.assertIn("mmap", shown[0]["args"])
        times = [sample["sample_time_ns"] for sample in self.samples("-o", "pid")]
        for i, when in enumerate(times):
            for moment, expected in ((when, i), (when - 1, i - 1), (when + 1, i)):
                if expected < 0:
                    continue
                at = f"@{moment // 10**9}.{moment % 10**9:09}"
                self.assertEqual(self.replay("--at", at, "-o", "rss")["processes"][0]["rss_bytes"], seen[expected])
        self.assertEqual(self.replay("-o", "rss")["processes"][0]["rss_bytes"], seen[-1])

    def test_every_column_of_a_process_that_stands_still_is_as_it_was_live(self):
        with Grower() as grower:
            names = [line["name"] for line in json.loads(PSTAT.run("--columns", "--json", check=0).stdout)["columns"]]
            os.kill(grower.pid, signal.SIGSTOP)
            time.sleep(0.2)
            # Twice, so that what is made of two samples has them.
            PSTAT.run("--record", self.file, "-p", grower.pid, "-o", ",".join(names), "-d", "0.2", "-n", "2", check=0)
            live = json.loads(PSTAT.run("-p", grower.pid, "-o", ",".join(names), "--json", check=None).stdout)
        replayed = self.replay("-p", grower.pid, "-o", ",".join(names), check=None)
        # The TLBs are the recorder's, which are not in the file, and counters count from when they were opened.
        # Shares of time go on while it stands still, and sharers of its pages come and go.
        moving = re.compile(r"elapsed|etime|^c$|^cp$|^cu[cu]_|cpu|oom|util|pss|uss|share|private|_rate_|dtlb|^tlb_[lf]|_reach|counter")
        compared = 0
        for key, value in live["processes"][0].items():
            if moving.search(key):
                continue
            self.assertEqual(replayed["processes"][0][key], value, key)
            compared += 1
        self.assertGreater(compared, 100)
        self.assertEqual(replayed["host"], live["host"])
        self.assertEqual(replayed["boot_id"], live["boot_id"])

    def test_cpu_and_faults_are_rates_between_recorded_samples(self):
        with Grower() as grower:
            PSTAT.run("--record", self.file, "-p", grower.pid, check=0)
            for _ in range(20):
                grower.grow()
            time.sleep(0.3)
            PSTAT.run("--record", self.file, "-p", grower.pid, check=0)
        first, last = self.samples("-o", "min_flt,min_flt_rate,cpu")
        self.assertIsNone(first["processes"][0]["min_flt_rate_per_second"])
        faults = last["processes"][0]["min_flt"] - first["processes"][0]["min_flt"]
        seconds = last["interval_ns"] / 1e9
        self.assertAlmostEqual(last["processes"][0]["min_flt_rate_per_second"], faults / seconds, delta=faults / seconds / 20)

    def test_selection_order_filter_and_format_are_those_of_a_live_list(self):
        PSTAT.run("--record", self.file, check=0)
        rows = self.replay("-e", "-o", "pid,rss", "--sort", "-rss", "--filter", "rss > 0")["processes"]
        sizes = [row["rss_bytes"] for row in rows]
        self.assertGreater(len(sizes), 1)
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertNotIn(0, sizes)
        table = PSTAT.lines("--replay", self.file, "-p", "1", "-o", "pid,user,comm")
        self.assertRegex(table[0], r"PID +USER +COMMAND")
        self.assertEqual(len(table), 2)
        self.assertTrue(PSTAT.lines("--replay", self.file, "--format", "csv", "-o", "pid,rss")[1].count(","), 1)
        groups = self.replay("--group-by", "user", "-o", "rss")["processes"]
        self.assertGreaterEqual(len(groups), 1)
        self.assertIn("mem_total_bytes", self.replay("--system", "-p", "1"))

    def test_what_was_not_recorded_is_null_with_that_reason(self):
        PSTAT.run("--record", self.file, "-p", os.getpid(), check=0)
        done = PSTAT.run("--replay", self.file, "-o", "pid,pss,fds", "--json", check=0)
        document = json.loads(done.stdout)
        self.assertIsNone(document["processes"][0]["pss_bytes"])
        self.assertEqual({error["reason"] for error in document["errors"]}, {"not_recorded"})
        self.assertIn(b"pss, fds: 1 of 1 process not recorded", done.stderr)

    @need_root()
    def test_what_was_denied_to_the_recorder_stays_denied(self):
        with Grower() as grower:
            os.chmod(self.folder, 0o777)
            PSTAT.run("--record", self.file, "-p", grower.pid, "-o", "pss", nobody=True, check=0)
        done = PSTAT.run("--replay", self.file, "-o", "pid,pss,rss", "--json", "-p", grower.pid, check=EXIT_PARTIAL)
        document = json.loads(done.stdout)
        self.assertIsNone(document["processes"][0]["pss_bytes"])
        self.assertGreater(document["processes"][0]["rss_bytes"], 0)
        self.assertEqual(document["errors"][0]["reason"], "denied")

    @need_program("jq")
    @need_program("zstdcat")
    def test_zstdcat_and_jq_read_it_without_us(self):
        with Grower() as grower:
            PSTAT.run("--record", self.file, "-p", grower.pid, "-d", "0.1", "-n", "3", check=0)
            rss = grower.rss()
        script = f"zstdcat {self.file} | jq -c 'select(.record==\"process\") | .statm.resident_pages'"
        pages = [int(line) for line in subprocess.run(script, shell=True, check=True, capture_output=True).stdout.split()]
        self.assertEqual(pages[-1] * os.sysconf("SC_PAGE_SIZE"), rss)
        samples = subprocess.run(f"zstdcat {self.file} | jq -c 'select(.record==\"sample\") | .machine.MemTotal_bytes'",
                                 shell=True, check=True, capture_output=True).stdout.split()
        self.assertEqual(len(samples), 3)

    def test_a_jsonl_file_is_plain_text(self):
        file = os.path.join(self.folder, "recording.jsonl")
        PSTAT.run("--record", file, "-p", os.getpid(), check=0)
        records = [json.loads(line)["record"] for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()]
        self.assertEqual(records[:2], ["recording", "sample"])
        self.assertEqual(records[-1], "index")
        self.assertEqual(len(self.samples("-o", "pid", file=file)), 1)


class Times(Folder):
    def test_a_time_before_the_recording_has_nothing_and_says_when_it_begins(self):
        PSTAT.run("--record", self.file, "-p", os.getpid(), check=0)
        done = PSTAT.run("--replay", self.file, "--at", "@1000", check=EXIT_NOTHING)
        self.assertRegex(done.stderr.decode(), r"begins later, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
        done = PSTAT.run("--replay", self.file, "--at", "tomorrow", check=EXIT_NOTHING)
        self.assertIn(b"is no time: 03:12", done.stderr)

    def test_options_without_effect_are_refused(self):
        for words in (["--record", "f", "--sort", "rss"], ["--record", "f", "--json"], ["--record", "f", "--tree"],
                      ["--record", "f", "-L"], ["--replay", "f", "--record", "f"], ["--at", "03:12"],
                      ["--record-size", "1M"], ["--record", "f", "--record-size", "x"]):
            with self.subTest(words):
                PSTAT.run(*words, check=EXIT_USAGE)
        PSTAT.run("--record", self.file, "-p", os.getpid(), check=0)
        for words in (["-d", "1"], ["--footprint", "1"], ["-m"], ["--proc-root", "/tmp"], ["-o", "nonsense"],
                      ["--filter", "rss >"], ["-u", "nobody-has-this-name"]):
            with self.subTest(words):
                PSTAT.run("--replay", self.file, *words, check=EXIT_USAGE)


class Endings(Folder):
    def record(self, *arguments, **options):
        return subprocess.Popen([built("pstat"), "--record", self.file, *map(str, arguments)], stderr=subprocess.PIPE,
                                **options)

    def wait_for_samples(self, count):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if os.path.exists(self.file) and os.path.getsize(self.file) > 0:
                done = PSTAT.run("--replay", self.file, "--at", "first", "-n", "1000000", "--json", "-o", "pid")
                if done.returncode in (0, EXIT_PARTIAL) and len(json.loads(done.stdout)["samples"]) >= count:
                    return
            time.sleep(0.1)
        self.fail("no samples came")

    def test_signals_end_a_recording_with_its_last_sample_whole(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number), self.record("-d", "0.05", "-p", os.getpid()) as recorder:
                time.sleep(1)
                recorder.send_signal(number)
                self.assertEqual(recorder.wait(timeout=20), 0, recorder.stderr.read())
                self.assertGreater(len(self.samples("-o", "pid")), 3)
                os.unlink(self.file)

    def test_what_a_killed_recorder_had_flushed_is_shown_and_continued(self):
        # The first sample goes to the file at once, the others when ten seconds have passed.
        with self.record("-d", "0.05", "-p", os.getpid()) as recorder:
            self.wait_for_samples(1)
            recorder.kill()
            recorder.wait()
        done = PSTAT.run("--replay", self.file, "-o", "pid", "--json", check=EXIT_PARTIAL)
        self.assertIn(b"is damaged: byte", done.stderr)
        self.assertEqual(json.loads(done.stdout)["processes"][0]["pid"], os.getpid())
        before = len(self.samples("-o", "pid", check=EXIT_PARTIAL))
        PSTAT.run("--record", self.file, "-p", os.getpid(), check=0)
        self.assertEqual(len(self.samples("-o", "pid")), before + 1)

    def test_all_before_the_damage_is_shown_and_the_damage_named(self):
        PSTAT.run("--record", self.file, "-p", os.getpid(), "-d", "0.01", "-n", "130", check=0)
        whole = pathlib.Path(self.file).read_bytes()
        pathlib.Path(self.file).write_bytes(whole[:len(whole) * 2 // 3])
        self.assertGreaterEqual(len(self.samples("-o", "pid", check=EXIT_PARTIAL)), 60)
        broken = bytearray(whole)
        broken[len(whole) // 2] ^= 0x40
        pathlib.Path(self.file).write_bytes(broken)
        done = PSTAT.run("--replay", self.file, "--at", "first", "-n", "1000", "-o", "pid", "--json", check=EXIT_PARTIAL)
        self.assertGreaterEqual(len(json.loads(done.stdout)["samples"]), 10)
        self.assertRegex(done.stderr.decode(), r"is damaged: byte \d+: ")
        pathlib.Path(self.file).write_bytes(b"no recording at all\n")
        done = PSTAT.run("--replay", self.file, check=EXIT_NOTHING)
        self.assertIn(b"recording.zst' ", done.stderr)

    def test_a_recording_is_bounded_and_rotated(self):
        PSTAT.run("--record", self.file, "-d", "0.01", "-n", "300", "--record-size", "20K", "--record-keep", "2", check=0)
        files = sorted(os.listdir(self.folder))
        self.assertEqual(files, ["recording.zst", "recording.zst.1", "recording.zst.2"])
        for name in files:
            self.assertLess(os.path.getsize(os.path.join(self.folder, name)), 200_000)
            self.assertGreaterEqual(len(self.samples("-o", "pid", file=os.path.join(self.folder, name))), 1)
        times = [self.samples("-o", "pid", file=os.path.join(self.folder, name))[0]["sample_time_ns"] for name in files]
        self.assertEqual(times, sorted(times, reverse=True))

    def test_two_recorders_do_not_write_one_file(self):
        with self.record("-d", "0.1", "-p", os.getpid()) as recorder:
            self.wait_for_samples(1)
            done = PSTAT.run("--record", self.file, check=EXIT_NOTHING)
            self.assertIn(b"is being recorded to by another process", done.stderr)
            recorder.terminate()
            recorder.wait()

    def test_a_device_is_refused_and_a_full_disk_said(self):
        done = PSTAT.run("--record", "/dev/full", check=EXIT_NOTHING)
        self.assertIn(b"'/dev/full' is no regular file", done.stderr)
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))  # noqa: E731
        with self.record("-d", "0.01", preexec_fn=limit) as recorder:
            self.assertEqual(recorder.wait(timeout=60), EXIT_NOTHING)
            self.assertRegex(recorder.stderr.read().decode(), r"recording.zst' cannot be written: File too large")
        self.assertGreater(len(self.samples("-o", "pid", check=None)), 0)

    @need_root()
    def test_a_file_system_without_room_ends_it_with_what_fits(self):
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", self.folder], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=False)
        with self.record("-d", "0.01") as recorder:
            self.assertEqual(recorder.wait(timeout=60), EXIT_NOTHING)
            self.assertIn("No space left on device", recorder.stderr.read().decode())
        self.assertGreater(len(self.samples("-o", "pid", check=None)), 0)


@unittest.skipIf(TMUX is None, "there is no tmux")
class OnTheScreen(Folder):
    def ptop(self, *arguments, **size):
        settings = {"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        return Terminal([built("ptop"), "-d", "0.3", *map(str, arguments)], environment=settings, **size)

    def record(self, pid, *arguments, seconds=3):
        with self.ptop("--record", self.file, "-p", pid, *arguments) as terminal:
            terminal.wait_for("recording", "COMMAND")
            time.sleep(seconds)
            terminal.keys("q")
            terminal.wait_for("ended with 0")

    def test_what_was_on_the_screen_is_in_the_recording(self):
        with Grower() as grower:
            with self.ptop("--record", self.file, "-p", grower.pid, "--set", "memory", columns=120) as terminal:
                terminal.wait_for("recording", "PSS")
                for _ in range(8):
                    grower.grow()
                    time.sleep(0.3)
                rss = grower.rss()
                time.sleep(1)
                terminal.keys("q")
                terminal.wait_for("ended with 0")
        rows = [sample["processes"][0] for sample in self.samples("-o", "rss,pss,args")]
        self.assertEqual(rows[-1]["rss_bytes"], rss)
        self.assertGreater(rows[-1]["rss_bytes"], rows[0]["rss_bytes"] + 6 * MIB)
        self.assertGreater(rows[-1]["pss_bytes"], 6 * MIB)
        self.assertIn("mmap", rows[-1]["args"])

    def test_steps_seeks_and_refusals(self):
        with Grower() as grower:
            self.record(grower.pid)
        count = len(self.samples("-o", "pid"))
        host = self.replay("-o", "pid")["host"]
        with self.ptop("--replay", self.file, "--at", "first", columns=120) as terminal:
            terminal.wait_for(host, "0:00 of 0:0", "paused", "python3")
            terminal.keys(",")
            terminal.wait_for("this is the first sample")
            for _ in range(count):
                terminal.keys(".")
            terminal.wait_for("this is the last sample")
            terminal.keys("g")
            terminal.wait_for("Go to (")
            terminal.text("first")
            terminal.keys("Enter")
            terminal.wait_for("0:00 of 0:0")
            terminal.keys("g")
            terminal.text("+2")
            terminal.keys("Enter")
            terminal.wait_for_match(r"0:0[12] of 0:0")
            terminal.keys("g")
            terminal.text("-1h")
            terminal.keys("Enter")
            terminal.wait_for("the recording begins later: at 2")
            terminal.keys("g")
            terminal.text("noon")
            terminal.keys("Enter")
            terminal.wait_for("'noon' is no time")
            terminal.keys("k")
            terminal.wait_for("its processes are not there to be touched")
            terminal.keys("Enter")
            terminal.wait_for("a recording holds no maps")
            terminal.keys("H")
            terminal.wait_for("this was recorded without threads")
            terminal.keys("Tab")
            terminal.wait_for("not recorded: PSS USS SWAP")
            terminal.keys("h")
            terminal.wait_for("keys.")
            terminal.keys("End")
            terminal.wait_for("the next sample", "the sample before", "go to a time")
            terminal.keys("Escape")
            terminal.keys("q")
            terminal.wait_for("ended with 0")

    def test_it_plays_on_its_own_and_stops_at_the_end(self):
        with Grower() as grower:
            self.record(grower.pid)
        with self.ptop("--replay", self.file, "-d", "0.1") as terminal:
            terminal.wait_for("paused", "this is the last sample")
            terminal.keys("q")
            terminal.wait_for("ended with 0")
        with self.ptop("--replay", self.file, "-d", "0.1", "-n", "1000") as terminal:
            terminal.wait_for("ended with 0")

    def test_small_screens(self):
        with Grower() as grower:
            self.record(grower.pid)
        year = time.strftime("%Y-")
        with self.ptop("--replay", self.file, "--at", "last", columns=20, rows=5) as terminal:
            self.assertIn("PID", terminal.wait_for(year))
            for columns, rows in ((7, 3), (1, 1), (80, 24)):
                terminal.resize(columns, rows)
                time.sleep(0.2)
            self.assertIn("python3", terminal.wait_for("COMMAND", year))

    def test_a_signal_ends_the_recording_whole(self):
        with Grower() as grower, self.ptop("--record", self.file, "-p", grower.pid) as terminal:
            terminal.wait_for("recording")
            time.sleep(1)
            os.kill(terminal.pid(), signal.SIGTERM)
            terminal.wait_for("ended with 143")
        self.assertGreater(len(self.samples("-o", "pid")), 1)

    def test_a_recording_that_was_cut_is_shown_up_to_there_and_says_so(self):
        with Grower() as grower:
            PSTAT.run("--record", self.file, "-p", grower.pid, "-d", "0.01", "-n", "130", check=0)
        whole = pathlib.Path(self.file).read_bytes()
        pathlib.Path(self.file).write_bytes(whole[:len(whole) * 2 // 3])
        with self.ptop("--replay", self.file, "--at", "last", columns=140) as terminal:
            terminal.wait_for("damaged: byte ", "python3")

    def test_a_full_disk_is_said_and_the_monitor_goes_on(self):
        script = os.path.join(self.folder, "limited")
        pathlib.Path(script).write_text(f'#!/bin/bash\nulimit -f 8\nexec "{built("ptop")}" "$@"\n', encoding="ascii")
        os.chmod(script, 0o755)
        file = os.path.join(self.folder, "recording.jsonl")
        settings = {"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        with Terminal([script, "-d", "0.1", "--record", file], environment=settings, columns=120) as terminal:
            terminal.wait_for("not recording")
            terminal.keys("M")
            terminal.wait_for("by RES down", "not recording")
            terminal.keys("q")
            terminal.wait_for("ended with 1", "cannot be written: File too large")

    def test_what_cannot_be_recorded_to_or_replayed_is_refused_before_the_screen(self):
        with self.ptop("--record", "/dev/full") as terminal:
            terminal.wait_for("ended with 1", "'/dev/full' is no regular file")
        with self.ptop("--replay", "/nonexistent") as terminal:
            terminal.wait_for("ended with 1", "'/nonexistent' cannot be opened")
        with self.ptop("--at", "03:12") as terminal:
            terminal.wait_for("ended with 2", "--at is a time in a recording")


if __name__ == "__main__":
    runner.main()
