# SPDX-License-Identifier: MIT
"""A program in a real terminal: tmux holds it, keys go in, its screen comes out."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time

TMUX = shutil.which("tmux")


class Terminal:
    """Runs a command in a terminal of its own; leaves none behind."""

    def __init__(self, command, columns=80, rows=24, environment=None):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "socket")
        words = " ".join(shlex.quote(str(word)) for word in command)
        variables = " ".join(f"{name}={shlex.quote(value)}" for name, value in (environment or {}).items())
        script = f"env {variables} {words} 2>{self.folder.name}/errors; echo ended with $?; cat {self.folder.name}/errors; sleep 1000"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), script)

    def _tmux(self, *words):
        done = subprocess.run([TMUX, "-u", "-S", self.socket, *words], capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace")

    def screen(self):
        return self._tmux("capture-pane", "-p")

    def painted(self):
        """The screen with its colours, as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def keys(self, *keys):
        self._tmux("send-keys", *keys)

    def text(self, text):
        self._tmux("send-keys", "-l", "--", text)

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def pid(self):
        """Of the program itself, which the shell of the terminal runs."""
        shell = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        with open(f"/proc/{shell}/task/{shell}/children", encoding="ascii") as file:
            return int(file.read().split()[0])

    def wait_for(self, *texts, seconds=20):
        """The screen, once all of the texts are on it."""
        until = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if all(text in screen for text in texts):
                return screen
            if time.monotonic() > until:
                raise AssertionError(f"{texts} is not on the screen:\n{screen}")
            time.sleep(0.05)

    def wait_for_match(self, pattern, seconds=20):
        """The screen, once the pattern is on it."""
        until = time.monotonic() + seconds
        while not re.search(pattern, self.screen()):
            if time.monotonic() > until:
                raise AssertionError(f"{pattern} is not on the screen:\n{self.screen()}")
            time.sleep(0.05)
        return self.screen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._tmux("kill-server")
        self.folder.cleanup()
