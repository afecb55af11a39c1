#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Four threads compute, and top says 100 %, not 400 %. Why?

In CPython a thread needs the global interpreter lock (GIL) to run Python code: the others wait for it, asleep. Processes
have a lock each."""

import json
import multiprocessing
import sys
import threading
import time

import demo

WORKERS = 4
SECONDS = 1.5
LOOKS = 12


def compute(until):
    count = 0
    while time.monotonic() < until:
        count += sum(range(2000))
    return count


def as_threads():
    yield
    until = time.monotonic() + 60
    for _ in range(WORKERS):
        threading.Thread(target=compute, args=(until,), daemon=True).start()
    yield
    yield


def as_processes():
    yield
    until = time.monotonic() + 60
    context = multiprocessing.get_context("fork")
    pids = []
    for _ in range(WORKERS):
        child = context.Process(target=lambda: (demo.die_with_parent(), compute(until)), daemon=True)
        child.start()
        pids.append(child.pid)
    yield pids
    yield


def measure(pids, options):
    """CPU in percent of each row over a while, and how many are runnable, on average over some looks."""
    listed = ",".join(map(str, pids))
    stream = demo.run("pstat", "-q", listed, *options, "-o", "pid,tid,state,cpu", "-d", f"{SECONDS / LOOKS:.3f}",
                      "-n", LOOKS + 1, "--format", "jsonl")
    records = [json.loads(line) for line in stream.splitlines()]
    samples = [record for record in records if record["record"] == "sample"]
    elapsed = sum(sample["interval_ns"] for sample in samples[1:])
    lengths = {sample["sample_time_ns"]: sample["interval_ns"] for sample in samples}
    busy, running = {}, 0
    for row in records:
        if row.get("cpu_percent") is not None:
            busy[row["tid"]] = busy.get(row["tid"], 0) + row["cpu_percent"] * lengths[row["sample_time_ns"]]
        running += row["record"] != "document" and row.get("state") == "R"
    return {tid: total / elapsed for tid, total in busy.items()}, running / len(samples)


def script():
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise demo.Impossible("this Python has no global interpreter lock")

    demo.say(f"{WORKERS} threads of one process count as fast as they can:")
    with demo.Workload(as_threads) as process:
        process.step()
        demo.show("pstat", "-p", process.pid, "-L", "-o", "pid,tid,state,cpu,nvcsw,nivcsw,comm")
        busy, running = measure([process.pid], ["-L"])
        total = sum(busy.values())
        shares = ", ".join(f"{share:.0f} %" for tid, share in sorted(busy.items()) if tid != process.pid)
        # A clock tick for each thread at both ends.
        demo.claim(total < 110, f"Together they have {total:.0f} % of one CPU ({shares}), however many CPUs there are.")
        # One, and those that look after the lock each five milliseconds; these wait for a CPU where that is busy.
        demo.claim(running < WORKERS - 0.7, f"On average {running:.1f} of {WORKERS} are runnable (R); the others "
                   "sleep (S) until the lock is free.")

    demo.say(f"{WORKERS} processes do the same:")
    with demo.Workload(as_processes) as process:
        pids = process.step()
        demo.show("pstat", "-q", ",".join(map(str, pids)), "-o", "pid,state,cpu,nvcsw,nivcsw,comm")
        busy, running = measure(pids, [])
        demo.claim(running > WORKERS - 0.7, f"On average {running:.1f} of {WORKERS} are runnable: none waits for another.")
        print(f"  They have {sum(busy.values()):.0f} % of one CPU, of what the machine has to give now.")
    demo.say("pstat -L, or H in ptop, tells a process that is held back by the GIL: its threads share 100 %.")


if __name__ == "__main__":
    demo.main(script)
