#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Terminals, locales and variables that are none, and signals at the worst moments."""
import contextlib
import fcntl
import os
import random
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import ENVIRONMENT, Hostile, SANITIZED, check, modes, sanitizer_says  # noqa: E402
import runner  # noqa: E402
from tools import built  # noqa: E402

ENDS = 60
# A comm and arguments that would be seen in what ptop sends.
HARM = b"\x1b]0;HARM\x07\xc2\x9bH"
SIZES = [(1, 1), (2, 2), (5, 200), (200, 5), (24, 80), (50, 500), (3, 10), (0, 0)]


class Ptop:
    """ptop on a terminal of its own, read all the time; .text is what it has sent, .code how it ended."""

    def __init__(self, *arguments, size=(24, 80), environment=None, **options):
        self.master, self.slave = os.openpty()
        self.resize(size)
        self.before = termios.tcgetattr(self.slave)
        self.text = b""
        self.process = subprocess.Popen([built("ptop"), "-d", "0.05", *arguments], stdin=self.slave, stdout=self.slave,
                                        stderr=subprocess.PIPE, env={**ENVIRONMENT, "TERM": "xterm", **(environment or {})},
                                        start_new_session=True, **options)

    def resize(self, size):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def read(self, seconds=0.0):
        until = time.monotonic() + seconds
        while True:
            left = max(0.0, until - time.monotonic())
            if not select.select([self.master], [], [], left)[0]:
                return
            self.text += os.read(self.master, 65536)

    def wait_for(self, text, seconds=ENDS):
        until = time.monotonic() + seconds
        while text not in self.text:
            self.read(0.05)
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError(f"{text} was not sent: {self.text[-500:]!r}")

    def keys(self, keys):
        os.write(self.master, keys)

    def end(self, seconds=ENDS):
        until = time.monotonic() + seconds
        while self.process.poll() is None:
            self.read(0.02)
            if time.monotonic() > until:
                raise AssertionError("it does not end")
        self.read()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.master)
        os.close(self.slave)


class Ended(unittest.TestCase):
    def hold(self, ptop, codes):
        """The terminal is as it was."""
        self.assertIn(ptop.end(), codes)
        stderr = ptop.process.stderr.read()
        self.assertIsNone(sanitizer_says(subprocess.CompletedProcess([], 0, b"", stderr)), stderr)
        self.assertEqual(termios.tcgetattr(ptop.slave), ptop.before, "the terminal's modes")
        self.assertEqual(ptop.text.count(b"\x1b[?1049h") > 0, ptop.text.rfind(b"\x1b[?1049l") > ptop.text.rfind(b"\x1b[?1049h") >= 0,
                         f"the other screen was not left: {ptop.text[-200:]!r}")


class Signals(Ended):
    def test_a_signal_at_any_moment_and_another_after_it(self):
        """Before the terminal is taken they end it at once; from then on the terminal is given back."""
        choice = random.Random(1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
            for _ in range(4 if SANITIZED else 12):
                with Ptop() as ptop:
                    ptop.read(choice.uniform(0, 1.5 if SANITIZED else 0.4))
                    for _ in range(choice.randrange(1, 4)):
                        with contextlib.suppress(ProcessLookupError):
                            ptop.process.send_signal(number)
                        ptop.read(choice.choice((0, 0, 0.001, 0.01)))
                    self.hold(ptop, (128 + number, -number))

    def test_signals_without_end_while_nobody_reads_its_output(self):
        """Each of them would put off the end, if it were counted from the last."""
        with Ptop("--set", "growth", "-d", "0.01", size=(200, 400)) as ptop:
            time.sleep(1.5)
            until = time.monotonic() + 30
            while ptop.process.poll() is None and time.monotonic() < until:
                ptop.process.send_signal(signal.SIGTERM)
                time.sleep(0.2)
            self.hold(ptop, (128 + signal.SIGTERM,))

    def test_a_storm_of_resizes(self):
        choice = random.Random(2)
        with Ptop() as ptop:
            ptop.wait_for(b"COMMAND")
            for i in range(1500):
                ptop.resize(choice.choice(SIZES))
                ptop.process.send_signal(signal.SIGWINCH)
                if i % 100 == 0:
                    ptop.keys(choice.choice((b"h", b"q", b"V", b"M", b"\t", b"\x1b[B", b"\r", b"\x1b")) if i else b"h")
                ptop.read(0.001)
                if ptop.process.poll() is not None:
                    break
            with contextlib.suppress(OSError):
                ptop.keys(b"\x1bqqqq")
            self.hold(ptop, (0,))

    def test_stopped_and_continued(self):
        with Ptop() as ptop:
            ptop.wait_for(b"COMMAND")
            for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGSTOP, signal.SIGCONT):
                ptop.process.send_signal(number)
                ptop.read(0.1)
            ptop.keys(b"q")
            self.hold(ptop, (0,))

    def test_cpu_time_that_ends(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 30))  # noqa: E731
        with Ptop("-d", "0.01", "--set", "tlb", "-H", preexec_fn=limit) as ptop:
            self.hold(ptop, (128 + signal.SIGXCPU,))


class Names(Ended):
    def test_nothing_that_a_process_is_called_reaches_the_terminal_as_it_is(self):
        with Hostile("name", HARM[:15].hex(), HARM, name=HARM * 3) as process:
            for keys in (b"", b"c", b"\r", b"V", b"H", b"\r\t", b"\r\t\t", b"\r\t\t\t", b"\r\t\t\t\t"):
                with Ptop("-p", str(process.pid), size=(30, 150)) as ptop:
                    ptop.wait_for(b"HARM" if not keys else b"COMMAND")
                    for key in keys:
                        ptop.keys(bytes([key]))
                        ptop.read(0.3)
                    ptop.keys(b"\x1bqqq")
                    self.hold(ptop, (0,))
                    for piece in (b"\x1b]0", b"\x07", b"\x9bH", b"\x9b"):
                        self.assertNotIn(piece, ptop.text, keys)


class Environments(Ended):
    def test_terminals_that_are_unknown(self):
        for term in ("", "dumb", "unknown", "nonsense", "x" * 5000, "../../etc/passwd", "\x1b[2J", "xterm\n"):
            with self.subTest(term=term), Ptop(environment={"TERM": term}) as ptop:
                self.hold(ptop, (1,))

    def test_terminals_that_are_known(self):
        for term in ("xterm", "xterm-256color", "linux", "screen", "tmux-256color", "vt100", "vt220", "ansi"):
            environment = {"TERM": term}
            with self.subTest(term=term), Ptop("-n", "2", environment=environment) as ptop:
                self.assertIn(ptop.end(), (0, 1))  # 1 where terminfo has it not
                self.assertEqual(termios.tcgetattr(ptop.slave), ptop.before)

    def test_sizes_of_the_terminal(self):
        for size in SIZES:
            with self.subTest(size=size), Ptop("-n", "2", size=size) as ptop:
                self.hold(ptop, (0,))

    def test_sizes_in_variables(self):
        values = ("0", "1", "2", "65535", "65536", "99999999999999999999", "-1", "text", "", " 80", "80x", "1e9")
        with Hostile("wait") as process:
            for value in values[::2 if SANITIZED else 1]:
                environment = {**ENVIRONMENT, "COLUMNS": value, "LINES": value}
                for tool, text in modes(every=5):
                    check(self, "COLUMNS and LINES", tool, text.format(process.pid), env=environment)
                check(self, "COLUMNS and LINES", "ptop", "-b -n 1 -d 0.02 -w", env=environment)
        for value in ("0", "1", "text", "200", "-1"):
            with self.subTest(value=value), Ptop("-n", "2", environment={"COLUMNS": value, "LINES": value}) as ptop:
                self.hold(ptop, (0,))

    def test_locales(self):
        locales = ["C", "POSIX", "C.UTF-8", "nonsense", "", "en_US.ISO-8859-1", "../../tmp", "x" * 300]
        with Hostile("name", HARM[:15].hex(), HARM) as process:
            for locale in locales:
                for names in ({"LC_ALL": locale}, {"LANG": locale, "LC_CTYPE": "nonsense"}):
                    environment = {name: value for name, value in ENVIRONMENT.items() if name != "LC_ALL"} | names
                    for tool, text in modes(every=6 if SANITIZED else 4):
                        check(self, "locales", tool, text.format(process.pid), env=environment)

    def test_a_locale_whose_decimals_have_commas(self):
        if not shutil.which("localedef") or not os.path.exists("/usr/share/i18n/locales/de_DE"):
            self.skipTest("localedef or its sources are not installed")
        with tempfile.TemporaryDirectory() as folder, Hostile("wait") as process:
            subprocess.run(["localedef", "-c", "-i", "de_DE", "-f", "UTF-8", folder + "/de_DE.UTF-8"], check=False, capture_output=True)
            environment = {**ENVIRONMENT, "LOCPATH": folder, "LC_ALL": "de_DE.UTF-8"}
            proof = subprocess.run([sys.executable, "-c", "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.str(1.5))"],
                                   env=environment, capture_output=True, check=False)
            self.assertEqual(proof.stdout, b"1,5\n", proof.stderr)
            for tool, text in modes(every=2):
                done = check(self, "comma locale", tool, text.format(process.pid), env=environment)
                self.assertNotRegex(done.stdout, rb"[ :]\d+,\d+%")


if __name__ == "__main__":
    runner.main()
