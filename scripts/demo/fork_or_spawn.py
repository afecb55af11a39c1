#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What does a worker of multiprocessing have at its start: with "fork", and with "spawn"?

A forked worker maps all that the parent has. A spawned one is a new interpreter, which imports what it needs and gets a
copy of its arguments through a pipe."""

import contextlib
import multiprocessing
import time

import demo

SIZE = 32 * demo.MIB
GIVEN = SIZE // 4
COLUMNS = "pid,ppid,rss,pss,uss,args"
WAYS = {"forked": ("fork", 0), "spawned": ("spawn", 0), "spawned and given some": ("spawn", GIVEN)}


def worker(pipe, argument):
    demo.die_with_parent()
    pipe.send(len(argument))
    with contextlib.suppress(EOFError):
        pipe.recv()


def workload():
    data = bytearray(SIZE)
    demo.touch(data, 0, SIZE)
    started, found = [], {}
    for name, (method, given) in WAYS.items():
        context = multiprocessing.get_context(method)
        ours, its = context.Pipe()
        begun = time.monotonic()
        child = context.Process(target=worker, args=(its, data[:given]), daemon=True)
        child.start()
        ours.recv()
        found[name] = {"pid": child.pid, "seconds": time.monotonic() - begun}
        started.append((child, ours))
    yield found


def script():
    with demo.Workload(workload) as process:
        found = process.value
        pids = [process.pid, *(fact["pid"] for fact in found.values())]
        demo.say(f"A parent with {demo.size(SIZE)} starts three workers: {', '.join(found)}.")
        demo.show("pstat", "-q", ",".join(map(str, pids)), "-o", COLUMNS, "--units", "human")
        rows = dict(zip(found, demo.processes(pids[1:], COLUMNS)))
        for name, fact in found.items():
            print(f"  {name}: ready after {fact['seconds'] * 1000:.0f} ms")

        forked, spawned, given = rows.values()
        demo.claim(forked["rss_bytes"] > SIZE and forked["uss_bytes"] < SIZE // 8,
                   f"The forked worker maps the parent's data (RSS {demo.size(forked['rss_bytes'])}) and has "
                   f"{demo.size(forked['uss_bytes'])} of its own.")
        demo.claim(spawned["rss_bytes"] < SIZE,
                   f"The spawned one knows nothing of the data: RSS {demo.size(spawned['rss_bytes'])}.")
        demo.claim(spawned["uss_bytes"] > forked["uss_bytes"],
                   f"But its interpreter and modules are its own: USS {demo.size(spawned['uss_bytes'])}.")
        demo.claim(given["uss_bytes"] > spawned["uss_bytes"] + GIVEN - demo.MIB,
                   f"{demo.size(GIVEN)} that the third one was given are there a second time: USS "
                   f"{demo.size(given['uss_bytes'])}.")
        demo.say("""fork is quick and shares, but copies the state of locks too, which is unsafe where the parent has
                 threads; spawn is clean, and its workers pay for their own interpreter.""")


if __name__ == "__main__":
    demo.main(script)
