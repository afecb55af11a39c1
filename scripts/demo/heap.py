#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Memory was freed: why is the process as large as before?

malloc takes small blocks from the heap, which grows at its end only (brk), and large ones from mappings of their own
(mmap). A mapping goes back when it is freed; the heap shrinks no further than to the last block that is in use."""

import os

import demo

COUNT, SMALL = 600, 100_000
LARGE = 64 * demo.MIB
HEAP = COUNT * SMALL


def workload():
    yield
    blocks = [bytearray(b"x" * SMALL) for _ in range(COUNT)]
    yield
    large = bytearray(LARGE)
    demo.touch(large, 0, LARGE)
    yield
    del large
    yield
    del blocks[:-1]
    yield
    demo.LIBC.malloc_trim(0)
    yield


def look(process):
    """Sizes of heap and of anonymous mappings, reserved and resident."""
    kinds = demo.kinds(process.pid)
    empty = {"size_bytes": 0, "resident_bytes": 0}
    return kinds.get("heap", empty), kinds.get("anon", empty)


def view(process):
    demo.show("ppmap", "--by", "kind", "-o", "size,resident,untouched,uss", process.pid, keep=r"KIND|^heap|^anon")


def script():
    if not hasattr(demo.LIBC, "malloc_trim"):
        raise demo.Impossible("this is about the malloc of the GNU C library")
    if any(name.startswith(("MALLOC_", "GLIBC_TUNABLES", "LD_PRELOAD")) for name in os.environ):
        raise demo.Impossible("the environment sets how malloc works")
    with demo.Workload(workload) as process:
        heap0, anon0 = look(process)

        demo.say(f"A process takes {COUNT} blocks of {SMALL:,} bytes, each below malloc's threshold of 128 KiB:")
        process.step()
        view(process)
        heap1, anon1 = look(process)
        grown = heap1["size_bytes"] - heap0["size_bytes"]
        demo.claim(0.9 * HEAP < grown < 1.3 * HEAP and anon1["size_bytes"] - anon0["size_bytes"] < HEAP // 8,
                   f"The heap grew by {demo.size(grown)}, by brk; anonymous mappings did not.")

        demo.say(f"It takes one block of {demo.size(LARGE)}:")
        process.step()
        heap2, anon2 = look(process)
        grown = anon2["resident_bytes"] - anon1["resident_bytes"]
        demo.claim(grown >= LARGE and heap2["size_bytes"] - heap1["size_bytes"] < demo.MIB,
                   f"That is a mapping of its own, by mmap: anonymous memory grew by {demo.size(grown)}, the heap did not.")

        demo.say("It frees the large block:")
        process.step()
        anon3 = look(process)[1]
        demo.claim(anon2["size_bytes"] - anon3["size_bytes"] >= LARGE,
                   f"The mapping is gone: {demo.size(anon2['size_bytes'] - anon3['size_bytes'])} went back at once.")

        demo.say("It frees all small blocks but the last one:")
        process.step()
        view(process)
        heap4 = look(process)[0]
        demo.claim(heap4["resident_bytes"] > heap1["resident_bytes"] - HEAP // 8,
                   f"The heap still has {demo.size(heap4['resident_bytes'])}: its last block is in use. The memory is "
                   "malloc's, for what the process asks for next.")

        demo.say("It calls malloc_trim(0):")
        process.step()
        heap5 = look(process)[0]
        demo.claim(heap5["resident_bytes"] < heap4["resident_bytes"] - 0.8 * HEAP
                   and heap5["size_bytes"] > heap4["size_bytes"] - HEAP // 8,
                   f"Pages between blocks went back to the kernel: {demo.size(heap5['resident_bytes'])} are resident of "
                   f"{demo.size(heap5['size_bytes'])} reserved.")


if __name__ == "__main__":
    demo.main(script)
