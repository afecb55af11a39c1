#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ptop in a real terminal: what a person sees, and what keys do."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import runner  # noqa: E402
from terminal import TMUX, Terminal  # noqa: E402
from tools import Tool, built  # noqa: E402

if TMUX is None:
    print("skipped: there is no tmux")
    sys.exit(77)

class Sleeper:
    """A process to look at, gone afterwards whatever happens."""

    def __init__(self, seconds):
        self.process = subprocess.Popen(["sleep", str(seconds)])
        self.pid = self.process.pid

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


COLUMNS = ("PID", "USER", "PR", "NI", "VIRT", "RES", "SHR", "%CPU", "%MEM", "TIME+", "COMMAND")


def ptop(*arguments, environment=None, **size):
    settings = {"XDG_CONFIG_HOME": "/nonexistent", "LC_ALL": "C.UTF-8", **(environment or {})}
    return Terminal([built("ptop"), "-d", "0.5", *arguments], environment=settings, **size)


class Screens(unittest.TestCase):
    def test_the_first_screen_has_the_columns_of_top_and_processes(self):
        with ptop() as terminal:
            screen = terminal.wait_for("CPU", "Mem", *COLUMNS)
            self.assertIn("F1Help", screen)
            self.assertRegex(screen, r"\d+ of \d+")

    def test_every_size_is_drawn_down_to_one_cell(self):
        with ptop("--set", "memory") as terminal:
            terminal.wait_for("COMMAND")
            for columns, rows in ((200, 50), (20, 5), (7, 3), (1, 1), (80, 24)):
                terminal.resize(columns, rows)
                time.sleep(0.3)
                for line in terminal.screen().splitlines():
                    self.assertLessEqual(len(line), columns)
            terminal.wait_for("COMMAND", "PSS")

    def test_terminals_of_all_kinds(self):
        for term in ("xterm-256color", "screen", "linux", "vt100"):
            # On a console ncurses loads and unloads the library of gpm, whose memory nobody can free.
            environment = {"TERM": term, "NCURSES_GPM_TERMS": ""}
            with self.subTest(term), ptop(environment=environment) as terminal:
                terminal.wait_for("COMMAND", "PID")
                terminal.keys("q")
                terminal.wait_for("ended with 0")

    def test_a_terminal_that_cannot_serve_is_refused_with_what_to_do(self):
        for term in ("dumb", "nonsense", ""):
            with self.subTest(term), ptop(environment={"TERM": term}) as terminal:
                screen = terminal.wait_for("ended with 1", "ptop: ")
                self.assertIn("TERM", screen)

    def test_colours_are_the_terminals_or_none_and_the_option_wins(self):
        coloured = r"\x1b\[[0-9;]*3[1-6][;m]"
        for term in ("xterm-256color", "screen", "linux", "vt100"):
            for environment, arguments, expected in (({}, (), True), ({"NO_COLOR": "1"}, (), False), ({"NO_COLOR": ""}, (), True),
                                                     ({"NO_COLOR": "1"}, ("--color", "always"), True),
                                                     ({}, ("--color", "never"), False), ({}, ("--monochrome",), False)):
                environment = {"TERM": term, "NCURSES_GPM_TERMS": "", **environment}
                with self.subTest((environment, arguments)), ptop(*arguments, environment=environment) as terminal:
                    terminal.wait_for("COMMAND", "PID")
                    painted = terminal.painted()
                    self.assertEqual(bool(re.search(coloured, painted)), expected and term != "vt100", painted)
                    # The terminal's own background stays, light or dark, and nothing is white or black on it.
                    self.assertIsNone(re.search(r"\x1b\[(?:[0-9]+;)*(?:3[07]|9[0-7]|4[0-7]|10[0-7])[;m]", painted), painted)

    def test_without_utf8_all_is_ascii(self):
        with ptop("--tree", environment={"LC_ALL": "C"}) as terminal:
            screen = terminal.wait_for("COMMAND", "`- ")
            self.assertTrue(screen.isascii(), screen)


class Keys(unittest.TestCase):
    def test_sets_of_columns_follow_each_other(self):
        with ptop() as terminal:
            for column in ("UNTOUCHED", "RESTREND", "MINFLT/s", "PTE", "NLWP", "FDS", "TIME+"):
                terminal.keys("Tab")
                terminal.wait_for(column)
            terminal.keys("BTab")
            terminal.wait_for("FDS")

    def test_orders(self):
        with ptop(columns=120) as terminal:
            terminal.wait_for("by %CPU down")
            for key, order in (("M", "by RES down"), ("T", "by TIME+ down"), ("N", "by PID up"), ("R", "by PID down"),
                               ("P", "by %CPU down"), (">", "by %MEM down"), ("<", "by %CPU down")):
                terminal.keys(key)
                terminal.wait_for(order)
            terminal.keys("F6")
            terminal.wait_for("Order by")
            terminal.keys("Escape")

    def test_a_filter_shows_what_it_matches_and_a_bad_one_says_where(self):
        with ptop(columns=120) as terminal, Sleeper(617) as child:
            terminal.wait_for("COMMAND")
            terminal.keys("F4")
            terminal.wait_for("Filter:")
            terminal.text(f"pid = {child.pid}")
            terminal.keys("Enter")
            terminal.wait_for("1 of ", "sleep", "filter pid")
            terminal.keys("c")
            terminal.wait_for("sleep 617")
            terminal.keys("F4")
            terminal.keys("C-u")
            terminal.text("rss >")
            terminal.keys("Enter")
            terminal.wait_for("filter, at ")
            terminal.keys("=")

    def test_a_search_moves_to_what_it_finds(self):
        with ptop() as terminal:
            terminal.wait_for("COMMAND")
            terminal.keys("/")
            terminal.text("no such command anywhere")
            terminal.keys("Enter")
            terminal.wait_for("not found: no such command")

    def test_help_lists_keys_and_goes_back(self):
        with ptop() as terminal:
            terminal.wait_for("COMMAND")
            terminal.keys("h")
            terminal.wait_for("Looking around", "PgUp")
            terminal.keys("End")
            terminal.wait_for("q F10 ^C")
            terminal.keys("x")
            terminal.wait_for("COMMAND")

    def test_detail_shows_the_map_by_kind_and_goes_back(self):
        with Sleeper(618) as child, ptop("-p", child.pid) as terminal:
            terminal.wait_for("sleep")
            terminal.keys("Enter")
            terminal.wait_for("KIND", "stack", "Threads")
            terminal.keys("Right")
            terminal.wait_for("pss")
            terminal.keys("Escape")
            terminal.wait_for("COMMAND")

    def test_every_key_of_the_help_leaves_a_program_that_draws(self):
        keys = ["Up", "Down", "PPage", "NPage", "Home", "End", "Left", "Right", "C-l", "i", "i", "K", "K", "H", "H",
                "F", "F", "V", "+", "-", "v", "S", "V", "c", "p", "I", "I", "e", "E", "1", "m", "t", "l", "z", "z", "b",
                "Space", "U", "C-r", "Z", "Z", "n", "&", "=", ".", ",", "g", "f", "Escape", "u", "Escape", "d", "Escape"]
        with ptop() as terminal:
            terminal.wait_for("COMMAND")
            for key in keys:
                terminal.keys(key)
                time.sleep(0.05)
            terminal.wait_for("COMMAND")
            terminal.keys("q")
            terminal.wait_for("ended with 0")


class Acting(unittest.TestCase):
    def test_a_signal_reaches_the_process_that_was_chosen(self):
        with Sleeper(619) as child, ptop("-p", child.pid) as terminal:
            terminal.wait_for("sleep")
            terminal.keys("k")
            terminal.wait_for("TERM")
            terminal.keys("Enter")
            self.assertEqual(child.wait(timeout=20), -signal.SIGTERM)

    def test_renice_and_read_only(self):
        with Sleeper(620) as child:
            with ptop("-p", child.pid) as terminal:
                terminal.wait_for("sleep")
                terminal.keys("r")
                terminal.wait_for("Nice value")
                terminal.text("7")
                terminal.keys("Enter")
                terminal.wait_for("nice 7")
            self.assertEqual(os.getpriority(os.PRIO_PROCESS, child.pid), 7)
            with ptop("--readonly", "-p", child.pid) as terminal:
                terminal.wait_for("sleep")
                for key in ("k", "r", "F7", "F8", "F9"):
                    terminal.keys(key)
                    terminal.wait_for("read-only: ")
            self.assertIsNone(child.poll())


class Ending(unittest.TestCase):
    def test_signals_end_it_with_the_terminal_as_it_was(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(number), ptop() as terminal:
                terminal.wait_for("COMMAND")
                os.kill(terminal.pid(), number)
                screen = terminal.wait_for(f"ended with {128 + number}")
                self.assertNotIn("COMMAND", screen)

    def test_it_stops_and_goes_on(self):
        with ptop() as terminal:
            terminal.wait_for("COMMAND")
            pid = terminal.pid()
            os.kill(pid, signal.SIGSTOP)
            os.kill(pid, signal.SIGCONT)
            terminal.keys("h")
            terminal.wait_for("Looking around")

    def test_a_number_of_refreshes(self):
        with ptop("-n", "2") as terminal:
            terminal.wait_for("ended with 0")


class Refused(unittest.TestCase):
    def test_bad_options(self):
        for arguments in (("-d", "x"), ("-d", "0"), ("--set", "sets"), ("-p", "x"), ("-p", "0"), ("-u", "no such user"),
                          ("--filter", "rss >"), ("-n", "0"), ("-e", "x"), ("--main-columns", "pid,rsss"), ("--nonsense",),
                          ("--cpu-meter", "x"), ("--window", "0"), ("--color", "red"),
                          ("-b", "--color", "always")):
            done = Tool(built("ptop")).run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertTrue(done.stderr.startswith(b"ptop: "), arguments)

    def test_without_a_terminal_it_says_what_to_use(self):
        done = Tool(built("ptop")).run()
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"terminal", done.stderr)


class Settings(unittest.TestCase):
    def test_they_are_saved_where_xdg_says_and_for_nobody_else(self):
        with tempfile.TemporaryDirectory() as folder, ptop(environment={"XDG_CONFIG_HOME": folder}) as terminal:
            terminal.wait_for("COMMAND")
            terminal.keys("V")
            terminal.keys("W")
            terminal.wait_for("settings saved")
            path = os.path.join(folder, "pageloupe", "ptop.toml")
            with open(path, encoding="utf-8") as file:
                self.assertIn("tree = true", file.read())
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with ptop("-p", 1, environment={"XDG_CONFIG_HOME": folder}) as again:
                again.wait_for("COMMAND")
                again.keys("-")
                time.sleep(0.3)
                self.assertNotIn("shows the tree", again.screen())

    def test_options_win_over_settings_and_a_name_that_is_none_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write('set = "growth"\nmain-columns = "pid,rss=RESIDENT,command"\n')
            file.flush()
            with ptop("--settings", file.name) as terminal:
                terminal.wait_for("RESTREND")
            with ptop("--settings", file.name, "--set", "main") as terminal:
                terminal.wait_for("RESIDENT")
            file.write("colour = true\n")
            file.flush()
            done = Tool(built("ptop")).run("--settings", file.name)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"colour", done.stderr)


if __name__ == "__main__":
    runner.main()
