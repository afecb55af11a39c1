#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What does a thread cost, and what do threads share?

All threads of a process are in one address space. What each has for itself is a stack, reserved in full and touched as far
as it was used, above a guard page that may not be touched at all."""

import threading

import demo

THREADS = 8
STACK = 8 * demo.MIB
COLUMNS = "pid,nlwp,vsz,rss"


def workload():
    yield
    seen, wait = [], threading.Event()
    threading.stack_size(STACK)

    def thread():
        seen.append(threading.get_native_id())
        wait.wait()

    for _ in range(THREADS):
        threading.Thread(target=thread, daemon=True).start()
    # Each has written to one list: they are in one address space.
    demo.wait_until(lambda: len(seen) == THREADS)
    yield sorted(seen)


def script():
    with demo.Workload(workload) as process:
        before = demo.process(process.pid, COLUMNS)
        tids = process.step()
        after = demo.process(process.pid, COLUMNS)

        demo.say(f"A process starts {THREADS} threads with stacks of {demo.size(STACK)}:")
        demo.show("pstat", "-p", process.pid, "-L", "-o", "pid,tid,nlwp,state,vsz,rss,comm", "--units", "human")
        demo.claim(after["nlwp"] == before["nlwp"] + THREADS, f"There are {after['nlwp']} threads in one process.")
        grown = after["vsz_bytes"] - before["vsz_bytes"]
        demo.claim(grown >= THREADS * STACK, f"VIRT grew by {demo.size(grown)}: the stacks, and room for malloc's arenas.")
        grown = after["rss_bytes"] - before["rss_bytes"]
        demo.claim(grown < THREADS * 512 * demo.KIB,
                   f"RES grew by {demo.size(grown)}: {demo.size(grown // THREADS)} for each thread.")

        demo.show("ppmap", "-o", "start,size,resident,touched,perms,kind,mapping", process.pid, keep="thread-stack|guard")
        rows = demo.mappings(process.pid)
        stacks = {row["tid"]: row for row in rows if row["kind"] == "thread-stack"}
        demo.claim(set(tids) <= set(stacks), f"ppmap finds whose stack each is, by the stack pointer: all {THREADS} threads.")
        used = max(stacks[tid]["resident_bytes"] for tid in tids)
        demo.claim(used < STACK // 16, f"Of {demo.size(STACK)} no thread has touched more than {demo.size(used)}.")
        ends = {row["end"] for row in rows if row["kind"] == "guard"}
        demo.claim(all(stacks[tid]["start"] in ends for tid in tids),
                   "Below each stack is a guard: to overflow is an error, and not somebody else's memory.")


if __name__ == "__main__":
    demo.main(script)
