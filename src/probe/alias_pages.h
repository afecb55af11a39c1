// SPDX-License-Identifier: MIT
// Many virtual pages over one small file: the file's lines, each through a page of its own.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/unique_fd.h"
#include "probe/latency_source.h"
#include "probe/mapping.h"

namespace pageloupe {

struct AliasShape {
  std::size_t page_size = 0;
  std::size_t lines_per_page = 0;  // of the file's pages
  std::uint32_t near = 0;          // pages 0..near-1 may all be in place
  std::uint32_t far = 0;           // and so many of the others
  Protection protection = Protection::read_write;
};

// Puts pages in place as they are asked for, and forgets them when there are too many: every page is a
// mapping of its own, so that neither the kernel nor the CPU can join it with its neighbours.
class AliasPages {
 public:
  AliasPages(UniqueFd file, Reservation range, AliasShape shape);

  Result<void> place(std::span<const Access> cycle, std::vector<std::uintptr_t>& addresses);
  [[nodiscard]] std::uint64_t span() const { return range_.size / shape_.page_size; }
  [[nodiscard]] const AliasShape& shape() const { return shape_; }

 private:
  Result<void> make_room(std::span<const Access> cycle);
  Result<void> forget();
  Result<void> put(std::uint32_t page, std::uint32_t piece);

  UniqueFd file_;
  Reservation range_;
  AliasShape shape_;
  std::vector<std::uint32_t> near_;                       // the file's page in place there, plus one
  std::unordered_map<std::uint32_t, std::uint32_t> far_;  // the same
  std::size_t near_count_ = 0;
};

// The most of 2 TiB, 64 GiB, 4 GiB, 1 GiB that is granted, aligned to 1 GiB.
Result<Reservation> reserve_widest();

}  // namespace pageloupe
