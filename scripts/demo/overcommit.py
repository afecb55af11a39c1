#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How can a process have more memory than the machine?

It has address space. By default (vm.overcommit_memory 0) Linux promises more than there is, as few programs use all that
they ask for, and refuses only a single request that could never be met."""

import mmap
import os
import resource

import demo

COLUMNS = "pid,vsz,rss,touched,oom_score,comm"
MORE_THAN_ANY = 64 << 40
FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


def reserve(size):
    try:
        return mmap.mmap(-1, size, flags=FLAGS)
    except OSError:
        return None


def workload(ram, in_all):
    yield
    held = []
    while sum(map(len, held)) < in_all:
        memory = reserve(ram // 4)
        if memory is None:
            break
        held.append(memory)
    yield sum(map(len, held))
    one = reserve(MORE_THAN_ANY)
    yield one is not None


def refused_beyond_limit(process, in_all):
    """vm.overcommit_memory 2: what is promised is there."""
    got = process.step()
    state = demo.system(process.pid)
    demo.claim(state["committed_as_bytes"] <= state["commit_limit_bytes"] * 1.01,
               f"The kernel gave {demo.size(got)} of {demo.size(in_all)} that were asked for, a quarter of the machine at "
               f"a time, and promises no more than {demo.size(state['commit_limit_bytes'])} in all.")


def promised(process, ram, in_all):
    before, state = demo.process(process.pid, COLUMNS), demo.system(process.pid)
    demo.say(f"A process asks for a quarter of that again and again, until it has {demo.size(in_all)}:")
    got = process.step()
    demo.show("pstat", "--system", "-q", process.pid, "-o", COLUMNS, "--units", "human")
    after, later = demo.process(process.pid, COLUMNS), demo.system(process.pid)
    demo.claim(got >= in_all and after["vsz_bytes"] > ram,
               f"It has it: VIRT is {demo.size(after['vsz_bytes'])}, {after['vsz_bytes'] / ram:.1f} times the machine.")
    demo.claim(after["rss_bytes"] - before["rss_bytes"] < 8 * demo.MIB,
               f"None of it is memory: RES is {demo.size(after['rss_bytes'])}.")
    grown = later["committed_as_bytes"] - state["committed_as_bytes"]
    demo.claim(grown > 0.8 * got, f"The kernel counts what it has promised: Committed_AS grew by {demo.size(grown)}.")
    demo.claim(abs(after["oom_score"] - before["oom_score"]) <= 5,
               f"The OOM killer looks at what is used: oom_score was {before['oom_score']} and is {after['oom_score']}.")
    demo.show("ppmap", "--limits", process.pid, keep="WHAT|^address space|^largest|^commit")


def script():
    if resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY:
        raise demo.Impossible("address space is limited here (ulimit -v)")
    state = demo.system(os.getpid())
    ram = state["mem_total_bytes"] + state["swap_total_bytes"]
    in_all = ram // 4 * 6
    mode = state["overcommit_memory"]
    demo.say(f"This machine has {demo.size(ram)}, swap included; vm.overcommit_memory is {mode}.")
    with demo.Workload(workload, ram, in_all) as process:
        if mode == 2:
            refused_beyond_limit(process, in_all)
            return
        promised(process, ram, in_all)
        demo.say(f"It asks for {demo.size(MORE_THAN_ANY)} at once:")
        given = process.step()
        if mode == 1:
            demo.say("It got that too: vm.overcommit_memory 1 refuses nothing." if given else "It has no such address space.")
        else:
            demo.claim(not given, "That is refused: more than the machine has, in one request.")
    demo.say("""Where all who were promised memory do touch it, the OOM killer ends one of them. vm.overcommit_memory 2 promises
             only what is there, at the price of refusing programs that reserve much and use little.""")


if __name__ == "__main__":
    demo.main(script)
