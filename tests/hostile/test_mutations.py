#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Captured trees with accidents: cut, doubled, exchanged, flipped, some hundred of them. --seed N --trees N."""
import argparse
import os
import random
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import trees  # noqa: E402
from harm import SANITIZED, check, modes  # noqa: E402
import runner  # noqa: E402

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "proc")
# Files of this machine that the fixtures have not, of a process and of the machine.
OWN = ["stat", "statm", "status", "smaps_rollup", "io", "limits", "cgroup", "cmdline", "environ", "wchan", "syscall", "oom_score",
       "oom_score_adj", "ksm_stat", "schedstat", "loginuid", "numa_maps", "maps", "smaps", "comm"]
MACHINE = ["stat", "meminfo", "uptime", "loadavg", "vmstat", "cpuinfo", "version", "sys/kernel/pid_max", "sys/kernel/hostname",
           "sys/kernel/random/boot_id", "pressure/memory", "pressure/cpu", "pressure/io", "sys/vm/max_map_count"]
WHOLE = [("pstat", "-e"), ("pstat", "-e -L --json"), ("pstat", "--system -e --memory"), ("ptop", "-b -n 1 -d 0.02"),
         ("ptop", "-b -n 1 -d 0.02 -H --set tlb"), ("ptop", "-n 1 -d 0.02 --json --set io"), ("tlbprobe", "--quick")]
options = argparse.Namespace(seed=1, trees=120 if SANITIZED else 400)


def capture(root):
    """What this machine has, as a tree."""
    trees.machine(root)
    for name in MACHINE:
        copy("/proc/" + name, root, name)
    for pid in ("1", str(os.getpid())):
        for name in OWN:
            copy(f"/proc/{pid}/{name}", root, f"900{pid}/{name}" if pid == "1" else f"4242/{name}")
            copy(f"/proc/{pid}/task/{pid}/{name}", root, f"4242/task/4242/{name}")


def copy(path, root, name):
    try:
        with open(path, "rb") as file:
            text = file.read(1 << 18)
    except OSError:
        return
    trees.write(root, name, text)


class Mutations(unittest.TestCase):
    def test_accidents(self):
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
            own = os.path.join(folder, "own")
            capture(own)
            sources = [own, own] + [os.path.join(FIXTURES, name) for name in sorted(os.listdir(FIXTURES))
                                    if os.path.isdir(os.path.join(FIXTURES, name))]
            target = os.path.join(folder, "damaged")
            for number in range(options.trees):
                choice = random.Random(options.seed * 1_000_000 + number)
                trees.damaged_copy(choice.choice(sources), target, choice)
                pids = [name for name in os.listdir(target) if name.isdigit()] or ["1"]
                for tool, text in [choice.choice(modes()), choice.choice(WHOLE)]:
                    arguments = ["--proc-root", target, *text.format(choice.choice(pids)).split()]
                    try:
                        check(self, "accidents", tool, arguments)
                    except (AssertionError, OSError) as error:
                        kept = tempfile.mkdtemp(prefix="pageloupe-accident-")
                        shutil.copytree(target, kept, symlinks=True, dirs_exist_ok=True)
                        raise AssertionError(f"seed {options.seed}, tree {number}, kept in {kept}: {error}") from error
        print(f"{options.trees} trees")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=options.seed)
    parser.add_argument("--trees", type=int, default=options.trees)
    _, sys.argv[1:] = parser.parse_known_args(namespace=options)
    runner.main()
