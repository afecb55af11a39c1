#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How much memory can a process use before each access has to search the page tables, and what do huge pages change?

The TLB holds the translations of some pages: the first level dozens, the second one or a few thousand. What they cover is
their reach. A huge page takes one entry for 2 MiB (on x86), where small pages take 512."""

import mmap
import pathlib

import demo

SIZE = 128 * demo.MIB
COLUMNS = "pid,rss,anon_huge_pages,tlb_entries,tlb_l1,tlb_l2,comm"
SETTING = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")


def workload():
    for advice in (mmap.MADV_NOHUGEPAGE, mmap.MADV_HUGEPAGE):
        memory = mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        memory.madvise(advice)
        demo.touch(memory, 0, SIZE)
        yield demo.address_of(memory)
        memory.close()


def look(process):
    demo.show("pstat", "-p", process.pid, "-o", COLUMNS, "--units", "human")
    demo.show("ppmap", "--tlb", "--sort", "-rss", process.pid, most=3)
    return demo.process(process.pid, COLUMNS), demo.mapping(process.pid, process.value)


def reach(row):
    return max(row["tlb_l1_percent"], row["tlb_l2_percent"])


def small_pages(process):
    demo.say(f"{demo.size(SIZE)} in pages of {demo.size(demo.PAGE)}:")
    row, memory = look(process)
    pages = SIZE // demo.PAGE
    demo.claim(memory["huge_bytes"] == 0 and pages <= memory["tlb_entries"] <= pages * 1.1,
               f"The mapping needs {memory['tlb_entries']:,} TLB entries, one for each page.")
    if row["tlb_l2_percent"] is None:
        demo.say("What the TLBs of this CPU cover is not known here.")
    else:
        demo.claim(row["tlb_l1_percent"] <= row["tlb_l2_percent"],
                   f"By what the CPU declares, the first level covers {row['tlb_l1_percent']:.1f} % of what is resident and "
                   f"the second {row['tlb_l2_percent']:.1f} %: all beyond that, used at random, misses.")
    return row, memory


def huge_pages(process, before):
    process.step()
    demo.say("The same with madvise(MADV_HUGEPAGE):")
    row, memory = look(process)
    if memory["huge_bytes"] == 0:
        demo.say("No huge page: the kernel found no memory in one piece, or its settings forbid it.")
        return
    demo.claim(memory["anon_huge_pages_bytes"] == memory["huge_bytes"] and memory["tlb_entries"] < before[1]["tlb_entries"],
               f"{demo.size(memory['huge_bytes'])} of it are in huge pages, and it needs {memory['tlb_entries']:,} entries.")
    if memory["huge_bytes"] >= SIZE * 3 // 4 and row["tlb_l2_percent"] is not None:
        # The second level of some CPUs has no huge pages.
        demo.claim(reach(row) > reach(before[0]), f"The TLB covers {reach(row):.1f} % of the process now.")


def script():
    with demo.Workload(workload) as process:
        before = small_pages(process)
        if not SETTING.exists() or "[never]" in SETTING.read_text():
            demo.say("Transparent huge pages are switched off here.")
            return
        demo.claim(before[1]["thp_why"] != "", f"Why these pages are small, ppmap says too: {before[1]['thp_why']}.")
        huge_pages(process, before)
    demo.say("""A hypervisor that backs huge pages with small ones takes back what they save: tlbprobe measures what this machine
             really reaches, tlbprobe --reach PID sets that against a process.""")


if __name__ == "__main__":
    demo.main(script)
