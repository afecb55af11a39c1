#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is a page fault, and which ones are slow?

A fault is the first access to a page that the process has no entry for in its page tables. It is minor when the page is
in memory already, or is to be a new one of zeros; it is major when the page has to be read from storage."""

import mmap
import os
import pathlib
import tempfile
import time

import demo

PAGES = 4096
FILE_PAGES = 64
COLUMNS = "pid,min_flt,maj_flt,rss,rss_anon,rss_file,comm"


def read_each(memory):
    begun = time.monotonic()
    total = sum(memory[at] for at in range(0, len(memory), demo.PAGE))
    return {"microseconds": (time.monotonic() - begun) * 1e6 / (len(memory) / demo.PAGE), "total": total}


def workload(path):
    memory = mmap.mmap(-1, PAGES * demo.PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    yield
    demo.touch(memory, 0, len(memory))
    yield
    demo.touch(memory, 0, len(memory))
    yield
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for _ in range(2):
            text = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            # Without it the kernel reads ahead, and one major fault brings many pages.
            text.madvise(mmap.MADV_RANDOM)
            yield
            yield read_each(text)
            text.close()


class Faults:
    """Minor and major faults of a process since the last look."""

    def __init__(self, pid):
        self._pid = pid
        self._last = demo.process(pid, COLUMNS)

    def since(self):
        row, last = demo.process(self._pid, COLUMNS), self._last
        self._last = row
        return row["min_flt"] - last["min_flt"], row["maj_flt"] - last["maj_flt"]


def of_memory(process, faults):
    demo.say(f"A process writes to {PAGES:,} new pages:")
    process.step()
    demo.show("pstat", "-p", process.pid, "-o", COLUMNS)
    minor, _ = faults.since()
    demo.claim(PAGES <= minor < PAGES + 500, f"That were {minor:,} minor faults: the kernel gives a page of zeros at each.")
    demo.say("It writes to them again:")
    process.step()
    minor, _ = faults.since()
    demo.claim(minor < PAGES // 8, f"{minor:,} faults: the pages are in its page table.")


def of_file(process, faults):
    demo.say(f"It maps a file of {FILE_PAGES} pages that is not in the page cache, and reads a byte of each:")
    process.step()
    faults.since()
    first = process.step()
    demo.show("pstat", "-p", process.pid, "-o", COLUMNS)
    _, major = faults.since()
    if major == 0:
        demo.say("No major fault: this file system keeps its files in memory, or the kernel kept this one.")
        return
    demo.claim(major > FILE_PAGES // 2, f"{major} major faults, {first['microseconds']:.0f} microseconds a page.")

    demo.say("It maps the file again:")
    process.step()
    faults.since()
    again = process.step()
    minor, major = faults.since()
    demo.claim(major <= FILE_PAGES // 8, f"{major} major faults and {minor} minor ones: the file is in the page cache now, and "
               f"a page takes {again['microseconds']:.1f} microseconds.")


def folder():
    """Somewhere on a disk: what is in a tmpfs cannot leave memory but to swap."""
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    kinds = {place: kind for _, place, kind, *_ in mounts}
    for place in (tempfile.gettempdir(), "/var/tmp", str(pathlib.Path.home())):
        at = pathlib.Path(place).resolve()
        mount = next(str(path) for path in (at, *at.parents) if str(path) in kinds)
        if kinds[mount] not in ("tmpfs", "ramfs") and os.access(at, os.W_OK):
            return str(at)
    return None


def script():
    with tempfile.NamedTemporaryFile(dir=folder()) as file:
        file.write(b"x" * FILE_PAGES * demo.PAGE)
        file.flush()
        os.fsync(file.fileno())
        with demo.Workload(workload, file.name) as process:
            faults = Faults(process.pid)
            of_memory(process, faults)
            of_file(process, faults)
    demo.say("""pstat -d 1 -o pid,min_flt_rate,maj_flt_rate,args shows them as they come; ppmap --faults 5 PID says in which
             mapping. Many minor faults are memory that is given back and taken again; many major ones are a lack of memory.""")


if __name__ == "__main__":
    demo.main(script)
