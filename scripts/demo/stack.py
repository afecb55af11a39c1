#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How far may the stack grow, and what happens then?

The stack of the first thread is a mapping that the kernel makes larger when a page below it is touched, as far as
`ulimit -s` allows. One page more is a segmentation fault. It never becomes smaller again."""

import contextlib
import functools
import os
import shutil
import signal
import subprocess

import demo

LIMIT = 2 * demo.MIB
# A call of a shell function is a few calls in the C code of the shell. It waits for a line at the depth that it is told.
SHELL = f"""
ulimit -S -c 0; ulimit -S -s {LIMIT // demo.KIB}
down() {{ if [ "$1" -eq 0 ]; then echo there; read -r go; else down $(($1 - 1)); fi; }}
forever() {{ forever; }}
echo ready; read -r depth; down "$depth"
echo back; read -r go; forever
"""


@contextlib.contextmanager
def shell():
    process = subprocess.Popen([shutil.which("bash"), "-c", SHELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, bufsize=1, preexec_fn=functools.partial(demo.die_with_parent, os.getpid()))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def tell(process, line):
    print(line, file=process.stdin)
    return process.stdout.readline().strip()


def stack(process):
    row = demo.limits(process.pid)["stack"]
    return {**row, "resident": demo.kinds(process.pid)["stack"]["resident_bytes"]}


def view(process):
    demo.show("ppmap", "--limits", process.pid, keep="WHAT|^stack")


def script():
    if not shutil.which("bash"):
        raise demo.Impossible("there is no bash, which is the workload")
    with shell() as process:
        process.stdout.readline()
        demo.say("A shell at rest:")
        view(process)
        before = stack(process)
        demo.claim(before["limit"] == LIMIT and before["headroom"] <= LIMIT - before["used"],
                   f"The limit is {demo.size(before['limit'])}, {demo.size(before['used'])} are used.")

        demo.say("The same shell, 800 calls of a function deep:")
        assert tell(process, "800") == "there"
        view(process)
        deep = stack(process)
        grown = deep["used"] - before["used"]
        demo.claim(100 * demo.KIB < grown < LIMIT, f"The stack grew by {demo.size(grown)}, {grown // 800:,} bytes a call.")
        demo.claim(before["headroom"] - deep["headroom"] == grown, f"{demo.size(deep['headroom'])} are left.")

        demo.say("All calls have returned:")
        assert tell(process, "") == "back"
        after = stack(process)
        demo.claim(after["used"] == deep["used"] and after["resident"] >= deep["resident"],
                   f"The stack still has {demo.size(after['used'])}, and {demo.size(after['resident'])} of it in memory.")

        demo.say("A function that calls itself without end:")
        tell(process, "")
        ended = process.wait()
        demo.claim(ended == -signal.SIGSEGV, f"The shell was ended by {signal.Signals(-ended).name}.")
        demo.say("ppmap --limits shows the headroom beforehand; threads have stacks of a fixed size, with a guard below.")


if __name__ == "__main__":
    demo.main(script)
