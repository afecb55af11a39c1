#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two workers need one large array: through a queue, a pipe, or shared memory?

A queue and a pipe pickle what is sent and copy it, so each receiver has it once more. Shared memory is the same pages in
every process; RSS counts them in each, PSS once."""

import multiprocessing
import os
from multiprocessing import shared_memory

import demo

WORKERS = 2
# A pipe takes 64 KiB at a time, and containers often have 64 MiB in /dev/shm.
SIZE = 8 * demo.MIB
COLUMNS = "pid,rss,rss_shmem,pss,uss"


def from_queue(queue, ready):
    data = queue.get()
    ready.send(len(data))
    ready.recv()


def from_pipe(pipe, ready):
    data = pipe.recv()
    ready.send(len(data))
    ready.recv()


def from_shared(name, ready):
    block = shared_memory.SharedMemory(name)
    ready.send(sum(block.buf[::demo.PAGE]))
    ready.recv()


def lives(function, *arguments):
    demo.die_with_parent()
    try:
        function(*arguments)
    except EOFError:
        pass
    os._exit(0)


def start(function, argument):
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe()
    child = context.Process(target=lives, args=(function, argument, its), daemon=True)
    child.start()
    return child.pid, ours


def by_queue():
    queue = multiprocessing.get_context("fork").Queue()
    started = [start(from_queue, queue) for _ in range(WORKERS)]
    data = bytes(SIZE)
    for _ in started:
        queue.put(data)
    yield [pid for pid, ready in started if ready.recv() == SIZE]


def by_pipe():
    pipes = [multiprocessing.get_context("fork").Pipe() for _ in range(WORKERS)]
    started = [start(from_pipe, its) for _, its in pipes]
    data = bytes(SIZE)
    for ours, _ in pipes:
        ours.send(data)
    yield [pid for pid, ready in started if ready.recv() == SIZE]


def by_shared_memory(name):
    block = shared_memory.SharedMemory(name)
    demo.touch(block.buf, 0, SIZE)
    started = [start(from_shared, name) for _ in range(WORKERS)]
    yield [pid for pid, ready in started if ready.recv() == SIZE // demo.PAGE]


def look(title, generator, *arguments):
    demo.say(title)
    with demo.Workload(generator, *arguments) as process:
        workers = process.value
        listed = [process.pid, *workers]
        demo.show("pstat", "-q", ",".join(map(str, listed)), "-o", COLUMNS + ",comm", "--units", "human")
        return demo.processes(listed, COLUMNS)


def total(rows, key="pss_bytes"):
    return sum(row[key] for row in rows)


def script():
    try:
        block = shared_memory.SharedMemory(create=True, size=SIZE)
    except OSError as error:
        raise demo.Impossible(f"no shared memory here: {error}") from error
    try:
        queued = look(f"{demo.size(SIZE)} through a queue to {WORKERS} workers:", by_queue)
        piped = look("The same through pipes:", by_pipe)
        shared = look("The same in shared memory:", by_shared_memory, block.name)
    finally:
        block.close()
        block.unlink()

    for name, rows in (("queue", queued), ("pipe", piped)):
        least = min(row["uss_bytes"] for row in rows[1:])
        demo.claim(least >= SIZE, f"By {name} each worker has a copy of its own: USS {demo.size(least)}.")
    workers = shared[1:]
    demo.claim(all(row["rss_shmem_bytes"] >= SIZE for row in workers) and max(row["uss_bytes"] for row in workers) < SIZE // 2,
               f"Shared memory is in the RSS of each ({demo.size(workers[0]['rss_bytes'])}), and nobody's own "
               f"(USS {demo.size(workers[0]['uss_bytes'])}).")
    demo.claim(total(shared) < total(queued) - SIZE,
               f"In sum (PSS): {demo.size(total(queued))} by queue, {demo.size(total(piped))} by pipe, "
               f"{demo.size(total(shared))} shared.")


if __name__ == "__main__":
    demo.main(script)
