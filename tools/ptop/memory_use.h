// SPDX-License-Identifier: MIT
// What the machine's memory holds, as free(1) and top count it, and by kind.
#pragma once

#include <optional>

#include "proc/meminfo.h"

namespace pageloupe::ptop {

// Nothing where the kernel does not say.
struct MemoryUse {
  Bytes total{};
  std::optional<Bytes> free{};
  std::optional<Bytes> available{};  // what programs can still get without swapping
  std::optional<Bytes> used{};       // the rest of it
  std::optional<Bytes> cache{};      // buffers, page cache, slabs that can be reclaimed
  std::optional<Bytes> swap_total{};
  std::optional<Bytes> swap_free{};
  std::optional<Bytes> swap_used{};

  // Kinds; together they are less than what is not free: drivers keep pages that nobody counts.
  std::optional<Bytes> anon{};
  std::optional<Bytes> shmem{};   // shared memory and tmpfs
  std::optional<Bytes> file{};    // page cache and buffers without shmem
  std::optional<Bytes> tables{};  // page tables
  std::optional<Bytes> slab_reclaimable{};
  std::optional<Bytes> slab_unreclaimable{};
  std::optional<Bytes> stacks{};   // of the kernel
  std::optional<Bytes> percpu{};   // of the kernel
  std::optional<Bytes> hugetlb{};  // the pool, used or free
};

// What is read at different instants can exceed the whole: then MemFree stands for what is available, as in
// top.
[[nodiscard]] MemoryUse memory_use(const Meminfo& meminfo);

}  // namespace pageloupe::ptop
