#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every key that ptop knows, pressed in a real terminal: what the screen shows after it."""
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import Tool, built, need_root  # noqa: E402

if TMUX is None:
    print("skipped: there is no tmux")
    sys.exit(77)

FAMILY = """
import subprocess, sys
children = [subprocess.Popen(["sleep", "63%d" % i]) for i in range(2)]
print(*(child.pid for child in children), flush=True)
sys.stdin.read()
for child in children: child.kill(); child.wait()
"""
# As tmux calls the keys of the table.
NAMES = {"PgUp": "PPage", "PgDn": "NPage", "BackTab": "BTab"}


def tmux_key(key):
    return "C-" + key[1].lower() if re.fullmatch(r"\^[A-Z]", key) else NAMES.get(key, key)


def bindings():
    """The keys of each row of the table, by its help."""
    found, lines = {}, Tool(built("ptop")).lines("--describe", "keys")
    for line, after in zip(lines, lines[1:]):
        if line.startswith(".It "):
            words = line[4:].split()
            found[after.replace("\\&", "")] = [re.sub(r"^\\(&|e)", lambda m: "\\" if m[1] == "e" else "", word)
                                               for word in words if word not in ("Ic", ",")]
    return found


class Family:
    """A process with two children, one thread each."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pids = [self.process.pid, *map(int, self.process.stdout.readline().split())]
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Scene(unittest.TestCase):
    """A terminal with the family in it, ordered by process ID."""

    def setUp(self):
        self.family = self.enterContext(Family()) if hasattr(self, "enterContext") else self._enter(Family())
        self.settings = tempfile.TemporaryDirectory()
        self.addCleanup(self.settings.cleanup)
        self.terminal = self.open("-p", ",".join(map(str, self.family.pids)), "--main-sort", "pid")
        self.terminal.wait_for("by PID up", "3 of 3")

    def _enter(self, context):
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered

    def open(self, *arguments, columns=140, rows=40):
        environment = {"XDG_CONFIG_HOME": self.settings.name, "LC_ALL": "C.UTF-8"}
        return self._enter(Terminal([built("ptop"), "-d", "0.5", *arguments], environment=environment, columns=columns, rows=rows))

    def press(self, *keys):
        for key in keys:
            self.terminal.keys(tmux_key(key))

    def wait(self, condition, what):
        until = time.monotonic() + 20
        while not condition():
            if time.monotonic() > until:
                raise AssertionError(f"{what}:\n{self.terminal.screen()}")
            time.sleep(0.05)

    def rows(self):
        return [line for line in self.terminal.screen().splitlines() if line.split()[:1] and line.split()[0].isdigit()]

    def cursor(self):
        """The place of the line that is shown in reverse."""
        reverse, place = False, 0
        for line in self.terminal.painted().splitlines():
            for codes in re.findall(r"^(?:\x1b\[[\d;]*m)+", line):
                for code in re.findall(r"\d+", codes):
                    reverse = code == "7" or (reverse and code not in ("0", "27"))
            text = re.sub(r"\x1b\[[\d;]*m", "", line)
            if text.split()[:1] and text.split()[0] in map(str, self.family.pids):
                if reverse:
                    return place
                place += 1
            for code in re.findall(r"\d+", "".join(re.findall(r"\x1b\[[\d;]*m", line))):
                reverse = code == "7" or (reverse and code not in ("0", "27"))
        return None

    def at(self, place):
        self.wait(lambda: self.cursor() == place, f"the cursor is not on line {place}")

    def shows(self, *texts):
        self.terminal.wait_for(*texts)

    def lacks(self, text):
        self.wait(lambda: text not in self.terminal.screen(), f"{text} is still there")


class Keys(Scene):
    """A test for each row of the table, by what it does; each presses every key of its row."""

    def each(self, keys, *checks):
        """Presses key after key; after the first one the first check, and so on, round and round."""
        for i, key in enumerate(keys * (1 if len(keys) % len(checks) == 0 else len(checks))):
            self.press(key)
            checks[i % len(checks)]()

    def test_moving(self):
        keys = bindings()
        self.at(0)
        self.each(keys["the process below"], lambda: self.at(1), lambda: self.at(2))
        self.each(keys["the process above"], lambda: self.at(1), lambda: self.at(0))
        self.each(keys["the last process"], lambda: self.at(2))
        self.each(keys["the first process"], lambda: self.at(0))
        self.each(keys["a screen down"], lambda: self.at(2))
        self.each(keys["a screen up"], lambda: self.at(0))
        self.each(keys["columns further right"], lambda: self.lacks("  PID USER"))
        self.each(keys["columns further left"], lambda: self.shows("PID USER"))
        for key in keys["draw the screen anew"]:
            self.press(key)
            self.shows("COMMAND", "3 of 3")

    def test_screens(self):
        keys = bindings()
        for key in keys["the process in detail: map, memory, threads, limits"]:
            self.press(key)
            self.shows("KIND", "Threads")
            self.press("Escape")
            self.shows("3 of 3")
        self.each(keys["the next set of columns: memory, growth, faults, TLB, threads, io"], lambda: self.shows("UNTOUCHED"))
        self.each(keys["the set before"], lambda: self.lacks("UNTOUCHED"))
        for key in keys["choose the columns of this set"]:
            self.press(key)
            self.lacks("3 of 3")
            self.press("Escape")
            self.shows("3 of 3")
        for key in keys["this help"]:
            self.press(key)
            self.shows("Looking around")
            self.press("q")
            self.shows("3 of 3")

    def test_orders(self):
        keys = bindings()
        for what, order in (("by CPU", "by %CPU down"), ("by resident memory", "by RES down"), ("by CPU time", "by TIME+ down"),
                            ("by process ID", "by PID up"), ("turn the order round", "by PID down"),
                            ("by the column to the right", "by USER"), ("by the column to the left", "by PID")):
            self.each(keys[what], lambda order=order: self.shows(order))
        for key in keys["by any column, from a list"]:
            self.press(key)
            self.shows("Order by")
            self.press("Escape")
            self.shows("3 of 3")

    def test_choosing(self):
        keys = bindings()
        for key in keys["show only what an expression matches: rss > 100M and user = www"]:
            self.press(key)
            self.shows("Filter:")
            self.press("C-u")
            self.terminal.text("comm = sleep")
            self.press("Enter")
            self.shows("2 of 3", "filter comm")
            self.press(*keys["show all again"])
            self.shows("3 of 3")
        for key in keys["find a text in the commands"]:
            self.press("Home")
            self.press(key)
            self.press("C-u")
            self.terminal.text("sleep")
            self.press("Enter")
            self.at(1)
        for key, place in zip(keys["find it again"], (2, 1)):
            self.press(key)
            self.at(place)
        self.each(keys["hide or show what does nothing"], lambda: self.shows("0 of 3"), lambda: self.shows("3 of 3"))
        for key in keys["show one user's processes"]:
            self.press(key)
            self.shows("root")
            self.press("Escape")
            self.shows("3 of 3")
        for key in keys["untag all; with nothing tagged, hide one user's processes"]:
            self.press("Space")
            self.shows("1 tagged")
            self.press(key)
            self.lacks("1 tagged")
            self.press(key)
            self.lacks("3 of 3")
            self.press("Escape")
            self.shows("3 of 3")
        self.each(keys["threads as rows of their own, or not"], lambda: self.shows("3 of 3", "thr"), lambda: self.shows("3 of 3"))
        self.press("Home")
        self.press(*keys["keep the cursor on this process"])
        self.press("N", "R")
        self.at(2)

    def test_trees(self):
        keys = bindings()
        for key in keys["children below their parents"]:
            self.press(key)
            self.shows("└─ sleep")
            self.press(key)
            self.lacks("└─")
        self.press("V", "Home")
        self.each(keys["hide it, and show its sums beside the process"], lambda: self.lacks("└─ sleep"))
        self.each(keys["show what is below a process"], lambda: self.shows("└─ sleep"))
        self.each(keys["hide or show it"], lambda: self.lacks("└─ sleep"), lambda: self.shows("└─ sleep"))
        alone = self.rows()[0].split()[5]
        self.press(*keys["sums of all below a process beside each: PSS, not RSS, which counts twice"])
        self.wait(lambda: self.rows() and self.rows()[0].split()[4] != alone, "no sums")

    def test_looks(self):
        keys = bindings()
        self.each(keys["names of programs or whole command lines"], lambda: self.shows("sleep 630"), lambda: self.lacks("sleep 630"))
        self.each(keys["CPU as a share of one CPU, or of all"], lambda: self.shows("100 is all CPUs"), lambda: self.shows("100 is one CPU"))
        virt = self.rows()[1].split()[4]
        self.each(keys["the unit of sizes in the table"], lambda: self.wait(lambda: self.rows()[1].split()[4] != virt, "no other unit"))
        self.each(keys["the unit of sizes above it"], lambda: self.wait(lambda: re.search(r"Mem .*\d{6,}", self.terminal.screen()), "no KiB"))
        self.each(keys["each CPU, or all as one"], lambda: self.wait(
            lambda: re.search(r"^ *0 *\[", self.terminal.screen(), re.M), "no CPU 0"))
        self.each(keys["memory as bars, as figures, or not at all"], lambda: self.lacks("Swp ["))
        self.each(keys["CPUs as bars, as figures, or not at all"], lambda: self.wait(
            lambda: not re.search(r"CPU\w* *\[", self.terminal.screen()), "still bars"))
        self.each(keys["uptime and load, or not"], lambda: self.lacks("load "), lambda: self.shows("load "))
        coloured = lambda: re.search(r"\x1b\[[\d;]*3[1-6]", self.terminal.painted()) is not None  # noqa: E731
        self.each(keys["colours, or none"], lambda: self.wait(lambda: not coloured(), "still colours"),
                  lambda: self.wait(coloured, "no colours"))

    def test_growth_and_threads_of_the_kernel(self):
        keys = bindings()
        self.each(keys["growth counts from here"], lambda: self.shows("growth counts from here"))
        self.terminal = self.open()
        self.shows("COMMAND")
        shown = lambda: int(re.search(r"(\d+) of \d+", self.terminal.screen())[1])  # noqa: E731
        if os.path.exists("/proc/2/stat") and not os.path.exists("/proc/2/exe"):
            self.press("N")
            self.shows("kthreadd")
            all_of_them = shown()
            self.each(keys["hide or show threads of the kernel"], lambda: self.wait(lambda: shown() < all_of_them, "nothing is hidden"),
                      lambda: self.shows("kthreadd"))

    @need_root()
    def test_acting(self):
        keys = bindings()
        child = self.family.pids[2]
        nice = lambda: os.getpriority(os.PRIO_PROCESS, child)  # noqa: E731
        self.press("End")
        self.at(2)
        for key in keys["set the nice value"]:
            self.press(key)
            self.shows("Nice value")
            self.terminal.text("5")
            self.press("Enter")
            self.wait(lambda: nice() == 5, "not 5")
        for step, what in ((1, "a nice value higher by one"), (-1, "a nice value lower by one")):
            for key in keys[what]:
                wanted = nice() + step
                self.press(key)
                self.wait(lambda wanted=wanted: nice() == wanted, what)
        self.press("Home")
        for key in keys["tag a process, for kill and renice"]:
            self.press("End", key)
            self.shows("1 tagged")
        for key in keys["send a signal"]:
            self.press(key)
            self.shows("TERM")
            self.press("Escape")
            self.shows("3 of 3")

    def test_the_program(self):
        keys = bindings()
        for key in keys["seconds between refreshes"]:
            self.press(key)
            self.shows("Seconds between refreshes")
            self.press("C-u")
            self.terminal.text("0.25")
            self.press("Enter")
            self.lacks("Seconds between")
        self.each(keys["stop refreshing, or go on"], lambda: self.shows("paused"), lambda: self.lacks("paused"))
        self.each(keys["refresh at once"], lambda: self.shows("3 of 3"))
        self.each(keys["save the settings"], lambda: self.shows("settings saved"))
        with open(os.path.join(self.settings.name, "pageloupe", "ptop.toml"), encoding="utf-8") as file:
            self.assertIn('delay = "0.25"', file.read())
        for what in ("the next sample", "the sample before", "go to a time"):
            self.each(keys[what], lambda: self.shows("this is no recording"))
        for key in keys["quit"]:
            self.terminal = self.open("-p", self.family.pids[0])
            self.shows("1 of 1")
            self.press(key)
            self.shows("ended with")

    def test_suspending(self):
        # Only a shell with jobs can be gone back to.
        self.terminal = self._enter(Terminal(["bash", "--norc", "--noprofile", "-i"], environment={"LC_ALL": "C.UTF-8"}))
        self.terminal.text(f"{built('ptop')} -p {self.family.pids[0]}")
        self.press("Enter")
        self.shows("1 of 1")
        for key in bindings()["back to the shell; fg returns"]:
            self.press(key)
            self.lacks("1 of 1")
            self.terminal.text("fg")
            self.press("Enter")
            self.shows("1 of 1")

    def test_no_row_of_the_table_is_left_out(self):
        with open(__file__, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual([what for what in bindings() if f'"{what}"' not in text], [])


if __name__ == "__main__":
    runner.main()
