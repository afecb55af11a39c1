#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --sharers, against what the programs themselves know that they share."""

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import maps_view  # noqa: E402
import runner  # noqa: E402
import schema  # noqa: E402
from target import gone_pid, other_process  # noqa: E402
from tools import NOBODY, Tool, built, need_root  # noqa: E402

KIB, MIB = 1 << 10, 1 << 20
# 8 MiB shared without a file, 4 MiB of memfd, 2 MiB of a named and 1 MiB of a deleted file below /dev/shm, 16 MiB
# private. The children touch 4 MiB of the first, rewrite 1 and 2 MiB of the last.
FAMILY = """
import ctypes, mmap, os, sys, time
def private(size):
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory
def fill(memory):
    memory.write(b"x" * len(memory))
    return memory
def file(path, size):
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.ftruncate(fd, size)
    memory = fill(mmap.mmap(fd, size))
    os.close(fd)
    return memory
anonymous = fill(mmap.mmap(-1, 8 << 20))
fd = os.memfd_create("object")
os.ftruncate(fd, 4 << 20)
memfd = fill(mmap.mmap(fd, 4 << 20))
os.close(fd)
name = f"/dev/shm/pageloupe-test-{os.getpid()}"
named = file(name, 2 << 20)
unlinked = file(name + "-gone", 1 << 20)
os.unlink(name + "-gone")
own = fill(private(16 << 20))
children = []
for number in (1, 2):
    ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        anonymous.seek(0)
        for at in range(0, 4 << 20, mmap.PAGESIZE):
            anonymous[at] = 1
        for at in range(0, number << 20, mmap.PAGESIZE):
            own[at] = 1
        os.write(ready[1], b".")
        while True:
            time.sleep(1000)
    os.read(ready[0], 1)
    children.append(pid)
print(os.getpid(), name, *children, flush=True)
sys.stdin.read()
os.unlink(name)
"""


@contextlib.contextmanager
def family(user=None):
    options = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    process = subprocess.Popen(["/usr/bin/python3", "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               cwd="/", start_new_session=True, **options)
    try:
        pid, name, *children = process.stdout.readline().decode().split()
        yield int(pid), name, [int(child) for child in children]
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()  # its order to remove what it named
            process.wait(timeout=60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def ppmap():
    return Tool(built("ppmap"))


def rows_of(*arguments, check=0, **options):
    done = ppmap().run("-J", "--sharers", *arguments, check=check, **options)
    process = maps_view.document(done)["processes"][0]
    return process, process["sharers"]


def sharers(rows, name):
    """By PID, the rows of the thing with a name; and the first of them."""
    found = [row for row in rows if re.search(name, row["name"])]
    return {row["sharer_pid"]: row for row in found}, found[0]


def frames_are_shown():
    return os.geteuid() == 0 and os.path.exists("/proc/kpagecount")


class OneProcess(unittest.TestCase):
    def check_objects(self, pid, name, children, **options):
        process, rows = rows_of(pid, **options)
        by, thing = sharers(rows, r"^/dev/zero \(deleted\)$")
        self.assertEqual(thing["kind"], "shared-anon")
        self.assertEqual(set(by), set(children))
        self.assertEqual(thing["resident_bytes"], 8 * MIB)
        self.assertEqual(thing["shared_bytes"], 4 * MIB)
        self.assertEqual(thing["kept_by"], "sharers")
        for child in children:
            self.assertEqual(by[child]["sharer_size_bytes"], 8 * MIB)
            self.assertEqual(by[child]["sharer_common_bytes"], 4 * MIB)
        by, thing = sharers(rows, "^/memfd:object")
        self.assertEqual((thing["kind"], set(by)), ("memfd", set(children)))
        self.assertEqual((thing["resident_bytes"], thing["shared_bytes"], thing["freed_bytes"]), (4 * MIB, 0, 0))
        by, thing = sharers(rows, f"^{name}$")
        self.assertEqual((thing["kind"], thing["kept_by"], set(by)), ("posix-shm", "its name", set(children)))
        by, thing = sharers(rows, f"^{name}-gone")
        self.assertEqual((thing["kind"], thing["kept_by"], set(by)), ("posix-shm", "sharers", set(children)))
        return process, rows

    @unittest.skipUnless(frames_are_shown(), "needs root, and frame numbers")
    def test_a_family_shares_its_objects_and_what_it_has_not_rewritten(self):
        with family() as (pid, name, children):
            process, rows = self.check_objects(pid, name, children)
        self.assertIs(process["frames_known"], True)
        own = max((row for row in rows if row["kind"] == "fork"), key=lambda row: row["resident_bytes"])
        by = {row["sharer_pid"]: row for row in rows if row["start"] == own["start"]}
        self.assertEqual(set(by), set(children))
        # What one child has rewritten and the other has not is the parent's and the other's.
        self.assertEqual(by[children[0]]["sharer_common_bytes"], 15 * MIB)
        self.assertEqual(by[children[1]]["sharer_common_bytes"], 14 * MIB)
        self.assertEqual(own["shared_bytes"], 15 * MIB)
        self.assertEqual(own["freed_bytes"], own["resident_bytes"] - own["shared_bytes"])
        self.assertEqual(own["unattributed_bytes"], 0)

    @need_root()
    def test_an_ordinary_user_sees_objects_exactly_and_of_forks_how_much(self):
        with family(user=NOBODY) as (pid, name, children):
            process, rows = self.check_objects(pid, name, children, nobody=True)
            text = ppmap().run("--sharers", pid, nobody=True, check=0).stdout.decode()
        self.assertIs(process["frames_known"], False)
        self.assertGreater(process["denied"], 0)
        self.assertRegex(text, r"maps of \d+ other processes were read; \d+ may not be read")
        self.assertIn("need root", text)
        own = max((row for row in rows if row["kind"] == "fork"), key=lambda row: row["resident_bytes"])
        self.assertIsNone(own["sharer_pid"])
        self.assertIsNone(own["sharers"])
        self.assertEqual(own["shared_bytes"], 15 * MIB)

    def test_the_same_object_under_two_names_is_one(self):
        program = "import mmap,os,sys,time\nf = os.open(sys.argv[1], os.O_RDWR)\nm = mmap.mmap(f, 65536)\n" \
                  "m[0] = 1\nprint(flush=True)\ntime.sleep(1000)"
        path = f"/dev/shm/pageloupe-test-{os.getpid()}-a"
        other = path[:-1] + "b"
        with open(path, "wb") as file:
            file.truncate(65536)
        os.link(path, other)
        try:
            with other_process(sys.executable, "-c", program, path, ready=True) as one, \
                    other_process(sys.executable, "-c", program, other, ready=True) as two:
                _, rows = rows_of(one.pid)
                by, thing = sharers(rows, f"^{path}$")
                self.assertEqual(set(by), {two.pid})
                self.assertGreater(thing["shared_bytes"], 0)
        finally:
            os.unlink(path)
            os.unlink(other)

    @need_root()
    def test_memory_that_only_a_descriptor_keeps_is_not_freed(self):
        program = "import mmap,os,time\nf = os.memfd_create('kept')\nos.ftruncate(f, 1 << 20)\n" \
                  "m = mmap.mmap(f, 1 << 20)\nm.write(b'x' * (1 << 20))\nprint(f, flush=True)\ntime.sleep(1000)"
        with other_process(sys.executable, "-c", program, ready=True) as owner:
            _, thing = sharers(rows_of(owner.pid)[1], "^/memfd:kept")
            alone = thing["kept_by"], thing["freed_bytes"]
            held = next(f"/proc/{owner.pid}/fd/{fd}" for fd in os.listdir(f"/proc/{owner.pid}/fd")
                        if "memfd:kept" in os.readlink(f"/proc/{owner.pid}/fd/{fd}"))
            with open(held, "rb") as file:
                _, thing = sharers(rows_of(owner.pid)[1], "^/memfd:kept")
                self.assertEqual(thing["kept_by"], f"fd {file.fileno()} of {os.getpid()}")
                self.assertEqual(thing["freed_bytes"], 0)
        # Some machines hide a process even of root.
        self.assertIn(alone, (("nobody", MIB), ("unknown", None)))

    def test_a_removed_segment_of_system_v_goes_and_another_stays(self):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.shmat.restype = ctypes.c_void_p
        segment = libc.shmget(0, MIB, 0o1600)
        self.assertGreaterEqual(segment, 0)
        try:
            address = libc.shmat(segment, None, 0)
            ctypes.memset(address, 1, MIB)
            _, thing = sharers(rows_of(os.getpid())[1], "^/SYSV")
            self.assertEqual((thing["kind"], thing["inode"], thing["kept_by"]), ("sysv-shm", str(segment), "its ID"))
            self.assertEqual((thing["resident_bytes"], thing["freed_bytes"]), (MIB, 0))
        finally:
            libc.shmctl(segment, 0, None)
        _, thing = sharers(rows_of(os.getpid())[1], "^/SYSV")
        self.assertIn(thing["kept_by"], ("nobody", "unknown"))
        libc.shmdt(ctypes.c_void_p(address))

    @schema.need_validator
    def test_documents_keep_to_their_schemas(self):
        one = ppmap().run("-J", "--sharers", os.getpid(), check=0)
        schema.validator(ppmap(), "schema-sharers").validate(json.loads(one.stdout))
        two = ppmap().run("-J", "--sharers", os.getpid(), os.getppid(), check=None)
        schema.validator(ppmap(), "schema-sharers-matrix").validate(json.loads(two.stdout))


class Group(unittest.TestCase):
    @unittest.skipUnless(frames_are_shown(), "needs root, and frame numbers")
    def test_each_with_each(self):
        with family() as (pid, _, children):
            document = maps_view.document(ppmap().run("-J", "--sharers", "--tree", pid, check=0))
            table = ppmap().lines("--sharers", "--tree", pid)
            rows = maps_view.csv_rows(ppmap().run("--sharers", pid, *children, "--format", "csv", check=0))
        pairs = {(row["pid"], row["other_pid"]): row for row in document["pairs"]}
        self.assertEqual(set(pairs), {(a, b) for a in (pid, *children) for b in (pid, *children) if a <= b})
        one, two = children
        # The interpreter's own memory is in it, too.
        for pair, expected in {(pid, one): 15, (pid, two): 14, (one, two): 14}.items():
            self.assertGreaterEqual(pairs[pair]["fork_bytes"], expected * MIB, pair)
            self.assertLess(pairs[pair]["fork_bytes"], (expected + 8) * MIB, pair)
            self.assertEqual(pairs[pair]["shared_memory_bytes"], 4 * MIB)
            self.assertEqual(pairs[pair]["common_bytes"], sum(
                pairs[pair][f"{part}_bytes"] for part in ("fork", "shared_memory", "files")))
        self.assertEqual(pairs[pid, pid]["shared_memory_bytes"], (8 + 4 + 2 + 1) * MIB)
        self.assertGreaterEqual(pairs[pid, pid]["fork_bytes"], 16 * MIB)
        self.assertEqual(table[0].split(), ["PID", *map(str, (pid, one, two)), "COMMAND"])
        self.assertEqual(len(table), 5)
        self.assertEqual({(int(row["pid"]), int(row["other_pid"])) for row in rows}, set(pairs))

    @need_root()
    def test_those_that_may_not_be_read_are_said(self):
        with family(user=NOBODY) as (pid, _, children):
            done = ppmap().run("-J", "--sharers", pid, children[0], os.getpid(), nobody=True, check=1)
        document = maps_view.document(done)
        self.assertEqual([(e["pid"], e["reason"]) for e in document["errors"]], [(os.getpid(), "denied")])
        pair = next(row for row in document["pairs"] if row["pid"] != row["other_pid"])
        self.assertEqual(pair["shared_memory_bytes"], 4 * MIB)
        self.assertIsNone(pair["fork_bytes"])


class Usage(unittest.TestCase):
    def test_what_it_cannot_be_asked(self):
        for wrong in (["--sharers", "--by", "kind", "1"], ["--sharers", "-o", "size", "1"], ["--tree", "1"],
                      ["--sharers", "--tree", "1", "1"], ["--sharers", "--tree", "x"], ["--sharers"]):
            self.assertEqual(ppmap().run(*wrong).returncode, 2, wrong)

    def test_one_that_is_gone_and_one_without_memory(self):
        with gone_pid() as gone:
            self.assertEqual(ppmap().run("--sharers", gone).returncode, 42)
            self.assertEqual(ppmap().run("--sharers", "--tree", gone).returncode, 42)
        if os.path.exists("/proc/2/comm"):
            done = ppmap().run("--sharers", 2, check=0)
            self.assertIn(b"kernel thread", done.stdout + done.stderr)


if __name__ == "__main__":
    runner.main()
