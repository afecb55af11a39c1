// SPDX-License-Identifier: MIT
#include "proc/page_cache.h"

#include <algorithm>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

// Of linux/mman.h, since Linux 6.5; the number is the same on all architectures.
constexpr long kCachestat = 451;
struct CachestatRange {
  std::uint64_t offset;
  std::uint64_t length;
};
struct Cachestat {
  std::uint64_t cached;
  std::uint64_t dirty;
  std::uint64_t writeback;
  std::uint64_t evicted;
  std::uint64_t recently_evicted;
};

Result<CacheUse> by_cachestat(int file, const FileRange& range, Bytes page_size) {
  CachestatRange asked{range.offset.value, range.size.value};
  Cachestat answer{};
  if (::syscall(kCachestat, file, &asked, &answer, 0) != 0) {
    const int error = errno;
    if (error == ENOSYS) return std::unexpected(Error{.code = Errc::unsupported, .os_error = ENOSYS});
    return os_failure(error, "cachestat");
  }
  return CacheUse{.cached = to_bytes({answer.cached}, page_size),
                  .dirty = to_bytes({answer.dirty}, page_size),
                  .writeback = to_bytes({answer.writeback}, page_size),
                  .evicted = to_bytes({answer.evicted}, page_size)};
}

// Since Linux 5.2 mincore() says "resident" of all pages of a file that is neither ours nor writable for us.
bool mincore_tells(int file, const struct stat& about) {
  if (::geteuid() == 0 || about.st_uid == ::geteuid()) return true;
  const auto path = "/proc/self/fd/" + std::to_string(file);
  return ::access(path.c_str(), W_OK) == 0;
}

Result<Bytes> resident_of(int file, std::uint64_t offset, std::size_t size, Bytes page_size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, static_cast<off_t>(offset));
  if (memory == MAP_FAILED) return os_failure(errno, "mmap");
  std::vector<unsigned char> pages((size + page_size.value - 1) / page_size.value);
  const int failed = ::mincore(memory, size, pages.data());
  const int error = errno;
  ::munmap(memory, size);
  if (failed != 0) return os_failure(error, "mincore");
  const auto resident = std::ranges::count_if(pages, [](unsigned char page) { return (page & 1U) != 0; });
  return to_bytes({static_cast<std::uint64_t>(resident)}, page_size);
}

Result<CacheUse> by_mincore(int file, const FileRange& range, Bytes page_size) {
  constexpr std::uint64_t kAtOnce = std::uint64_t{256} << 20;
  struct stat about{};
  if (::fstat(file, &about) != 0) return os_failure(errno, "fstat");
  if (!mincore_tells(file, about)) return fail(Errc::denied);
  const auto file_end = static_cast<std::uint64_t>(std::max<off_t>(about.st_size, 0));
  const auto end = std::min(range.offset.value + range.size.value, file_end);
  CacheUse use;
  for (auto at = range.offset.value; at < end; at += kAtOnce) {
    const auto part = resident_of(file, at, std::min(end - at, kAtOnce), page_size);
    if (!part) return std::unexpected(part.error());
    use.cached += *part;
  }
  return use;
}

}  // namespace

Result<CacheUse> cache_use(int file, const FileRange& range, Bytes page_size, CacheMethod method) {
  if (method == CacheMethod::mincore) return by_mincore(file, range, page_size);
  auto use = by_cachestat(file, range, page_size);
  const bool absent = !use && use.error().os_error == ENOSYS;
  return absent && method == CacheMethod::automatic ? by_mincore(file, range, page_size) : use;
}

}  // namespace pageloupe
