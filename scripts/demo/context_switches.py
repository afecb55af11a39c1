#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What makes a process switch, and do threads switch less than processes?

A task leaves its CPU because it waits (a voluntary switch), or because another one is to have it (an involuntary one). The
kernel counts both for each thread. What is counted does not depend on whether threads share an address space."""

import multiprocessing
import os
import threading
import time

import demo

ROUNDS = 3000
COLUMNS = "pid,tid,nvcsw,nivcsw,comm"


def one_cpu():
    """All on one CPU: else two CPUs may answer each other so quickly that nobody has to wait."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def answer(read, write, ready):
    """Says that it is there, and its number; then gives back each byte."""
    os.write(ready, f"{threading.get_native_id():10d}".encode())
    while os.read(read, 1):
        os.write(write, b".")


def ping_pong(start):
    """Two tasks that wait for each other's byte; the other one is `start`ed."""
    one_cpu()
    there, back, ready = os.pipe(), os.pipe(), os.pipe()
    start(answer, there[0], back[1], ready[1])
    yield [threading.get_native_id(), int(os.read(ready[0], 10))]
    begun = time.monotonic()
    for _ in range(ROUNDS):
        os.write(there[1], b".")
        os.read(back[0], 1)
    yield (time.monotonic() - begun) * 1e6 / ROUNDS


def start_thread(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()


def start_process(function, *arguments):
    def child():
        demo.die_with_parent()
        function(*arguments)
    multiprocessing.get_context("fork").Process(target=child, daemon=True).start()


def compute():
    """Two processes that never wait, on one CPU."""
    one_cpu()
    yield None
    start_process(spin)
    spin(1.0)
    yield None


def spin(seconds=30.0):
    until = time.process_time() + seconds / 2
    while time.process_time() < until:
        pass


def switches(pids, *options):
    rows = demo.processes(pids, COLUMNS, *options)
    return {row["tid"]: (row["nvcsw"], row["nivcsw"]) for row in rows}


def changed(before, after):
    return {tid: tuple(new - old for new, old in zip(after[tid], counts)) for tid, counts in before.items()}


def look(name, start, options):
    demo.say(f"Two {name} send a byte back and forth, {ROUNDS:,} times:")
    with demo.Workload(ping_pong, start) as process:
        tasks = process.value
        pids = [process.pid] if options else tasks
        before = switches(pids, *options)
        microseconds = process.step()
        found = changed(before, switches(pids, *options))
        demo.show("pstat", "-q", ",".join(map(str, pids)), *options, "-o", COLUMNS)
    for number, tid in enumerate(tasks, 1):
        voluntary, involuntary = found[tid]
        demo.claim(voluntary + involuntary >= ROUNDS * 0.9,
                   f"Number {number} switched {voluntary:,} times to wait and {involuntary:,} times because it had to.")
    print(f"  A round took {microseconds:.1f} microseconds.")
    return sum(sum(found[tid]) for tid in tasks)


def look_at_computing():
    demo.say("Two processes compute on one CPU, and wait for nothing:")
    with demo.Workload(compute) as process:
        before = switches([process.pid])
        process.step()
        demo.show("pstat", "-q", process.pid, "-o", COLUMNS)
        voluntary, involuntary = changed(before, switches([process.pid]))[process.pid]
    demo.claim(involuntary > 10 and involuntary > 2 * voluntary,
               f"{involuntary} switches because the other one was to have the CPU, {voluntary} to wait.")


def script():
    by_threads = look("threads", start_thread, ["-L"])
    by_processes = look("processes", start_process, [])
    demo.claim(by_threads > 0.9 * 2 * ROUNDS, f"Threads switched {by_threads / ROUNDS:.1f} times a round, processes "
               f"{by_processes / ROUNDS:.1f}: to be threads saves no switch. In CPython they may need more, for the GIL.")
    look_at_computing()
    demo.say("""What threads do save is the change of page tables at a switch, and what that costs the TLB. Many voluntary
             switches are small messages or contended locks; many involuntary ones are more work than CPUs.""")


if __name__ == "__main__":
    demo.main(script)
