// SPDX-License-Identifier: MIT
#include "ptop/memory_use.h"

#include <algorithm>
#include <initializer_list>

namespace pageloupe::ptop {
namespace {

// The sum of what is known; nothing where nothing is.
std::optional<Bytes> sum_of(const Meminfo& meminfo, std::initializer_list<MeminfoKey> keys) {
  std::optional<Bytes> sum;
  for (const auto key : keys) {
    if (const auto bytes = meminfo.bytes(key)) sum = sum.value_or(Bytes{}) + *bytes;
  }
  return sum;
}

std::optional<Bytes> less(std::optional<Bytes> whole, std::optional<Bytes> part) {
  if (!whole || !part) return std::nullopt;
  return *whole - std::min(*whole, *part);
}

// The kernel counts shared memory as part of the page cache.
std::optional<Bytes> without_shmem(std::optional<Bytes> cached, std::optional<Bytes> shmem) {
  return shmem ? less(cached, shmem) : cached;
}

}  // namespace

MemoryUse memory_use(const Meminfo& meminfo) {
  using Key = MeminfoKey;
  MemoryUse use{.total = meminfo.bytes(Key::mem_total).value_or(Bytes{})};
  use.free = meminfo.bytes(Key::mem_free);
  use.available = meminfo.bytes(Key::mem_available);
  if (!use.available || *use.available > use.total) use.available = use.free;
  use.used = less(use.total, use.available);
  use.cache = sum_of(meminfo, {Key::buffers, Key::cached, Key::s_reclaimable});
  use.swap_total = meminfo.bytes(Key::swap_total);
  use.swap_free = meminfo.bytes(Key::swap_free);
  use.swap_used = less(use.swap_total, use.swap_free);
  use.anon = meminfo.bytes(Key::anon_pages);
  use.shmem = meminfo.bytes(Key::shmem);
  use.file = without_shmem(sum_of(meminfo, {Key::buffers, Key::cached}), use.shmem);
  use.tables = sum_of(meminfo, {Key::page_tables, Key::sec_page_tables});
  use.slab_reclaimable = meminfo.bytes(Key::s_reclaimable);
  use.slab_unreclaimable = meminfo.bytes(Key::s_unreclaim);
  use.stacks = meminfo.bytes(Key::kernel_stack);
  use.percpu = meminfo.bytes(Key::percpu);
  use.hugetlb = meminfo.bytes(Key::hugetlb);
  return use;
}

}  // namespace pageloupe::ptop
