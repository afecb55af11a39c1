// SPDX-License-Identifier: MIT
#include <array>
#include <sys/mman.h>
#include <unistd.h>

#include "sample/page_meter.h"

namespace pageloupe {

bool kernel_has_soft_dirty() {
  const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  *static_cast<volatile char*>(memory) = 1;
  bool marked = false;
  const auto procfs = ProcFs::open();
  const auto dir = procfs ? procfs->pid(Pid{::getpid()}) : std::unexpected(procfs.error());
  if (const auto pagemap = dir ? Pagemap::open(*dir, Bytes{size}) : std::unexpected(dir.error())) {
    std::array<PagemapEntry, 1> entry{};
    const Address at{reinterpret_cast<std::uintptr_t>(memory)};
    marked = pagemap->read_at(at, entry).value_or(0) == 1 && entry.front().soft_dirty();
  }
  ::munmap(memory, size);
  return marked;
}

}  // namespace pageloupe
