#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pstat on live processes: every column of every one, the formats, trees, groups, streams, and what it costs."""

import base64
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import procfiles  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import Target, gone_pid, other_process  # noqa: E402
from tools import NOBODY, SANITIZED, Tool, built, need_program, need_root  # noqa: E402

EXIT_NOTHING, EXIT_USAGE, EXIT_PARTIAL = 1, 2, 3
MIB = 1 << 20
PAGE = os.sysconf("SC_PAGE_SIZE")
KERNEL_THREADS = os.path.exists("/proc/2/stat") and not os.path.exists("/proc/2/exe")
REASONS = {"not_applicable", "not_sampled", "not_recorded", "no_previous", "gone", "no_memory", "denied", "unsupported",
           "blocked", "malformed", "io"}
# Touches 256 new pages for each line of its input, and answers when it has.
FAULTER = """
import ctypes, mmap, sys
memory = mmap.mmap(-1, 256 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
at = 0
print(flush=True)
for line in sys.stdin:
    for _ in range(256):
        memory[at] = 1
        at += mmap.PAGESIZE
    print(flush=True)
"""
SPINNER = """
import threading, time
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
print(flush=True)
time.sleep(1000)
"""


def pstat():
    return Tool(built("pstat"))


def rows(*arguments, check=0, **options):
    return maps_view.document(pstat().run("-J", *arguments, check=check, **options))["processes"]


def described():
    return maps_view.csv_rows(pstat().run("--columns", "--format", "csv", check=0))


def column_names():
    return [column["name"] for column in described()]


class EveryColumn(unittest.TestCase):
    def show_all(self, nobody):
        names = column_names()
        self.assertEqual(len(names), len(set(names)))
        self.assertGreater(len(names), 90)
        done = pstat().run("-J", "-e", "-o", ",".join(names), nobody=nobody)
        self.assertEqual(done.returncode, 0, done.stderr)
        document = maps_view.document(done)
        self.assertIn(os.getpid(), [row["pid"] for row in document["processes"]])
        keys = [column["key"] for column in described()]
        for row in document["processes"]:
            self.assertEqual([key for key in row if not key.endswith("_base64")], keys)
        reasons = {"denied", "no_pmu", "event_missing", "not_scheduled", "no_descriptors"}
        self.assertLessEqual({(problem["reason"], problem["pid"]) for problem in document["errors"]}, {(why, None) for why in reasons})
        self.assertRegex("".join(line for line in done.stderr.decode().splitlines(True) if " denied; " in line),
                         r"^(pstat: ([\w, ]+: \d+ of \d+ process(es)? denied; )+(run as root to see it|not even root may read it)\n)?$")
        return document

    def test_as_this_user(self):
        self.show_all(nobody=False)

    @need_root()
    def test_as_nobody(self):
        document = self.show_all(nobody=True)
        self.assertTrue(document["errors"])

    def test_in_every_format(self):
        for style in ((), ("--format", "csv"), ("--format", "jsonl"), ("--units", "human"), ("--bytes",)):
            pstat().run("-o", ",".join(column_names()), *style, os.getpid(), check=0)

    def test_each_says_what_it_is_and_where_it_is_from(self):
        for column in described():
            self.assertTrue(column["help"], column)
            if column["name"] != "addr":
                self.assertTrue(column["source"], column)

    def test_the_list_of_columns_is_json_too(self):
        listed = json.loads(pstat().run("--columns", "--json", check=0).stdout)
        listed = listed["columns"] if isinstance(listed, dict) else listed
        self.assertEqual([column["name"] for column in listed], column_names())

    def test_aliases_are_the_same_column(self):
        aliases = [(alias, column["name"]) for column in described() for alias in column["aliases"].split()]
        self.assertGreater(len(aliases), 90)
        # Side by side, so that both come from one look at the process.
        asked = ",".join(f"{alias},{name}" for alias, name in aliases)
        done = pstat().run("--format", "csv", "-o", asked, os.getpid(), check=0)
        headings, values = csv.reader(io.StringIO(done.stdout.decode()))
        self.assertEqual(headings[::2], headings[1::2])
        for (alias, name), one, other in zip(aliases, values[::2], values[1::2], strict=True):
            self.assertEqual(one, other, f"{alias} of {name}")


class Agreement(unittest.TestCase):
    COLUMNS = "pid,ppid,user,state,comm,args,vsz,rss,rss_anon,nlwp,min_flt,ni,tty,start,exe,untouched,touched,swap"

    @classmethod
    def setUpClass(cls):
        cls.target = Target("a,b", 'c"d', "e\nf")
        cls.addClassCleanup(cls.target.close)
        cls.pids = [*cls.target.group, cls.target.zombie]

    def show(self, *style):
        return pstat().run("-o", self.COLUMNS, *style, *self.pids, check=0)

    def test_json_lines_hold_the_rows_of_the_document(self):
        document = maps_view.document(self.show("-J"))
        records = maps_view.jsonl(self.show("--format", "jsonl"))
        self.assertEqual(records[0]["record"], "document")
        found = [{k: v for k, v in r.items() if k != "record"} for r in records if r["record"] == "process"]
        self.assertEqual(found, document["processes"])
        self.assertEqual(len(found), len(self.pids))

    def test_csv_holds_the_same_cells(self):
        document = maps_view.document(self.show("-J"))
        table = maps_view.csv_rows(self.show("--format", "csv", "--raw"), errors="surrogateescape")
        self.assertEqual(len(table), len(document["processes"]))
        for cells, row in zip(table, document["processes"]):
            self.assertEqual(list(cells), [key for key in row if not key.endswith("_base64")])
            for key, text in cells.items():
                value = row[key]
                if value is None:
                    self.assertEqual(text, "", key)
                elif isinstance(value, int):
                    self.assertEqual(text, str(value), key)
                elif isinstance(value, float):
                    self.assertAlmostEqual(float(text), value, places=3)
                elif f"{key}_base64" not in row:
                    self.assertEqual(text, value, key)

    def test_figures_are_the_kernels(self):
        for row in rows("-o", "pid,vsz,rss,hwm,peak,data,stk,vm_exe,lib,pte,lck,nlwp,rss_anon,rss_file,rss_shmem",
                        *self.target.group):
            status = procfiles.status(row["pid"])
            for key, name in {"vsz": "VmSize", "rss": "VmRSS", "hwm": "VmHWM", "peak": "VmPeak", "data": "VmData",
                              "stk": "VmStk", "vm_exe": "VmExe", "lib": "VmLib", "pte": "VmPTE", "lck": "VmLck",
                              "rss_anon": "RssAnon", "rss_file": "RssFile", "rss_shmem": "RssShmem"}.items():
                self.assertEqual(row[f"{key}_bytes"], status[name] * 1024, key)
            self.assertEqual(row["nlwp"], status["Threads"])

    def test_reserved_touched_and_untouched(self):
        before, = rows("-o", "vsz,rss,untouched", self.target.pid)
        self.target.touch_later()
        after, = rows("-o", "vsz,rss,untouched,touched", self.target.pid)
        self.assertEqual(after["vsz_bytes"], before["vsz_bytes"])
        self.assertEqual(after["rss_bytes"] - before["rss_bytes"], 100 * MIB)
        self.assertEqual(before["untouched_bytes"] - after["untouched_bytes"], 100 * MIB)
        self.assertAlmostEqual(after["touched_percent"], 100 * after["rss_bytes"] / after["vsz_bytes"], places=2)

    def test_limits_and_descriptors(self):
        names = {"stack": "Max stack size", "as": "Max address space", "data": "Max data size",
                 "memlock": "Max locked memory"}
        row, = rows("-o", ",".join(f"lim_{name}" for name in names) + ",lim_nofile,fds,oom_score,oom_score_adj",
                    self.target.pid)
        limits = procfiles.soft_limits(self.target.pid)
        for name, text in names.items():
            self.assertEqual(row[f"lim_{name}_bytes"], limits[text], name)
        self.assertEqual(row["lim_nofile"], limits["Max open files"])
        self.assertEqual(row["fds"], len(os.listdir(f"/proc/{self.target.pid}/fd")))
        for name in ("oom_score", "oom_score_adj"):
            with open(f"/proc/{self.target.pid}/{name}", encoding="ascii") as file:
                self.assertEqual(row[name], int(file.read()))


@schema.need_validator
class Schema(unittest.TestCase):
    def test_lists_keep_to_it(self):
        everything = ",".join(column_names())
        with gone_pid() as gone:
            for words in (("-e",), ("-e", "-o", everything), ("-eL",), ("aux",), ("--system",), ("--group-by", "user"),
                          ("--tree",), ("-e", "--memory"), ("-p", f"{os.getpid()},{gone}"), ("-p", gone)):
                document = maps_view.document(pstat().run("-J", *words))
                schema.validator(pstat(), "schema").validate(document)

    def test_every_key_is_described(self):
        printed = json.loads(pstat().run("--describe", "schema", check=0).stdout)
        known = printed["properties"]["processes"]["items"]["properties"]
        for column in described():
            self.assertTrue(known[column["key"]].get("description"), column)

    @need_root()
    def test_lists_of_an_ordinary_user_keep_to_it(self):
        document = maps_view.document(pstat().run("-J", "-e", "-o", ",".join(column_names()), nobody=True))
        schema.validator(pstat(), "schema").validate(document)

    def test_streams_keep_to_theirs(self):
        document = maps_view.document(pstat().run("-J", "-e", "-o", "pid,cpu,rss,min_flt_rate", "-d", "0.1", "-n", "3"))
        schema.validator(pstat(), "schema-stream").validate(document)
        self.assertEqual(len(document["samples"]), 3)

    def test_it_refuses_something_else(self):
        with self.assertRaises(schema.ValidationError):
            schema.validator(pstat(), "schema").validate({"schema": "pageloupe.pstat/1", "processes": [], "errors": [{}]})
        with self.assertRaises(schema.ValidationError):
            schema.validator(pstat(), "schema").validate({"schema": "something/1", "processes": [], "errors": []})


class HostileNames(unittest.TestCase):
    COMM = b"h\x1b[2J\x9b\n) \xff"
    ARGUMENTS = (b"\x1b]0;title\x07", b"new\nline", b"\xff\xfe", 'quote"s, ü 漢'.encode(), b"")

    @classmethod
    def setUpClass(cls):
        cls.target = Target(*cls.ARGUMENTS)
        cls.addClassCleanup(cls.target.close)

    @staticmethod
    def raw(row, key):
        coded = row.get(f"{key}_base64")
        return base64.b64decode(coded) if coded is not None else row[key].encode()

    def test_json_has_every_byte(self):
        row, = rows("-o", "comm,args", self.target.pid)
        self.assertEqual(self.raw(row, "comm"), self.COMM)
        with open(f"/proc/{self.target.pid}/cmdline", "rb") as file:
            arguments = file.read().rstrip(b"\0").split(b"\0")
        shown = self.raw(row, "args")
        for argument in arguments:
            self.assertIn(argument, shown)

    def test_threads_too(self):
        names = [self.raw(row, "comm") for row in rows("-L", "-o", "comm", self.target.pid)]
        self.assertEqual(names, [self.COMM, b"weird ) na\nme", b"\x1b[2J\xc2\x9b\xff"])

    def test_tables_have_no_control_bytes_and_a_line_a_process(self):
        pids = [*self.target.group, self.target.zombie]
        for words in ((), ("-f",), ("u",), ("--forest",), ("-L",), ("-o", "pid,exe,cwd,comm,args"), ("axww",)):
            done = pstat().run(*words, *(pids if words != ("axww",) else ()))
            self.assertNotRegex(done.stdout, rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\x9b")
            done.stdout.decode()
            if words not in (("-L",), ("axww",)):
                self.assertEqual(done.stdout.count(b"\n"), 1 + len(pids), words)

    def test_groups_by_such_names(self):
        found = [row for row in rows("--group-by", "comm", "-o", "comm,rss")
                 if self.raw(row, "comm") == self.COMM]
        self.assertEqual(len(found), 1)
        self.assertGreaterEqual(found[0]["processes"], 4)

    def test_raw_is_as_it_is(self):
        self.assertIn(self.COMM, pstat().run("--raw", "-o", "comm", self.target.pid, check=0).stdout)


class Denied(unittest.TestCase):
    @need_root()
    def test_what_may_not_be_read_is_null_and_denied(self):
        with Target() as target, other_process("sleep", "100", user=NOBODY) as mine:
            pids = [target.pid, mine.pid]
            done = pstat().run("-J", "-o", "pid,rss,pss,uss,swap_pss", *pids, nobody=True)
            document = maps_view.document(done)
            by_pid = {row["pid"]: row for row in document["processes"]}
            for key in ("pss_bytes", "uss_bytes", "swap_pss_bytes"):
                self.assertIsNone(by_pid[target.pid][key], key)
                self.assertIsNotNone(by_pid[mine.pid][key], key)
            self.assertGreater(by_pid[target.pid]["rss_bytes"], 0)
            self.assertEqual([p["reason"] for p in document["errors"]], ["denied"])
            self.assertEqual(done.returncode, EXIT_PARTIAL)
            table = pstat().run("-o", "pss,rss", target.pid, nobody=True)
            cell = table.stdout.decode().splitlines()[1].split()[0]
            self.assertIn(cell, {"denied", "-", "?"})
            self.assertEqual(table.stderr.count(b"\n"), 1)
            self.assertIn(b"1 of 1 process denied", table.stderr)

    @need_root()
    def test_one_line_for_all_of_them(self):
        done = pstat().run("-e", "-o", "pid,pss,uss", nobody=True)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (0, 1), done.stderr)
        self.assertRegex(done.stderr, rb"^pstat: pss, uss: \d+ of \d+ processes denied; run as root to see it\n$")


@need_program("strace")
@unittest.skipIf(SANITIZED, "a sanitizer makes system calls of its own")
class Cost(unittest.TestCase):
    """System calls, as strace sees them."""

    def trace(self, *arguments):
        with tempfile.NamedTemporaryFile(mode="r", errors="replace") as log:
            done = subprocess.run(["strace", "-f", "-o", log.name, built("pstat"), *map(str, arguments)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            text = log.read()
        if "ptrace" in done.stderr.decode():
            self.skipTest("strace may not trace here")
        return [line.split(None, 1)[1] for line in text.splitlines() if re.match(r"\d+ +\w+\(", line)]

    def opened(self, calls, pid):
        found = []
        for call in calls:
            if match := re.match(rf'openat\([^,]+, "(?:/proc/)?{pid}/([^"]+)"', call):
                found.append(match.group(1))
        return found

    def test_columns_open_the_files_they_need_and_no_other(self):
        with other_process("sleep", "100") as process:
            for columns, files in {"pid": ["stat"], "pid,ppid,comm,state,utime,min_flt": ["stat"], "rss,vsz": ["statm"],
                                   "pid,vsz,rss,comm": ["stat", "statm"], "rss_anon": ["status"],
                                   "pss,uss": ["smaps_rollup"], "args": ["stat", "cmdline"],
                                   "lim_as": ["limits"], "oom_score": ["oom_score"]}.items():
                calls = self.trace("-o", columns, "-q", process.pid)
                found = set(self.opened(calls, process.pid)) - ({"stat"} if "stat" not in files else set())
                self.assertEqual(found, set(files), columns)

    def test_no_more_than_three_calls_for_a_file(self):
        for columns, files in (("pid,comm", 1), ("pid,vsz,rss,comm", 2), ("pid,vsz,rss_anon,comm", 3)):
            few = self.trace("-o", columns, "-p", os.getpid())
            every = self.trace("-e", "-o", columns)
            processes = len({m.group(1) for call in every if (m := re.match(r'openat\([^,]+, "(\d+)/', call))})
            self.assertGreater(processes, 5)
            # Beyond a constant: reading the directory, growing memory, writing.
            self.assertLess(len(every), len(few) + 3 * files * processes + 40, columns)

    def test_all_of_a_machine_is_written_in_few_pieces(self):
        writes = [call for call in self.trace("-e") if call.startswith("write(1,")]
        self.assertLessEqual(len(writes), 3)


class Threads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def test_memory_is_shown_once(self):
        for option in ("-L", "-T", "--threads", "-m"):
            found = rows(option, "-o", "pid,tid,rss,vsz,pss,uss,untouched", self.target.pid)
            self.assertEqual(len(found), 4 if option == "-m" else 3)
            for key in ("rss_bytes", "vsz_bytes", "pss_bytes", "uss_bytes", "untouched_bytes"):
                values = [row[key] for row in found if row[key] is not None]
                self.assertEqual(len(values), 1, (option, key))
            self.assertEqual({row["tid"] for row in found}, {self.target.pid, *self.target.threads})

    def test_each_has_its_own_times_and_switches(self):
        with other_process(sys.executable, "-c", SPINNER, ready=True) as process:
            found = rows("-L", "-o", "pid,tid,cpu,state,utime", process.pid)
            self.assertEqual(len(found), 2)
            main, spinner = found
            self.assertEqual(main["tid"], process.pid)
            self.assertGreater(spinner["cpu_percent"], main["cpu_percent"] + 5)
        for row in rows("-L", "-o", "tid,nvcsw,nivcsw", self.target.pid):
            status = procfiles.numbers(f"/proc/{self.target.pid}/task/{row['tid']}/status")
            self.assertEqual((row["nvcsw"], row["nivcsw"]),
                             (status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]))

    def test_rates_of_a_process_are_its_own_beside_its_threads(self):
        with other_process(sys.executable, "-c", SPINNER, ready=True) as process:
            done = pstat().run("-J", "-m", "-o", "pid,tid,cpu", "-d", "0.5", "-n", "6", process.pid, check=0)
            samples = [sample["processes"] for sample in maps_view.document(done)["samples"][1:]]
        # The process is read before its threads: in some samples, on a busy machine, long before.
        apart = [abs(whole["cpu_percent"] - main["cpu_percent"] - spin["cpu_percent"]) for whole, main, spin in samples]
        self.assertLess(min(apart), 15, samples)
        self.assertLess(min(main["cpu_percent"] for _, main, _ in samples), 20)

    def test_zombies(self):
        row, = rows("-o", "pid,ppid,state,args,comm,vsz,rss,pss", self.target.zombie)
        self.assertEqual((row["state"], row["ppid"]), ("Z", self.target.pid))
        self.assertTrue(row["args"].startswith("[") and row["args"].endswith("] <defunct>"))
        self.assertIsNone(row["pss_bytes"])

    @unittest.skipUnless(KERNEL_THREADS, "sees no kernel threads")
    def test_threads_of_the_kernel(self):
        row, = rows("-o", "args,comm,pss,exe", 2)
        self.assertEqual((row["args"], row["comm"], row["pss_bytes"], row["exe"]),
                         ("[kthreadd]", "kthreadd", None, None))
        self.assertNotIn(2, [row["pid"] for row in rows("-e", "--no-kernel", "-o", "pid")])

    def test_a_leader_that_has_ended_is_shown_as_such(self):
        program = ("import ctypes, threading, time\n"
                   "def live():\n time.sleep(0.2)\n print(flush=True)\n time.sleep(1000)\n"
                   "threading.Thread(target=live).start()\n"
                   "ctypes.CDLL(None).pthread_exit(None)\n")
        with other_process(sys.executable, "-c", program, ready=True) as process:
            row, = rows("-o", "pid,state,nlwp,args", process.pid)
            self.assertEqual(row["state"], "Z")
            self.assertEqual(row["nlwp"], 2)
            threads = rows("-L", "-o", "tid,state", process.pid)
            self.assertEqual([thread["state"] for thread in threads], ["Z", "S"])


class TreesAndGroups(unittest.TestCase):
    SUMMED = ("pss", "uss", "swap", "min_flt", "time")

    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)
        cls.family = [*cls.target.group, cls.target.zombie]

    def test_subtrees_are_sums_of_their_members(self):
        for _ in range(20):
            found = rows("--tree", self.target.pid, "-o", "pid,ppid,rss,pss,uss,swap,min_flt,time")
            if all(row["pss_bytes"] == procfiles.rollup(row["pid"])["Pss"] * 1024 for row in found[:3]):
                break
        self.assertEqual({row["pid"] for row in found}, set(self.family))
        self.assertEqual(found[0]["pid"], self.target.pid)
        self.assertEqual([row["ppid"] for row in found[1:]], [self.target.pid] * 3)
        for key in ("pss_bytes", "uss_bytes", "swap_bytes", "min_flt", "time_ns"):
            self.assertEqual(found[0][f"tree_{key}"], sum(row[key] or 0 for row in found), key)
            for row in found[1:]:
                self.assertEqual(row[f"tree_{key}"], row[key], key)
        self.assertNotIn("tree_rss_bytes", found[0])

    def test_forests_stand_below_their_parents(self):
        lines = pstat().lines("--forest", "-o", "pid,args", "-p", ",".join(map(str, self.family)))
        self.assertNotIn("\\_", lines[1])
        for line in lines[2:]:
            self.assertIn(" \\_ ", line)

    def test_a_tree_that_is_not_there(self):
        with gone_pid() as gone:
            done = pstat().run("--tree", gone)
            self.assertEqual(done.returncode, EXIT_NOTHING)
            self.assertIn(b"no such process", done.stderr)

    def members(self, *columns):
        return rows("-o", ",".join(("pid", *columns)), *self.target.group)

    def test_groups_are_sums_of_their_members(self):
        pids = ",".join(map(str, self.target.group))
        for key in ("comm", "user", "session", "exe", "cgroup"):
            for _ in range(20):
                members = self.members("rss", "pss", "uss", "nlwp", "min_flt")
                groups = rows("--group-by", key, "-o", "rss,pss,uss,nlwp,min_flt", "-p", pids)
                if members == self.members("rss", "pss", "uss", "nlwp", "min_flt"):
                    break
            self.assertEqual(len(groups), 1, key)
            self.assertEqual(groups[0]["processes"], 3)
            for name in ("pss_bytes", "uss_bytes", "nlwp", "min_flt"):
                self.assertEqual(groups[0][name], sum(row[name] for row in members), (key, name))
            self.assertNotIn("rss_bytes", groups[0])
            self.assertEqual(groups[0]["rss_overlapping_bytes"], sum(row["rss_bytes"] for row in members))

    def test_users_are_told_apart(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        with other_process("sleep", "100", user=NOBODY) as process:
            groups = rows("--group-by", "user", "-o", "pss", "-p", f"{process.pid},{self.target.pid}")
            self.assertEqual(sorted(group["processes"] for group in groups), [1, 1])

    def test_what_counts_twice_is_marked(self):
        done = pstat().run("--group-by", "user", "-e", "-o", "rss,pss")
        lines = done.stdout.decode().splitlines()
        self.assertIn("RSS*", lines[0].split())
        self.assertIn("PSS", lines[0].split())
        self.assertRegex(lines[-1], r"^\* .*PSS")


class DeadLeader(unittest.TestCase):
    # The first thread of a process may end before the others: it is a zombie, and the memory is still there.
    PROGRAM = """
import ctypes, threading, time
block = bytearray(b"x") * (8 << 20)
def live():
    time.sleep(0.2)
    print(flush=True)
    time.sleep(99)
threading.Thread(target=live).start()
ctypes.CDLL(None).syscall(60, 0)
"""

    def test_its_memory_is_shown(self):
        with other_process("/usr/bin/python3", "-c", self.PROGRAM, ready=True) as process:
            for columns in ("pid,rss,vsz", "state,rss,vsz,pss,uss,rss_anon"):
                row, = rows("-o", columns, process.pid)
                for key, value in row.items():
                    if key.endswith("_bytes"):
                        self.assertGreater(value, 8 * MIB, key)
            self.assertEqual(row["state"], "Z")


class Filters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def chosen(self, expression, *words):
        return [row["pid"] for row in rows("-o", "pid", "--filter", expression, *words, check=None)]

    def test_filters_over_several_columns(self):
        pids = ("-p", ",".join(map(str, [*self.target.group, self.target.zombie])))
        everything = rows("-o", "pid,ppid,rss,vsz,state,nlwp,uss,pss,exe", *pids)
        cases = {
            "rss>1M and nlwp>1": lambda r: r["rss_bytes"] > MIB and r["nlwp"] > 1,
            "state=Z or nlwp=3": lambda r: r["state"] == "Z" or r["nlwp"] == 3,
            "uss >= 4MiB and uss < 6M": lambda r: 4 * MIB <= (r["uss_bytes"] or 0) < 6 * MIB,
            f"ppid={self.target.pid} and not state=Z": lambda r: r["ppid"] == self.target.pid and r["state"] != "Z",
            "pss is null": lambda r: r["pss_bytes"] is None,
            "exe ~ 'target$' and pss > 0": lambda r: (r["exe"] or "").endswith("target") and r["pss_bytes"],
            "vsz": lambda r: r["vsz_bytes"] > 0,
        }
        for expression, holds in cases.items():
            expected = [row["pid"] for row in everything if holds(row)]
            self.assertTrue(expected, expression)
            self.assertEqual(self.chosen(expression, *pids), expected, expression)

    def test_none_is_no_row(self):
        done = pstat().run("-e", "--filter", "rss > 1000T")
        self.assertEqual(done.returncode, EXIT_NOTHING)

    def test_what_is_no_filter_is_refused(self):
        for expression in ("rss>", "rss>>1", "(rss>1", "rsss>1", "rss>1X", "comm ~ '['", "", "and"):
            done = pstat().run("-e", "--filter", expression)
            self.assertEqual((done.returncode, done.stdout), (EXIT_USAGE, b""), expression)
            self.assertTrue(done.stderr)
        self.assertIn(b"'rss'", pstat().run("--filter", "rsss>1").stderr)

    def test_orders(self):
        for key, column in (("-oom_score", "oom_score"), ("-rss", "rss_bytes"), ("comm", "comm"), ("-pid", "pid")):
            values = [row[column] for row in rows("-e", "--no-kernel", "-o", f"pid,{key.lstrip('-')}", "--sort", key)]
            if column != "comm":
                values = [value for value in values if value is not None]
                self.assertEqual(values, sorted(values, reverse=key.startswith("-")), key)


class Stream:
    """pstat -d, a record at a time."""

    def __init__(self, *arguments):
        self._process = subprocess.Popen([built("pstat"), "--format", "jsonl", *map(str, arguments)],
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._pending = None
        json.loads(self._process.stdout.readline())
        self._next = json.loads(self._process.stdout.readline())

    def sample(self, rows_of_it):
        """The facts of the next sample and so many of its rows."""
        facts, found = self._next, []
        assert facts["record"] == "sample", facts
        self._next = None
        for _ in range(rows_of_it):
            found.append(json.loads(self._process.stdout.readline()))
        return facts, found

    def advance(self):
        self._next = json.loads(self._process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdout.close()


class Streams(unittest.TestCase):
    def test_faults_per_second_are_those_that_were_made(self):
        with other_process(sys.executable, "-c", FAULTER, ready=True) as process, \
                Stream("-d", "0.3", "-o", "pid,min_flt,min_flt_rate,rss", process.pid) as stream:
            _, (first,) = stream.sample(1)
            self.assertIsNone(first["min_flt_rate_per_second"])
            previous = first
            for round_ in range(3):
                process.stdin.write(b"\n")
                process.stdin.flush()
                process.stdout.readline()
                stream.advance()
                facts, (row,) = stream.sample(1)
                interval = facts["interval_ns"] / 1e9
                faults = row["min_flt_rate_per_second"] * interval
                self.assertAlmostEqual(faults, row["min_flt"] - previous["min_flt"], delta=1, msg=str(round_))
                self.assertGreater(interval, 0.29)
                previous = row
            total = previous["min_flt"] - first["min_flt"]
            self.assertIn(total, range(3 * 256, 3 * 256 + 200))
            self.assertGreaterEqual(previous["rss_bytes"] - first["rss_bytes"], 3 * 256 * PAGE)

    def test_processes_that_come_and_go_are_counted(self):
        with other_process("cat") as parent:
            children = []
            with Stream("-d", "0.4", "-o", "pid", "--ppid", os.getpid()) as stream:
                facts, _ = stream.sample(0)
                self.assertEqual((facts["begun"], facts["ended"]), (0, 0))
                children = [subprocess.Popen(["sleep", "100"]) for _ in range(3)]
                begun, ended = self.count_until(stream, 3, 0)
                for child in children[:2]:
                    child.kill()
                    child.wait()
                more_begun, more_ended = self.count_until(stream, 0, 2)
                for child in children[2:]:
                    child.kill()
                    child.wait()
            self.assertEqual((begun, ended), (3, 0))
            self.assertEqual((more_begun, more_ended), (0, 2))
            self.assertIsNone(parent.poll())

    @staticmethod
    def count_until(stream, begun, ended, tries=20):
        found = [0, 0]
        while tries and (found[0] < begun or found[1] < ended):
            record = json.loads(stream._process.stdout.readline())
            if record["record"] == "sample":
                found[0] += record["begun"]
                found[1] += record["ended"]
                tries -= 1
        return tuple(found)

    def test_samples_are_as_many_as_asked_for(self):
        done = pstat().run("-J", "-d", "0.05", "-n", "4", "-o", "pid,cpu", os.getpid(), check=0)
        samples = maps_view.document(done)["samples"]
        self.assertEqual(len(samples), 4)
        self.assertEqual([s["interval_ns"] is None for s in samples], [True, False, False, False])
        times = [s["sample_time_ns"] for s in samples]
        self.assertEqual(times, sorted(times))

    def test_a_column_of_two_samples_gets_both_without_a_stream(self):
        with other_process(sys.executable, "-c", SPINNER, ready=True) as process:
            row, = rows("-o", "pid,cpu", process.pid)
            # How much it gets within the interval is up to the machine.
            self.assertIsNotNone(row["cpu_percent"])

    def test_a_named_process_that_ends(self):
        process = subprocess.Popen(["sleep", "100"])
        with Stream("-d", "0.1", "-o", "pid", process.pid, os.getpid()) as stream:
            stream.sample(2)
            process.kill()
            process.wait()
            self.assertEqual(self.count_until(stream, 0, 1), (0, 1))


class System(unittest.TestCase):
    STILL = {"mem_total_bytes": "MemTotal", "swap_total_bytes": "SwapTotal", "commit_limit_bytes": "CommitLimit"}
    MOVING = {"mem_available_bytes": "MemAvailable", "mem_anon_bytes": "AnonPages", "mem_shmem_bytes": "Shmem",
              "mem_page_tables_bytes": "PageTables", "swap_free_bytes": "SwapFree",
              "committed_as_bytes": "Committed_AS", "anon_huge_pages_bytes": "AnonHugePages"}

    def test_figures_are_those_of_meminfo(self):
        before = procfiles.numbers("/proc/meminfo")
        document = maps_view.document(pstat().run("-J", "--system", "-o", "pid", os.getpid(), check=0))
        after = procfiles.numbers("/proc/meminfo")
        for key, name in self.STILL.items():
            self.assertEqual(document[key], before[name] * 1024, key)
        for key, name in self.MOVING.items():
            # Others of the machine allocate and free meanwhile.
            slack = 512 * MIB
            low, high = sorted((before[name] * 1024, after[name] * 1024))
            self.assertTrue(low - slack <= document[key] <= high + slack, key)
        with open("/proc/sys/vm/overcommit_memory", encoding="ascii") as file:
            self.assertEqual(document["overcommit_memory"], int(file.read()))
        self.assertEqual((document["hugetlb_pages"], document["hugetlb_free"]),
                         (before.get("HugePages_Total"), before.get("HugePages_Free")))
        self.assertIsNotNone(document["page_faults_per_second"])
        self.assertEqual(document["memory_pressure_some_percent"] is not None, os.path.exists("/proc/pressure/memory"))

    def test_tables_have_it_above_the_rows(self):
        lines = pstat().lines("--system", "-o", "pid", os.getpid())
        self.assertRegex(lines[0], r"^memory \S+, available ")
        self.assertRegex(lines[2], r"huge pages: transparent \S+, of the pool \d+, of those free \d+$")
        self.assertEqual([line.strip() for line in lines[-2:]], ["PID", str(os.getpid())])


class NoProc(unittest.TestCase):
    def test_a_directory_that_is_none(self):
        with tempfile.TemporaryDirectory() as empty:
            for root in (empty, empty + "/none"):
                done = pstat().run("--proc-root", root)
                self.assertEqual((done.returncode, bool(done.stderr)), (EXIT_NOTHING, True), (root, done.stderr))
                self.assertNotIn(b"process exited", done.stderr)


if __name__ == "__main__":
    runner.main()
