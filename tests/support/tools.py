# SPDX-License-Identifier: MIT
"""Runs the tools under test, as root and as an ordinary user."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

NOBODY = 65534
SANITIZED = bool(os.environ.get("PAGELOUPE_SANITIZE"))
_copies = tempfile.TemporaryDirectory(prefix="pageloupe-tests-")
os.chmod(_copies.name, 0o755)


def reachable_copy(path):
    """A copy that every user may run, and that shares no pages with another test's."""
    directory = tempfile.mkdtemp(dir=_copies.name)
    os.chmod(directory, 0o755)
    return shutil.copy(path, directory)


def built(name):
    return str(pathlib.Path(os.environ["PAGELOUPE_BIN"]) / name)


class Tool:
    """One program: run() gives a subprocess.CompletedProcess with bytes."""

    def __init__(self, path):
        self.path = shutil.which(path) or str(path)
        self._copy = None

    def run(self, *arguments, nobody=False, check=None, **options):
        command = [self.path, *map(str, arguments)]
        if nobody:
            self._copy = self._copy or reachable_copy(self.path)
            command[0] = self._copy
            options.update(user=NOBODY, group=NOBODY, extra_groups=[])
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", {**os.environ, "LC_ALL": "C.UTF-8"})
        if "stdout" not in options:
            options["stdout"] = subprocess.PIPE
        options.setdefault("stderr", subprocess.PIPE)
        done = subprocess.run(command, check=False, timeout=120, **options)
        if check is not None and done.returncode != check:
            raise AssertionError(f"{command} ended with {done.returncode}, not {check}: {done.stderr}")
        return done

    def lines(self, *arguments, **options):
        return self.run(*arguments, check=0, **options).stdout.decode().splitlines()


def need_root():
    return unittest.skipUnless(os.geteuid() == 0, "needs root")


def need_program(name):
    return unittest.skipUnless(shutil.which(name), f"{name} is not installed")
