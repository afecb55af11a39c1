#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""My workers are done: why are they still listed, as <defunct>?

A process that has ended keeps its number and its exit code until its parent asks for them: in multiprocessing with join().
Until then it is a zombie. It has no memory, but a PID."""

import json
import multiprocessing
import os

import demo

WORKERS = 3
COLUMNS = "pid,ppid,state,nlwp,rss,pss,args"


def worker(gate):
    demo.die_with_parent()
    os.close(gate[1])
    os.read(gate[0], 1)


def workload():
    context = multiprocessing.get_context("fork")
    gate = os.pipe()
    started = [context.Process(target=worker, args=(gate,)) for _ in range(WORKERS)]
    # Nobody ends before all are there: start() joins those that have ended.
    for child in started:
        child.start()
    os.close(gate[1])
    yield [child.pid for child in started]
    for child in started:
        child.join()
    yield [child.exitcode for child in started]


def script():
    with demo.Workload(workload) as process:
        pids = process.value
        listed = ",".join(map(str, pids))
        demo.wait_until(lambda: all(row["state"] == "Z" for row in demo.processes(pids, "state")))

        demo.say(f"A process has started {WORKERS} others, which have ended, and has not joined them:")
        demo.show("pstat", "-q", listed, "-o", COLUMNS)
        document = json.loads(demo.run("pstat", "-q", listed, "-o", COLUMNS, "--json"))
        rows = document["processes"]
        demo.claim(len(rows) == WORKERS and all(row["state"] == "Z" and "<defunct>" in row["args"] for row in rows),
                   f"{len(rows)} zombies are there.")
        demo.claim(all(row["ppid"] == process.pid for row in rows), f"It is {process.pid} (PPID) that has to reap them.")
        demo.claim(all(row["pss_bytes"] is None for row in rows),
                   "They have no memory: PSS is '-' in the table and null in JSON, and not 0.")

        demo.say("To send signals to a zombie changes nothing. Its parent calls join():")
        codes = process.step()
        left = json.loads(demo.run("pstat", "-q", listed, "-o", "pid", "--json", accept=(1,)))
        demo.claim(not left["processes"] and codes == [0] * WORKERS,
                   f"They are gone, and their exit codes are known: {codes}.")
        demo.say("""Processes that ignore their children (SIGCHLD set to SIG_IGN) never leave zombies. multiprocessing joins
                 finished children also when another one is started.""")


if __name__ == "__main__":
    demo.main(script)
