// SPDX-License-Identifier: MIT
// How much physical memory a set of processes holds together: every frame counted once, by its number.
// RSS counts a shared frame in each sharer, PSS spreads it over sharers inside and outside of the set; only
// frame numbers tell what the set has, and what would come back if it ended.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "proc/procfs.h"

namespace pageloupe {

// One process of the set. The four parts of `resident` are disjoint and are all of it.
struct ProcessFootprint {
  Pid pid{};
  // gone: its numbers are of what was read until then; denied, no_memory: it has none.
  std::optional<Error> error{};
  Bytes resident{};       // its frames, each once however often it maps them; without hugetlb
  Bytes private_{};       // mapped by nobody else, in whatever way
  Bytes shared_inside{};  // mapped by others of the set too, and by nobody outside
  Bytes shared_outside{};
  Bytes unsettled{};  // changed while it was read
  Bytes hugetlb{};
  Bytes swap{};  // slots in its page tables; shared memory in swap is in no page table
};

// The set. `resident` is the sum of freed, cached, shmem, shared_outside and unsettled.
struct Footprint {
  Bytes resident{};  // the union of all frames; without hugetlb
  // Anonymous memory that nobody else maps, and MAP_SHARED memory without a file: free at once when all of
  // the set ends. References that are no mappings (a device's, a pipe's) are not seen.
  Bytes freed{};
  Bytes
      cached{};  // pages of files that nobody else maps: they stay in the page cache, reclaimable when clean
  // Pages of shared memory that nobody else maps: tmpfs, memfd, System V. They are freed when their object
  // is, which a file name, a descriptor or a mapping elsewhere may keep.
  Bytes shmem{};
  Bytes shmem_anonymous{};  // part of freed: MAP_SHARED without a file; kept if others have the untouched
                            // mapping
  Bytes shared_outside{};   // mapped by processes outside of the set too, or the kernel's (the vdso)
  Bytes unsettled{};        // fewer mappings than had been seen: it changed while it was read
  Bytes shared_inside{};    // over all of the above: mapped by two processes of the set or more
  Bytes hugetlb{};          // of the pool of huge pages, each once; back to the pool when its users end
  Bytes swap{};             // slots of swap, each once
  Bytes detached{};         // pages that were being moved or were held by a device: in nothing of the above
  std::vector<ProcessFootprint> processes{};  // in the order given
};

// Reads PID/maps and PID/pagemap of each process, then kpagecount and kpageflags of their frames. Needs
// CAP_SYS_ADMIN. Takes each process's mmap_lock, so it can block. Costs about 0.2 s a GiB resident; memory of
// 16 MiB for 8 GiB of physical memory and at most 0.5 MiB for each process.
//
// Exact of a set that holds still. Of one that does not, a frame that moves between the reads shows as
// unsettled or detached where its counts contradict each other, and is not seen where they do not. Each
// address space is to be given once: of two processes that share one (vfork) all is unsettled. A process
// without memory has no frames. Errors: denied when frame numbers or the kernel's files may not be read,
// unsupported, io. A process that ends meanwhile, or that alone may not be looked into, is no error of the
// set.
[[nodiscard]] Result<Footprint> measure_footprint(std::span<const PidDir* const> processes,
                                                  const ProcFs& procfs);

// Between these the truth lies.
struct Bounds {
  Bytes least{};
  Bytes most{};
};

// What smaps_rollup alone can say of a set. Of a process that ended or may not be read nothing is in it, so
// `least` stays true of the whole set and `most` is of the others only.
struct FootprintBounds {
  // The union of frames: the sum of PSS, to which a frame adds 1 or less, or the largest RSS; the sum of RSS,
  // to which it adds 1 or more.
  Bounds resident{};
  // What nobody else maps (freed + cached + shmem): private pages are part of it, so the sum of USS is; and
  // each of its frames adds 1 to the sum of PSS, in which others only add to it.
  Bounds only_inside{};
  // `freed`: the anonymous memory that cannot be shared because there is less shared memory than that; the
  // sum of Pss_Anon and Pss_Shmem. Without these keys (before Linux 5.4): the sum of PSS.
  Bounds freed{};
  // Slots of swap: the largest Swap, or the sum of SwapPss; the sum of Swap. Swap here has shared memory too.
  Bounds swap{};
  Bytes hugetlb_most{};  // the sum of Shared_Hugetlb and Private_Hugetlb
  struct Unread {
    Pid pid{};
    Error error{};
  };
  std::vector<Unread> unread{};
};

// Reads smaps_rollup of each process, 8 ms a GiB; takes the mmap_lock, so it can block. A process without
// memory adds nothing. Errors: that of the first process, when none could be read.
[[nodiscard]] Result<FootprintBounds> footprint_bounds(std::span<const PidDir* const> processes);

}  // namespace pageloupe
