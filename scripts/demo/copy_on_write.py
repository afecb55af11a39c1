#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Does a pool of forked workers cost the parent's memory once, or once for each worker?

fork() copies nothing: parent and workers map the same pages until one of them writes (copy-on-write). In Python even
reading an object writes to it, as its reference count changes."""

import json
import multiprocessing

import demo

WORKERS = 3
BLOCK = 32 * demo.MIB
OBJECTS = 300_000
COLUMNS = "pid,rss,pss,uss,args"
data = {}


def read_block(_):
    """Reads every page of one large object: its reference count is on one page."""
    return sum(data["block"][::demo.PAGE])


def read_objects(_):
    """Reads many small objects: each page holds reference counts."""
    return sum(map(len, data["objects"]))


def on_each(pool, function):
    """On each worker: as many tasks as workers, and none is quick enough for two."""
    pool.map(meet_and_do, [function] * WORKERS, chunksize=1)


def meet_and_do(function):
    data["barrier"].wait()
    function(None)


def workload():
    data["block"] = bytearray(BLOCK)
    demo.touch(data["block"], 0, BLOCK)
    data["objects"] = [f"object number {number}" for number in range(OBJECTS)]
    context = multiprocessing.get_context("fork")
    data["barrier"] = context.Barrier(WORKERS)
    with context.Pool(WORKERS, initializer=demo.die_with_parent) as pool:
        yield sorted(child.pid for child in multiprocessing.active_children())
        on_each(pool, read_block)
        yield
        on_each(pool, read_objects)
        yield


def copied(pids):
    """What the workers have for themselves, by the pages of each."""
    return [row["uss_bytes"] for row in demo.processes(pids, COLUMNS)]


def show_erosion(process):
    demo.show("pstat", "--cow", process.pid)
    sample = json.loads(demo.run("pstat", "--cow", process.pid, "--json"))["samples"][-1]
    return sample["exact"], sample["workers"]


def script():
    with demo.Workload(workload) as process:
        workers = process.value
        rows = demo.processes([process.pid, *workers], COLUMNS)
        demo.say(f"A parent holds {demo.size(BLOCK)} in one object and {OBJECTS:,} strings, and forks {WORKERS} workers:")
        demo.show("pstat", "-q", ",".join(map(str, [process.pid, *workers])), "-o", COLUMNS, "--units", "human")
        rss, pss = (sum(row[key] for row in rows) for key in ("rss_bytes", "pss_bytes"))
        demo.claim(all(row["rss_bytes"] > BLOCK for row in rows), f"RSS says that each has all: {demo.size(rss)} together.")
        demo.claim(pss < rss / 2, f"PSS divides shared pages by their sharers: {demo.size(pss)} are really there.")
        fresh = copied(workers)
        demo.claim(max(fresh) < 24 * demo.MIB, f"A worker has {demo.size(max(fresh))} of its own (USS).")

        demo.say("The workers read the large object, all of it:")
        process.step()
        after_block = copied(workers)
        demo.claim(max(after_block) < max(fresh) + 8 * demo.MIB,
                   f"That shares on: a worker has {demo.size(max(after_block))} of its own.")

        demo.say("The workers read the strings. Nothing is assigned, but each reference count is written to:")
        process.step()
        exact, shown = show_erosion(process)
        after_objects = copied(workers)
        least = OBJECTS * 50
        demo.claim(min(after_objects) - max(after_block) > least,
                   f"Each worker has its own copy of the strings now: USS {demo.size(min(after_objects))}.")
        if exact:
            demo.claim(all(row["copied_bytes"] > least and row["shared_bytes"] > BLOCK for row in shown),
                       f"--cow compares the frames: {demo.size(shown[0]['copied_bytes'])} copied, "
                       f"{demo.size(shown[0]['shared_bytes'])} still the parent's, the block among them.")
        else:
            demo.say("Without root, frames cannot be compared, and --cow gives bounds.")
        demo.say("What workers should share belongs into few large objects (bytes, array, numpy), or into shared memory.")


if __name__ == "__main__":
    demo.main(script)
