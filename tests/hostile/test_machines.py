#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Machines that have no /proc, an empty one, one of junk, one that hides processes, or another kernel's."""
import os
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import Hostile, MODES, SANITIZED, check, modes  # noqa: E402
import runner  # noqa: E402
from tools import NOBODY, built, need_root, reachable_copy  # noqa: E402

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "proc")
THINNED = 3 if SANITIZED else 1
# The sanitizer looks into /proc itself.
WHOLE = {"pstat": ["-e", "-e --json", "-e -L --format csv", "--memory -e", "--system -e", "--group-by container"],
         "ptop": ["-b -n 1 -d 0.02", "-b -n 1 -d 0.02 --json", "-b -n 1 -d 0.02 -H --set memory"], "tlbprobe": ["--quick", "--quick --json"]}


def everything(every=1):
    whole = [(tool, text) for tool, texts in WHOLE.items() for text in texts]
    return modes(every=3 * every) + whole[::every]


def can_mount():
    script = "mount -t proc proc /proc"
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, check=False).returncode == 0


need_mounts = unittest.skipUnless(can_mount(), "mounts may not be made here")


@need_mounts
class Mounted(unittest.TestCase):
    """Each tool in a mount namespace of its own."""

    def hold(self, kind, script, pid, nobody=False, every=THINNED):
        for tool, text in everything(every):
            path = reachable_copy(built(tool)) if nobody else built(tool)
            drop = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups" if nobody else ""
            check(self, kind, tool, ["-m", "sh", "-c", f'{script} && shift && exec {drop} {path} "$@"', "sh", tool, *text.format(pid).split()],
                  path="unshare")

    def test_hidden_processes(self):
        for option in ("hidepid=1", "hidepid=2", "hidepid=4", "subset=pid"):
            for nobody in (False, True):
                self.hold(option, f"mount -t proc -o {option} proc /proc", os.getpid(), nobody, every=THINNED * 2)

    def test_an_empty_one_and_none(self):
        if SANITIZED:
            self.skipTest("the sanitizer needs /proc")
        self.hold("empty /proc", "mount -t tmpfs none /proc", 1, every=2)
        self.hold("no /proc", "umount -l /proc", 1, every=2)
        self.hold("no /sys, no /dev", "mount -t tmpfs none /sys && mount -t tmpfs none /dev", 1, every=2)

    def test_one_without_memory(self):
        if SANITIZED:
            self.skipTest("the sanitizer needs /proc")
        for names in ("stat", "meminfo", "uptime", "loadavg vmstat pressure", "self thread-self", "sys"):
            files = " ".join(f"/proc/{name}" for name in names.split())
            script = f"for file in {files}; do mount --bind /dev/null $file 2>/dev/null || mount -t tmpfs none $file 2>/dev/null; done; true"
            self.hold("/proc without " + names, script, os.getpid(), every=3)


class Junk(unittest.TestCase):
    def test_no_folder(self):
        for root in ("/nonexistent", "/etc/passwd", "", "/dev/null", "/proc/self/maps", "x" * 5000, "/proc/self/fd/../../1/../.."):
            for tool in MODES:
                text = {"ptop": ["-b", "-n", "1", "-d", "0.02"], "tlbprobe": ["--quick"]}.get(tool, ["1"])
                check(self, "no folder", tool, ["--proc-root", root, *text])

    def test_a_folder_of_junk(self):
        """Folders where files should be, links in circles, random bytes, and numbers that are none."""
        choice = random.Random(3)
        with tempfile.TemporaryDirectory() as root:
            names = ["stat", "meminfo", "uptime", "loadavg", "vmstat", "cpuinfo", "version", "sys", "self", "pressure", "mounts"]
            for name in names[::2]:
                with open(os.path.join(root, name), "wb") as file:
                    file.write(choice.randbytes(choice.choice((0, 1, 100, 70000))))
            for name in names[1::2]:
                os.mkdir(os.path.join(root, name))
            os.makedirs(os.path.join(root, "self2", "task"))
            for pid in ("1", "2", "3", "007", "0", "99999999999999999999", "1x", "-1", "4194304", "4194305", "2147483647"):
                folder = os.path.join(root, pid)
                os.makedirs(os.path.join(folder, "task", pid))
                for name in ("stat", "statm", "status", "maps", "smaps", "smaps_rollup", "cmdline", "environ", "io", "limits", "cgroup", "oom_score"):
                    path = os.path.join(folder, name)
                    what = choice.randrange(5)
                    if what == 0:
                        os.mkdir(path)
                    elif what == 1:
                        os.symlink(name, path)
                    elif what > 2:
                        with open(path, "wb") as file:
                            file.write(choice.randbytes(choice.choice((0, 1, 1000, 100000))))
            with open(os.path.join(root, "12"), "wb") as file:
                file.write(b"no folder")
            os.symlink("1", os.path.join(root, "13"))
            os.symlink("14", os.path.join(root, "14"))
            for pid in (1, 2, 12, 13, 14, 4194304):
                for tool, text in everything(THINNED):
                    check(self, "junk", tool, ["--proc-root", root, *text.format(pid).split()])


class Captured(unittest.TestCase):
    def test_other_kernels(self):
        for machine in sorted(os.listdir(FIXTURES)):
            root = os.path.join(FIXTURES, machine)
            if not os.path.isdir(root):
                continue
            pids = [name for name in os.listdir(root) if name.isdigit()]
            for pid in pids[:2]:
                for tool, text in everything(THINNED):
                    check(self, "other kernels", tool, ["--proc-root", root, *text.format(pid).split()])


if __name__ == "__main__":
    runner.main()
