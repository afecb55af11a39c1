// SPDX-License-Identifier: MIT
// The two levels of data TLB, as far as they decide what memory they cover.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "cpu/tlb.h"

namespace pageloupe {

// The entries of one level for pages of the base size and for huge ones.
struct DataTlb {
  std::uint64_t base = 0;
  std::uint64_t huge = 0;
  bool shared = false;  // the same entries hold both

  friend constexpr bool operator==(const DataTlb&, const DataTlb&) = default;
};

struct DataTlbs {
  std::array<std::optional<DataTlb>, 2> levels{};  // nothing: neither declared nor published
};

// What the CPU declares of each level, and where it declares nothing what is published of its core. Huge
// pages are those of 2 MiB.
[[nodiscard]] DataTlbs data_tlbs(std::span<const TlbLevel> declared, std::span<const TlbLevel> published,
                                 PageSize base = PageSize::k4);

}  // namespace pageloupe
