#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Why is VIRT so much larger than RES?

Memory that a program asks for is address space first. A page of it becomes memory when it is first written to."""

import mmap

import demo

SIZE = 256 * demo.MIB
COLUMNS = "pid,vsz,rss,touched,min_flt,args"


def workload():
    yield
    memory = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    # Huge pages come 512 small ones at a time; here each page is to be seen.
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    yield demo.address_of(memory)
    demo.touch(memory, 0, SIZE // 4)
    yield
    memory.madvise(mmap.MADV_DONTNEED)
    yield


def change(after, before, key):
    return after[key] - before[key]


def script():
    with demo.Workload(workload) as process:
        before = demo.process(process.pid, COLUMNS)

        demo.say(f"A process asks for {demo.size(SIZE)} and does nothing with it:")
        address = process.step()
        reserved = demo.process(process.pid, COLUMNS)
        demo.show("pstat", "-p", process.pid, "-o", COLUMNS, "--units", "human")
        demo.claim(change(reserved, before, "vsz_bytes") >= SIZE,
                   f"VIRT grew by {demo.size(change(reserved, before, 'vsz_bytes'))}.")
        demo.claim(change(reserved, before, "rss_bytes") < 8 * demo.MIB,
                   f"RES grew by {demo.size(change(reserved, before, 'rss_bytes'))} only.")

        demo.say("It writes one byte to each page of the first quarter:")
        process.step()
        touched = demo.process(process.pid, COLUMNS)
        demo.show("pstat", "-p", process.pid, "-o", COLUMNS, "--units", "human")
        grown = change(touched, reserved, "rss_bytes")
        faults = change(touched, reserved, "min_flt")
        pages = SIZE // 4 // demo.PAGE
        demo.claim(SIZE // 4 <= grown < SIZE // 4 + 8 * demo.MIB, f"RES grew by {demo.size(grown)}: what was touched.")
        demo.claim(pages <= faults < 1.2 * pages, f"{faults:,} page faults made it so, one for each of {pages:,} pages.")

        demo.show("ppmap", "-o", "start,size,resident,touched,kind", "--sort", "-untouched", process.pid, most=4)
        row = demo.mapping(process.pid, address)
        demo.claim(row["untouched_bytes"] >= SIZE * 3 // 4 - demo.MIB,
                   f"ppmap names the mapping at {row['start']}: {demo.size(row['untouched_bytes'])} of it are untouched.")

        demo.say("It gives the pages back (MADV_DONTNEED) and keeps the address space:")
        process.step()
        given = demo.process(process.pid, COLUMNS)
        demo.claim(change(given, touched, "rss_bytes") < -SIZE // 4 + 8 * demo.MIB
                   and given["vsz_bytes"] >= before["vsz_bytes"] + SIZE,
                   f"RES is {demo.size(given['rss_bytes'])} again, VIRT still {demo.size(given['vsz_bytes'])}.")


if __name__ == "__main__":
    demo.main(script)
