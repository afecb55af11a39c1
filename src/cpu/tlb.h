// SPDX-License-Identifier: MIT
// The geometry of one TLB, and where the figure comes from.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

class CpuidTable;

enum class PageSize : std::uint8_t { k4, k16, k64, m2, m4, m32, g1 };

inline constexpr std::array<PageSize, 7> kPageSizes{PageSize::k4, PageSize::k16, PageSize::k64, PageSize::m2,
                                                    PageSize::m4, PageSize::m32, PageSize::g1};

[[nodiscard]] constexpr Bytes bytes(PageSize size) {
  constexpr std::uint64_t kKib = 1024;
  constexpr std::uint64_t kMib = 1024 * kKib;
  switch (size) {
    case PageSize::k4: return {4 * kKib};
    case PageSize::k16: return {16 * kKib};
    case PageSize::k64: return {64 * kKib};
    case PageSize::m2: return {2 * kMib};
    case PageSize::m4: return {4 * kMib};
    case PageSize::m32: return {32 * kMib};
    case PageSize::g1: return {1024 * kMib};
  }
  std::unreachable();
}

// "4K", "2M", "1G"
[[nodiscard]] constexpr std::string_view name(PageSize size) {
  switch (size) {
    case PageSize::k4: return "4K";
    case PageSize::k16: return "16K";
    case PageSize::k64: return "64K";
    case PageSize::m2: return "2M";
    case PageSize::m4: return "4M";
    case PageSize::m32: return "32M";
    case PageSize::g1: return "1G";
  }
  std::unreachable();
}

// The page sizes that share the entries of a TLB. Empty: the source does not say.
class PageSizes {
 public:
  constexpr PageSizes() = default;
  constexpr PageSizes(std::initializer_list<PageSize> sizes) {
    for (const auto size : sizes) insert(size);
  }
  constexpr void insert(PageSize size) { bits_ |= bit(size); }
  [[nodiscard]] constexpr bool contains(PageSize size) const { return (bits_ & bit(size)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
  friend constexpr bool operator==(PageSizes, PageSizes) = default;

 private:
  static constexpr std::uint8_t bit(PageSize size) {
    return static_cast<std::uint8_t>(1U << std::to_underlying(size));
  }
  std::uint8_t bits_ = 0;
};

enum class TlbKind : std::uint8_t {
  data,
  instruction,
  unified,  // shared by data and instructions
  load,     // data, reads only
  store,    // data, writes only
};

// "data", "instruction", "unified", "load", "store"
[[nodiscard]] constexpr std::string_view name(TlbKind kind) {
  switch (kind) {
    case TlbKind::data: return "data";
    case TlbKind::instruction: return "instruction";
    case TlbKind::unified: return "unified";
    case TlbKind::load: return "load";
    case TlbKind::store: return "store";
  }
  std::unreachable();
}

// Associativity. AMD declares ranges: "8 to 15 ways".
struct TlbWays {
  std::uint32_t low = 0;  // 0 where unknown or full
  std::uint32_t high = 0;
  bool full = false;  // any page in any entry

  [[nodiscard]] static constexpr TlbWays unknown() { return {}; }
  [[nodiscard]] static constexpr TlbWays fully() { return {.full = true}; }
  [[nodiscard]] static constexpr TlbWays exactly(std::uint32_t ways) { return {.low = ways, .high = ways}; }
  [[nodiscard]] static constexpr TlbWays range(std::uint32_t low, std::uint32_t high) {
    return {.low = low, .high = high};
  }
  [[nodiscard]] constexpr bool known() const { return full || low != 0; }
  // Whether a measured number of ways does not contradict this one; every number does not, where unknown.
  [[nodiscard]] constexpr bool admits(std::uint32_t ways) const {
    return low == 0 || (low <= ways && ways <= high);
  }
  friend constexpr bool operator==(const TlbWays&, const TlbWays&) = default;
};

enum class Provenance : std::uint8_t {
  declared,   // the CPU or its kernel says so
  published,  // a document says so
  measured,
};

// "declared", "published", "measured"
[[nodiscard]] constexpr std::string_view name(Provenance provenance) {
  switch (provenance) {
    case Provenance::declared: return "declared";
    case Provenance::published: return "published";
    case Provenance::measured: return "measured";
  }
  std::unreachable();
}

// One TLB, for the page sizes that share its entries.
struct TlbLevel {
  std::uint8_t level = 1;  // counted from the core
  TlbKind kind = TlbKind::data;
  PageSizes pages{};
  std::optional<std::uint32_t> entries{};  // nothing: not reported, or no such TLB; `note` says which
  TlbWays ways{};
  Provenance provenance = Provenance::declared;
  std::string_view source{};  // a literal: "CPUID 0x80000005"
  std::string note{};         // what a reader must know to use the figure; the reason where there is none

  friend bool operator==(const TlbLevel&, const TlbLevel&) = default;
};

// "4K/2M/4M"; empty for an empty set.
[[nodiscard]] std::string to_text(PageSizes sizes);

// "fully associative", "12-way", "8- to 15-way"; empty where unknown.
[[nodiscard]] std::string to_text(const TlbWays& ways);

// The TLBs that the CPU declares, in the order of its leaves. What the leaves leave out is a row without
// entries and with its reason, never a row of 0 entries. Errc::unsupported for a vendor whose leaves have
// no known meaning.
[[nodiscard]] Result<std::vector<TlbLevel>> decode_tlb(const CpuidTable& cpuid);

// "not reported by this CPU", "not reported by this CPU or its hypervisor (KVM)".
[[nodiscard]] std::string not_reported(const CpuidTable& cpuid);

}  // namespace pageloupe
