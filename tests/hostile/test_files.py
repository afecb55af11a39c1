#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Files: which ones are opened, which are written, and links that lie where they will be."""
import os
import pty
import re
import select
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harm import ENVIRONMENT, Hostile, MODES, SANITIZED, check, modes  # noqa: E402
import runner  # noqa: E402
from tools import built, need_program  # noqa: E402

BAIT = ["ptop.toml", ".ptoprc", ".toprc", ".pageloupe", "pageloupe.toml", "config.toml", "config.ini", ".config/pageloupe/ptop.toml", "libc.so.6",
        "libzstd.so.1", "libncursesw.so.6", "terminfo/x/xterm", ".terminfo/x/xterm", "sh", "locale/C/LC_MESSAGES/x"]
READ_FROM = re.compile(r"/(proc|sys|dev|etc|usr|lib|lib64|run|var/run)(/|$)")


def settings_saved(environment):
    """ptop on a terminal, W and q."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.umask(0)
        os.execve(built("ptop"), ["ptop", "-d", "0.1"], {**ENVIRONMENT, "TERM": "xterm", **environment})
    text = b""
    sent = None
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                text += os.read(terminal, 65536)
            except OSError:
                break
        if sent is None and b"COMMAND" in text:
            os.write(terminal, b"W")
            sent = time.monotonic()
        elif sent is not None and time.monotonic() > sent + 1.5:  # what came of it has been drawn
            os.write(terminal, b"q")
    os.close(terminal)
    os.waitpid(pid, 0)
    return text


class Written(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.victim = self.path("victim")
        with open(self.victim, "w", encoding="ascii") as file:
            file.write("precious")
        self.process = Hostile("wait")
        self.addCleanup(self.process.close)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def unharmed(self):
        with open(self.victim, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def record(self, file, *options, codes):
        return check(self, "recordings", "pstat", ["--record", file, "-d", "0.02", "-n", "3", "-p", str(self.process.pid), *options],
                     codes=codes, preexec_fn=lambda: os.umask(0))

    def test_a_recording_is_its_owners_alone(self):
        for name in ("r.jsonl", "r.zst", "r"):
            self.record(self.path(name), codes={0})
            self.assertEqual(stat.S_IMODE(os.stat(self.path(name)).st_mode), 0o600)

    def test_a_recording_follows_no_link(self):
        for target in (self.victim, self.path("new"), self.path("r2.jsonl")):
            link = self.path("r.jsonl")
            os.symlink(target, link)
            done = self.record(link, codes={1})
            self.assertIn(b"symbolic link", done.stderr)
            self.assertEqual(os.path.exists(target), target == self.victim)
            os.unlink(link)
        self.unharmed()

    def test_a_recording_is_no_other_file(self):
        os.mkfifo(self.path("fifo"))
        for file in (self.folder, self.path("fifo"), "/dev/null", "/dev/full", self.victim, self.path("nowhere", "r")):
            self.record(file, codes={1})
        self.unharmed()

    def test_rotation_follows_no_link(self):
        file = self.path("r.jsonl")
        os.symlink(self.victim, file + ".1")
        self.record(file, "--record-size", "1K", "--record-keep", "2", codes={0})
        self.unharmed()
        self.assertFalse(os.path.islink(file))
        for number in (1, 2):
            if os.path.exists(f"{file}.{number}") and not os.path.islink(f"{file}.{number}"):
                self.assertEqual(stat.S_IMODE(os.stat(f"{file}.{number}").st_mode), 0o600)

    def test_settings_are_their_owners_alone_and_follow_no_link(self):
        config = self.path("config", "pageloupe")
        settings = os.path.join(config, "ptop.toml")
        settings_saved({"XDG_CONFIG_HOME": self.path("config")})
        self.assertEqual(stat.S_IMODE(os.stat(settings).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(config).st_mode), 0o700)
        self.assertEqual(os.listdir(config), ["ptop.toml"])
        for name in ("ptop.toml.new", "ptop.toml"):
            shutil.rmtree(config)
            os.mkdir(config)
            os.symlink(self.path("settings-of-another"), os.path.join(config, name))
            settings_saved({"XDG_CONFIG_HOME": self.path("config")})
            self.assertFalse(os.path.exists(self.path("settings-of-another")))
            self.assertFalse(os.path.islink(settings))
            # Another's link that is not in the way may stay.
            self.assertLessEqual(set(os.listdir(config)), {"ptop.toml", name})

    def test_what_cannot_be_saved_is_said_and_leaves_what_was_there(self):
        with open(self.path("file"), "w", encoding="ascii") as file:
            file.write("x")
        text = settings_saved({"XDG_CONFIG_HOME": self.path("file")})
        self.assertIn(b"Not a directory", text)


@need_program("strace")
@unittest.skipIf(SANITIZED, "the sanitizer's leak check cannot be traced")
class Opened(unittest.TestCase):
    """As strace sees it."""

    def traced(self, command, environment, folder):
        log = os.path.join(folder, "log")
        subprocess.run(["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,creat,execve,unlink,unlinkat,rename,renameat,renameat2,mkdir,"
                        "mkdirat,symlink,link,chmod,fchmod,chown,truncate", "-e", "signal=none", "-o", log, *command], env=environment, cwd=os.path.join(folder, "bait"),
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
        with open(log, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def test_nothing_of_the_working_folder_nothing_else_is_written_nothing_is_run(self):
        with tempfile.TemporaryDirectory() as folder, Hostile("wait") as process:
            for name in BAIT:
                path = os.path.join(folder, "bait", name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(b"nonsense\n")
            environment = {**ENVIRONMENT, "HOME": folder, "XDG_CONFIG_HOME": folder, "TERM": "xterm", "SHELL": folder + "/bait/sh", "EDITOR": "sh", "PAGER": "sh",
                           "PROCPS_USERLIST": "x", "PS_FORMAT": "pid", "LIBPROC_HIDE_KERNEL": "1", "PATH": ".:" + ENVIRONMENT["PATH"]}
            for tool, text in [*modes(every=3), *[(tool, "--help") for tool in MODES], ("ptop", "-n 1 -d 0.02")]:
                lines = self.traced([built(tool), *text.format(process.pid).split()], environment, folder)
                self.assertEqual(sum("execve(" in line for line in lines), 1, (tool, text))
                for line in lines:
                    call = re.search(r"(\w+)\((?:(AT_FDCWD|\d+), )?\"([^\"]*)\"(.*)", line)
                    if not call or call.group(1) == "execve":
                        continue
                    name, at, path, rest = call.groups()
                    self.assertIn(name, ("open", "openat"), line)
                    self.assertNotRegex(rest, r"O_WRONLY|O_RDWR|O_CREAT", line)
                    relative = not path.startswith("/")
                    self.assertFalse(relative and at in (None, "AT_FDCWD"), line)
                    if not relative and not READ_FROM.match(path):
                        self.assertTrue(path.startswith(folder + "/pageloupe/ptop.toml") or path.startswith(folder + "/.terminfo"), line)


if __name__ == "__main__":
    runner.main()
