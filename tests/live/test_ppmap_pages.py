#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ppmap --pages against pages counted here from pagemap, kpageflags and kpagecount, and against the kernel's smaps."""

import mmap
import os
import pathlib
import struct
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
from tools import NOBODY, Tool, built, need_program, need_root  # noqa: E402

PAGE = mmap.PAGESIZE
FRAME = (1 << 55) - 1
FLAGS = {"referenced": 2, "dirty": 4, "lru": 5, "active": 6, "writeback": 8, "anon": 12, "swapcache": 13, "swapbacked": 14,
         "hugetlb": 17, "unevictable": 18, "poisoned": 19, "ksm": 21, "thp": 22, "zero": 24}
NOPAGE, RESERVED = 20, 32
FROM_FRAMES = ["rss", "special", "mapped_once", "mapped_more", *FLAGS]
CACHE = ["cached", "cache_dirty", "cache_writeback", "cache_evicted"]


def ppmap():
    return Tool(built("ppmap"))


def document(pid, *options):
    return maps_view.document(ppmap().run("--pages", "--json", *options, pid, check=0))


def words(file, first, count):
    return struct.unpack(f"<{count}Q", os.pread(file.fileno(), 8 * count, 8 * first))


def add_frame(row, flags, count):
    """What one frame counts for, by its word of kpageflags and of kpagecount."""
    has = {name: flags >> bit & 1 for name, bit in FLAGS.items()}
    if not has["zero"] and (flags >> NOPAGE & 1 or (flags >> RESERVED & 1 and count == 0)):
        row["special"] += PAGE
        return
    for name, yes in has.items():
        row[name] += PAGE * yes
    if has["zero"]:
        return
    row["rss"] += PAGE * (not has["hugetlb"])
    row["mapped_once"] += PAGE * (count == 1)
    row["mapped_more"] += PAGE * (count > 1)


def counted(pid):
    """For each mapping, by its start, the bytes that --pages should say: a page after the other, by the simplest code."""
    rows = {}
    with open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pagemap, open("/proc/kpageflags", "rb", buffering=0) as flags, \
            open("/proc/kpagecount", "rb", buffering=0) as counts:
        for mapping in procfiles.smaps(pid):
            row = dict.fromkeys(["present", "swapped", "file", "exclusive", *FROM_FRAMES], 0)
            rows[mapping["start"]] = row
            if mapping["name"] == "[vsyscall]":
                continue
            pages = (mapping["end"] - mapping["start"]) // PAGE
            for entry in words(pagemap, mapping["start"] // PAGE, pages):
                if not entry >> 63:
                    row["swapped"] += PAGE * (entry >> 62 & 1 and not entry >> 58 & 1)
                    continue
                row["present"] += PAGE
                row["file"] += PAGE * (entry >> 61 & 1)
                row["exclusive"] += PAGE * (entry >> 56 & 1)
                add_frame(row, words(flags, entry & FRAME, 1)[0], words(counts, entry & FRAME, 1)[0])
    return rows


def said(pid):
    return {start: {name: row[name + "_bytes"] for name in ["present", "swapped", "file", "exclusive", *FROM_FRAMES]}
            for start, row in maps_view.by_start(document(pid)["processes"][0]["mappings"]).items()}


@need_root()
class Frames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()

    @classmethod
    def tearDownClass(cls):
        cls.target.close()

    def test_every_mapping_is_as_counted_page_by_page(self):
        # Reclaim, and whoever maps the same files and the vdso, may change a flag between two readings: what held still
        # must agree, and all that is the target's own holds still.
        for _ in range(10):
            before, got, after = counted(self.target.pid), said(self.target.pid), counted(self.target.pid)
            still = [start for start in before if before[start] == after[start]]
            if all(got[start] == after[start] for start in still):
                break
        self.maxDiff = None
        self.assertEqual(got.keys(), after.keys())
        self.assertEqual({start: got[start] for start in still}, {start: after[start] for start in still})
        self.assertGreater(sum(after[start]["present"] for start in still), 24 << 20)

    def test_the_sum_is_rss_and_each_mapping_is_as_in_smaps(self):
        process = document(self.target.pid)["processes"][0]
        self.assertEqual(process["totals"]["rss_bytes"], procfiles.status(self.target.pid)["VmRSS"] * 1024)
        rows = maps_view.by_start(process["mappings"])
        for mapping in procfiles.smaps(self.target.pid):
            row = rows[mapping["start"]]
            self.assertEqual(row["rss_bytes"], mapping["Rss"] * 1024, mapping)
            self.assertEqual(row["anon_bytes"], mapping["Anonymous"] * 1024, mapping)
            self.assertEqual(row["hugetlb_bytes"], (mapping["Shared_Hugetlb"] + mapping["Private_Hugetlb"]) * 1024, mapping)
            self.assertEqual(row["present_bytes"] + row["swapped_bytes"] + row["absent_bytes"] + row["detached_bytes"],
                             row["size_bytes"])

    def test_exclusive_is_what_smaps_calls_private(self):
        rows = maps_view.by_start(document(self.target.pid)["processes"][0]["mappings"])
        for mapping in procfiles.smaps(self.target.pid):
            if mapping["start"] in (fact["start"] for fact in self.target.mappings.values()):
                private = (mapping["Private_Clean"] + mapping["Private_Dirty"]) * 1024
                self.assertEqual(rows[mapping["start"]]["exclusive_bytes"], private, mapping)

    def test_columns_order_filter_and_groups(self):
        lines = ppmap().lines("--pages", "-o", "start,anon,mapping", "--sort", "-anon", "--filter", "anon >= 1M", self.target.pid)
        starts = [int(line.split()[0], 16) for line in lines[2:] if line[:4].strip() and line.split()[0].isalnum()
                  and len(line.split()[0]) == 12]
        rows = maps_view.by_start(document(self.target.pid)["processes"][0]["mappings"])
        expected = sorted((start for start, row in rows.items() if row["anon_bytes"] >= 1 << 20),
                          key=lambda start: (-rows[start]["anon_bytes"], start))
        self.assertEqual(starts, expected)
        groups = document(self.target.pid, "--by", "kind")["processes"][0]["groups"]
        for group in groups:
            same = [row for row in rows.values() if row["kind"] == group["kind"]]
            self.assertEqual(group["mappings"], len(same))
            self.assertEqual(group["anon_bytes"], sum(row["anon_bytes"] for row in same))

    def test_the_table_sums_up_and_names_what_rss_leaves_out(self):
        with other_process(sys.executable, "-c", "import mmap\nm=mmap.mmap(-1,1<<20,flags=mmap.MAP_PRIVATE|mmap.MAP_ANONYMOUS)\n"
                           "m.madvise(mmap.MADV_NOHUGEPAGE)\nfor i in range(0,1<<20,4096): m[i]\nprint(flush=True)\ninput()",
                           ready=True) as process:
            text = "\n".join(ppmap().lines("--pages", process.pid))
        self.assertRegex(text, r"(?m)^\S+ present: \S+ that RSS counts, 1\.0M of the page of zeros")

    @schema.need_validator
    def test_the_document_keeps_to_its_schema(self):
        schema.validator(ppmap(), "schema-pages").validate(document(self.target.pid))


class PageCache(unittest.TestCase):
    PAGES = 64

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="pageloupe-cache-", dir="/var/tmp")
        self.addCleanup(self.folder.cleanup)
        os.chmod(self.folder.name, 0o755)
        self.path = os.path.join(self.folder.name, "a file")
        with open(self.path, "wb") as file:
            file.write(bytes(PAGE) * self.PAGES)
            file.flush()
            os.fsync(file.fileno())

    def mapped(self, user=None):
        return other_process("/usr/bin/python3", "-c", "import mmap,sys\nf=open(sys.argv[1],'rb')\n"
                             "m=mmap.mmap(f.fileno(),0,prot=mmap.PROT_READ)\nm.madvise(mmap.MADV_RANDOM)\nm[0]\nprint(flush=True)\ninput()", self.path,
                             ready=True, user=user)

    def row(self, pid, **options):
        done = ppmap().run("--pages", "--json", pid, check=0, **options)
        return next(row for row in maps_view.mappings(done) if (row["path"] or "").startswith(self.path))

    def evict(self):
        with open(self.path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    @need_root()
    def test_what_was_read_is_cached_and_what_was_given_back_is_not(self):
        self.evict()
        with open(self.path, "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
            os.pread(file.fileno(), 8 * PAGE, 16 * PAGE)
        with self.mapped() as process:
            row = self.row(process.pid)
            self.assertGreaterEqual(row["cached_bytes"], 9 * PAGE)
            self.assertLessEqual(row["present_bytes"], row["cached_bytes"])
            self.assertLess(row["cached_bytes"], self.PAGES * PAGE)
            pathlib.Path(self.path).read_bytes()
            self.assertEqual(self.row(process.pid)["cached_bytes"], self.PAGES * PAGE)
            with open(self.path, "r+b") as file:
                file.write(b"changed")
            self.assertLessEqual(self.row(process.pid)["cache_dirty_bytes"] or 0, PAGE)
            os.unlink(self.path)
            self.assertEqual(self.row(process.pid)["cached_bytes"], self.PAGES * PAGE)

    @need_root()
    @need_program("fincore")
    def test_fincore_says_the_same(self):
        with self.mapped() as process:
            out = subprocess.run(["fincore", "-b", "-n", "-o", "res", self.path], stdout=subprocess.PIPE, check=True)
            self.assertEqual(self.row(process.pid)["cached_bytes"], int(out.stdout))

    @need_root()
    @need_program("vmtouch")
    def test_vmtouch_says_the_same(self):
        with self.mapped() as process:
            out = subprocess.run(["vmtouch", "-f", self.path], stdout=subprocess.PIPE, check=True, text=True).stdout
            resident = next(line for line in out.splitlines() if "Resident Pages" in line).split()[2]
            self.assertEqual(self.row(process.pid)["cached_bytes"], int(resident.split("/")[0]) * PAGE)

    @need_root()
    def test_without_the_right_to_map_files_the_path_leads_there(self):
        os.chown(self.path, NOBODY, NOBODY)
        with self.mapped(user=NOBODY) as process:
            self.assertEqual(self.row(process.pid, nobody=True)["cached_bytes"], self.PAGES * PAGE)
            os.rename(self.path, self.path + " moved")
            pathlib.Path(self.path).write_bytes(bytes(PAGE))
            # The name leads to another file, or to none: that says nothing of the one that is mapped.
            os.rename(self.path + " moved", self.path + " elsewhere")
            os.unlink(self.path + " elsewhere")
            done = ppmap().run("--pages", "--json", process.pid, check=0, nobody=True)
            row = next(row for row in maps_view.mappings(done) if "(deleted)" in (row["path"] or ""))
            self.assertIsNone(row["cached_bytes"])


class Refusals(unittest.TestCase):
    @need_root()
    def test_without_frame_numbers_the_page_table_still_tells(self):
        with other_process("/usr/bin/sleep", "1000", user=NOBODY) as process:
            while pathlib.Path(f"/proc/{process.pid}/comm").read_text() != "sleep\n":
                pass
            done = ppmap().run("--pages", "--json", process.pid, nobody=True, check=0)
            rows = maps_view.mappings(done)
            for row in rows:
                self.assertIsNotNone(row["present_bytes"])
                self.assertIsNotNone(row["exclusive_bytes"])
                for name in FROM_FRAMES:
                    self.assertIsNone(row[name + "_bytes"], row)
            self.assertGreater(sum(row["present_bytes"] for row in rows), 0)
            table = ppmap().run("--pages", process.pid, nobody=True, check=0).stdout.decode()
            self.assertIn("what the frames are is not known: permission denied; run as root to see it", table)

    @need_root()
    def test_another_users_process_is_denied(self):
        with other_process("/usr/bin/sleep", "1000") as process:
            done = ppmap().run("--pages", process.pid, nobody=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"may not be read", done.stderr)

    def test_a_process_that_is_gone(self):
        with gone_pid() as pid:
            done = ppmap().run("--pages", pid)
            self.assertEqual((done.returncode, done.stderr), (42, f"ppmap: {pid}: no such process\n".encode()))

    def test_a_captured_machine_has_no_pages_and_no_zeros(self):
        fixture = pathlib.Path(__file__).parent.parent / "fixtures" / "proc" / "linux-6.18-python3"
        pid = next(maps.parent.name for maps in sorted(fixture.glob("*/maps")) if maps.read_bytes())
        done = ppmap().run("--pages", "--json", "--proc-root", fixture, pid, check=0)
        for row in maps_view.mappings(done):
            for name in ["present", "swapped", *FROM_FRAMES, *CACHE]:
                self.assertIsNone(row[name + "_bytes"])
        self.assertIn(b"not in this kernel", ppmap().run("--pages", "--proc-root", fixture, pid, check=0).stdout)

    def test_columns_of_other_views_and_two_views_are_refused(self):
        for arguments, message in ((("--pages", "-o", "pss"), b"pss"), (("--pages", "-x"), b"only one of"),
                                   (("--pages", "--limits"), b"only one of")):
            done = ppmap().run(*arguments, "self")
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    runner.main()
