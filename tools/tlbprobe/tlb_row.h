// SPDX-License-Identifier: MIT
// One TLB for one page size: what was measured of it, beside what is declared and published.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "cpu/tlb.h"
#include "field/field.h"

namespace pageloupe::tlbprobe {

template <class T>
using Cell = std::expected<T, Errc>;

struct TlbRow {
  std::uint8_t level = 1;
  TlbKind kind = TlbKind::data;
  Bytes page_size{};
  std::string tlb{};        // "L1 data"
  std::string page_text{};  // "4K"

  Cell<std::uint64_t> measured = std::unexpected(Errc::not_sampled);
  Cell<std::uint64_t> declared = std::unexpected(Errc::unsupported);
  Cell<std::uint64_t> published = std::unexpected(Errc::unsupported);
  std::string ways{};  // measured; empty if not
  std::string declared_ways{};
  std::string published_ways{};
  std::string declared_by{};   // "CPUID 0x80000005"
  std::string published_by{};  // the document
  std::string confidence{};
  Cell<Number> penalty_cycles = std::unexpected(Errc::not_sampled);
  Cell<Number> penalty_ns = std::unexpected(Errc::not_sampled);
  Cell<Bytes> reach = std::unexpected(Errc::not_sampled);
  std::string note{};  // why there is no value, or why it is not sure

  // The entries to go by: measured ones, else declared, else published ones.
  [[nodiscard]] Cell<std::uint64_t> best() const;
};

// "equal", "within 5%", "differs"; "n/a" where one of the two is not known.
[[nodiscard]] std::string_view verdict(const TlbRow& row);

[[nodiscard]] FieldSpan<TlbRow> tlb_fields();

// What a table shows by default, with and without measured values.
inline constexpr std::string_view kMeasuredColumns =
    "tlb,page_size,measured,declared,published,verdict,ways,penalty_cycles,penalty_ns,reach,confidence";
inline constexpr std::string_view kDeclaredColumns =
    "tlb,page_size,declared,declared_ways,published,published_ways,reach";

}  // namespace pageloupe::tlbprobe
