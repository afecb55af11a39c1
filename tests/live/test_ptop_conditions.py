#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ptop where the machine, the user or the terminal is not as one would wish."""
import os
import pty
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import NOBODY, built, need_root, reachable_copy  # noqa: E402

if TMUX is None:
    print("skipped: there is no tmux")
    sys.exit(77)

ENVIRONMENT = {"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def forks():
    with open("/proc/stat", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("processes ")).split()[1])


class Churn(unittest.TestCase):
    def setUp(self):
        churn = subprocess.Popen([os.environ["PAGELOUPE_CHURN"], "3000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(churn.wait)
        self.addCleanup(churn.stdout.close)
        self.addCleanup(churn.stdin.close)
        churn.stdout.readline()

    def test_an_order_by_what_is_read_in_turn_says_how_much_of_it_is_missing_or_old(self):
        with Terminal([built("ptop"), "-d", "0.2", "--set", "memory", "--memory-sort", "-pss"], environment=ENVIRONMENT,
                      columns=120) as terminal:
            terminal.wait_for_match(r"by PSS down  .*\d+ (not read yet|s old)")
            terminal.keys("M")
            terminal.wait_for("by RES down  refresh")

    def test_thousands_of_processes_that_come_and_go(self):
        with Terminal([built("ptop"), "-d", "0.2", "--tree"], environment=ENVIRONMENT, columns=120, rows=40) as terminal:
            terminal.wait_for("COMMAND", "mayfly")
            began, first = time.monotonic(), forks()
            for key in ("V", "M", "Tab", "Tab", "H", "H", "P", "Down", "End", "Home"):
                terminal.keys(key)
                time.sleep(0.3)
            rate = (forks() - first) / (time.monotonic() - began)
            print(f"\n  {rate:.0f} processes a second", end=" ", flush=True)
            terminal.keys("h")
            terminal.wait_for("Looking around")
            terminal.keys("q")
            terminal.wait_for("COMMAND")
            terminal.keys("q")
            terminal.wait_for("ended with 0")


@need_root()
class Nobody(unittest.TestCase):
    def test_what_may_not_be_read_is_denied_and_what_may_not_be_done_is_said(self):
        child = subprocess.Popen(["sleep", "640"])
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", reachable_copy(built("ptop")),
                   "-p", str(child.pid), "--set", "memory"]
        with Terminal(command, environment=ENVIRONMENT, columns=120) as terminal:
            screen = terminal.wait_for("denied", "sleep")
            row = next(line for line in screen.splitlines() if line.split()[:1] == [str(child.pid)])
            self.assertEqual(row.count("denied"), 2, row)
            terminal.keys("k")
            terminal.wait_for("TERM")
            terminal.keys("Enter")
            terminal.wait_for("permission denied")
            terminal.keys("q")
            terminal.wait_for("ended with 0")
        self.assertIsNone(child.poll())


class SlowTerminal(unittest.TestCase):
    """Nobody reads what ptop draws, or reads it slowly."""

    def start(self, *arguments):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(built("ptop"), ["ptop", "-d", "0.01", *arguments], {**os.environ, **ENVIRONMENT, "TERM": "xterm"})
        self.terminal = terminal
        self.addCleanup(lambda: self.terminal is None or os.close(self.terminal))
        return pid, terminal

    def end(self, pid, seconds=10):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise AssertionError("it did not end")

    def test_a_signal_ends_it_though_its_output_is_stuck(self):
        pid, _ = self.start("--set", "growth")
        time.sleep(1.5)
        os.kill(pid, signal.SIGTERM)
        self.assertIn(self.end(pid), (128 + signal.SIGTERM,))

    def test_keys_are_obeyed_once_it_is_read_on(self):
        pid, terminal = self.start()
        time.sleep(1)
        os.write(terminal, b"h")
        text = b""
        until = time.monotonic() + 20
        while b"Looking around" not in text and time.monotonic() < until:
            text += os.read(terminal, 256)
            time.sleep(0.001)
        self.assertIn(b"Looking around", text)
        os.write(terminal, b"qq")
        code = None
        while code is None:
            done, status = os.waitpid(pid, os.WNOHANG)
            code = os.waitstatus_to_exitcode(status) if done else None
            try:
                os.read(terminal, 65536)
            except OSError:
                pass  # the other end is closed
        self.assertEqual(code, 0)

    def test_a_terminal_that_goes_away_ends_it(self):
        pid, terminal = self.start()
        text = b""
        while not re.search(rb"COMMAND", text):
            text += os.read(terminal, 65536)
        os.close(terminal)
        self.terminal = None
        self.assertNotEqual(self.end(pid), 0)


if __name__ == "__main__":
    runner.main()
