// SPDX-License-Identifier: MIT
#include "probe/alias_pages.h"

#include <algorithm>

#include "probe/page_space.h"

namespace pageloupe {

AliasPages::AliasPages(UniqueFd file, Reservation range, AliasShape shape)
    : file_(std::move(file)), range_(std::move(range)), shape_(shape), near_(shape.near) {}

Result<void> AliasPages::forget() {
  std::ranges::fill(near_, 0);
  far_.clear();
  near_count_ = 0;
  return range_.clear();
}

// Either many neighbouring pages or many distant ones, not both: resident memory counts each page.
Result<void> AliasPages::make_room(std::span<const Access> cycle) {
  constexpr std::size_t kFewNear = 1024;
  const auto far = static_cast<std::size_t>(
      std::ranges::count_if(cycle, [&](const Access& access) { return access.page >= shape_.near; }));
  const auto near = cycle.size() - far;
  const bool far_is_full = far_.size() + far > shape_.far;
  const bool both = (far > 0 && near_count_ > kFewNear) || (near > kFewNear && !far_.empty());
  return far > 0 && far_is_full ? forget() : both ? forget() : Result<void>{};
}

Result<void> AliasPages::put(std::uint32_t page, std::uint32_t piece) {
  auto& in_place = page < shape_.near ? near_[page] : far_[page];
  if (in_place == piece + 1) return {};
  const auto at = map_piece(file_, {.at = range_.data + page * shape_.page_size,
                                    .size = shape_.page_size,
                                    .offset = piece * shape_.page_size,
                                    .protection = shape_.protection});
  if (!at) return std::unexpected(at.error());
  if (in_place == 0 && page < shape_.near) ++near_count_;
  in_place = piece + 1;
  return {};
}

Result<void> AliasPages::place(std::span<const Access> cycle, std::vector<std::uintptr_t>& addresses) {
  if (const auto room = make_room(cycle); !room) return room;
  addresses.clear();
  const auto start = reinterpret_cast<std::uintptr_t>(range_.data);
  for (const auto& [page, line] : cycle) {
    const auto piece = static_cast<std::uint32_t>(line / shape_.lines_per_page);
    if (const auto done = put(page, piece); !done) return done;
    addresses.push_back(start + page * shape_.page_size + line % shape_.lines_per_page * kLine);
  }
  return {};
}

Result<Reservation> reserve_widest() {
  constexpr std::size_t kGib = 1UL << 30U;
  for (const std::size_t gib : {2048UL, 64UL, 4UL}) {
    auto range = reserve(gib * kGib, kGib);
    if (range) return range;
  }
  return reserve(kGib, kGib);
}

}  // namespace pageloupe
