#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ptop -b against top -b and pidstat on the same processes."""

import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from target import Target  # noqa: E402
from tools import Tool, built, need_program  # noqa: E402

ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}
ENVIRONMENT.pop("COLUMNS", None)
# The tools look at two seconds each that are not quite the same: on a busy machine these differ.
SPREAD = 12
# Processes, since threads of Python take turns.
SPINNER = "import os\nfor _ in range({0} - 1):\n  if os.fork() == 0: break\nwhile True: pass"


def frames(program, *arguments):
    output = Tool(program).run("-b", *arguments, check=0, env=ENVIRONMENT).stdout.decode()
    return re.split(r"\n\n(?=p?top - )", output)


def rows(frame):
    lines = frame.rstrip("\n").split("\n")
    heading = next(i for i, line in enumerate(lines) if line.lstrip().startswith("PID"))
    names = lines[heading].split()
    found = {}
    for line in lines[heading + 1:]:
        cells = line.split(None, len(names) - 1)
        found[int(cells[0])] = dict(zip(names, cells))
    return names, found


@need_program("top")
class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = Target()
        cls.addClassCleanup(cls.target.close)

    def both(self, *arguments):
        return [rows(frames(program, *arguments)[-1]) for program in ("top", built("ptop"))]

    def test_columns_are_those_of_top_in_its_order(self):
        (theirs, _), (ours, _) = self.both("-n", 1, "-p", self.target.pid)
        self.assertEqual(ours, theirs)

    def test_every_cell_of_processes_that_sleep(self):
        sleeper = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        pids = ",".join(map(str, (self.target.pid, self.target.child, sleeper.pid)))
        for unit in "kmg":
            (names, theirs), (_, ours) = self.both("-n", 1, "-p", pids, "-e", unit)
            self.assertEqual(set(ours), set(theirs))
            self.assertEqual(ours[sleeper.pid]["COMMAND"], theirs[sleeper.pid]["COMMAND"])
            # top prints '?' for each byte of a name that a terminal would obey.
            names.remove("COMMAND")
            for pid, cells in theirs.items():
                cells.pop("COMMAND")
                self.assertEqual({name: ours[pid][name] for name in names}, cells, unit)

    def test_sizes_of_all_processes_that_both_saw(self):
        (_, theirs), (_, ours) = self.both("-n", 1, "-e", "k", "-w", 512)
        # A real-time task has no nice value, for which top prints 0.
        theirs = {pid: {**cells, "NI": "-" if cells["PR"] == "rt" or int(cells["PR"]) < 0 else cells["NI"]}
                  for pid, cells in theirs.items()}
        both = set(theirs) & set(ours)
        self.assertGreater(len(both), 0.7 * len(theirs))
        resting = {pid for pid in both if theirs[pid]["S"] == ours[pid]["S"] != "R"}
        both &= resting
        differ = [pid for pid in both if any(theirs[pid][name] != ours[pid][name] for name in ("VIRT", "SHR", "PR", "NI", "USER"))]
        self.assertLessEqual(len(differ), len(both) // 20, [(theirs[pid], ours[pid]) for pid in differ])

    def test_the_head_has_the_same_tasks_and_sizes(self):
        heads = [frames(program, "-n", 1, "-p", self.target.pid)[0].split("\n") for program in ("top", built("ptop"))]
        theirs, ours = heads
        self.assertEqual(ours[1], theirs[1])
        self.assertEqual(re.findall(r"[\d.]+ total", "".join(ours[3:5])), re.findall(r"[\d.]+ total", "".join(theirs[3:5])))


class Cpu(unittest.TestCase):
    """As far as the machine lets spinners run: what is compared is what each tool saw of them."""

    def spinners(self):
        process = subprocess.Popen([sys.executable, "-c", SPINNER.format(os.cpu_count())], start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(os.killpg, process.pid, 9)
        return process.pid

    @need_program("top")
    def test_shares_are_those_of_top(self):
        pid = self.spinners()
        command = ["-b", "-n2", "-d2", "-p", str(pid)]
        running = [subprocess.Popen([program, *command], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
                   for program in ("top", built("ptop"))]
        theirs, ours = (rows(re.split(r"\n\n(?=p?top - )", process.communicate(timeout=60)[0])[1])[1][pid] for process in running)
        self.assertAlmostEqual(float(ours["%CPU"]), float(theirs["%CPU"]), delta=SPREAD)
        self.assertGreater(float(ours["%CPU"]), 20)

    @need_program("pidstat")
    def test_shares_are_those_of_pidstat(self):
        pid = self.spinners()
        pidstat = subprocess.Popen(["pidstat", "-p", str(pid), "2", "1"], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        ptop = subprocess.Popen([built("ptop"), "-b", "-n2", "-d2", "-p", str(pid)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        average = next(line for line in pidstat.communicate(timeout=60)[0].split("\n") if line.startswith("Average") and f" {pid} " in line)
        ours = rows(re.split(r"\n\n(?=ptop - )", ptop.communicate(timeout=60)[0])[1])[1][pid]
        self.assertAlmostEqual(float(ours["%CPU"]), float(average.split()[-3]), delta=SPREAD)

    def test_solaris_mode_is_a_share_of_all_cpus(self):
        pid = self.spinners()
        shares = []
        running = [subprocess.Popen([built("ptop"), "-b", "-n2", "-d2", "-p", str(pid), *more], stdout=subprocess.PIPE, text=True,
                                    env=ENVIRONMENT) for more in ((), ("--solaris",))]
        for process in running:
            frame = re.split(r"\n\n(?=ptop - )", process.communicate(timeout=60)[0])[1]
            shares.append(float(rows(frame)[1][pid]["%CPU"]))
        self.assertAlmostEqual(shares[0] / os.cpu_count(), shares[1], delta=SPREAD)


if __name__ == "__main__":
    runner.main()
