# SPDX-License-Identifier: MIT
"""A process whose map changes on demand."""

import subprocess
import sys

_CHILD = r"""
import ctypes, mmap, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
PAGE, MIB = 4096, 1 << 20
# At a place of its own: what touches another mapping of its sort becomes part of it.
def reserve(at, size, protection=3, flags=0x22, fd=-1):
    got = libc.mmap(at, size, protection, flags | 0x100000, fd, 0)
    assert got == at, (hex(at), ctypes.get_errno())
    libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(size), 15)
def touch(at, size): ctypes.memset(at, 1, size)
def protect(at, size, protection): assert libc.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(size), protection) == 0
def unmap(at, size): assert libc.munmap(ctypes.c_void_p(at), ctypes.c_size_t(size)) == 0
print("ready", flush=True)
while line := sys.stdin.readline():
    exec(eval(line))
    print("done", flush=True)
"""


class Changing:
    """do() runs Python in it: reserve(at, size), touch(at, size), protect(at, size, bits), unmap(at, size)."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, "-c", _CHILD], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "ready\n"

    @property
    def pid(self):
        return self._process.pid

    def do(self, *statements):
        self._process.stdin.write(repr("\n".join(statements)) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", statements

    def replace(self, *command):
        """exec: another program takes its place, which must wait for its standard input."""
        self._process.stdin.write(repr(f"os.execvp({command[0]!r}, {list(command)!r})") + "\n")
        self._process.stdin.flush()

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=60)
        self._process.stdin.close()
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
