// SPDX-License-Identifier: MIT
// How much of a file is in the page cache, whoever brought it there: cachestat(2), since Linux 6.5, or
// mincore(2) of a mapping of our own.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct CacheUse {
  Bytes cached{};
  // Of mincore() nothing but `cached` is known.
  std::optional<Bytes> dirty{};      // waits to be written
  std::optional<Bytes> writeback{};  // is being written
  std::optional<Bytes> evicted{};    // was in the cache, and was taken back
};

struct FileRange {
  Bytes offset{};
  Bytes size{};
};

enum class CacheMethod : std::uint8_t { automatic, cachestat, mincore };

// Of a regular file that is open for reading. The part of the range that lies behind the file's end has no
// pages. Errors: denied, where the file is neither ours nor writable for us (the kernel hides the cache of
// such files); unsupported (hugetlbfs; or an old kernel and `cachestat`); io.
[[nodiscard]] Result<CacheUse> cache_use(int file, const FileRange& range, Bytes page_size,
                                         CacheMethod method = CacheMethod::automatic);

}  // namespace pageloupe
