// SPDX-License-Identifier: MIT
#include "cpu/tlb_intel.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "cpu/tlb_amd.h"

namespace pageloupe {
namespace {

using enum PageSize;

// A byte of leaf 2. A code with two rows describes two arrays.
struct Descriptor {
  std::uint8_t code;
  std::uint8_t level;
  TlbKind kind;
  PageSizes pages;
  std::uint32_t entries;
  TlbWays ways;
  std::string_view note = {};  // NOLINT(readability-redundant-member-init): -Wextra asks for it
};

constexpr auto kData = TlbKind::data;
constexpr auto kInstruction = TlbKind::instruction;
constexpr auto kUnified = TlbKind::unified;
constexpr PageSizes k4K{k4};
constexpr PageSizes k4M{m4};
constexpr PageSizes kLarge{m2, m4};
constexpr PageSizes k4Kand4M{k4, m4};
constexpr PageSizes k4Kand2M{k4, m2};
constexpr PageSizes kAll{k4, m2, m4};
constexpr auto kFull = TlbWays::fully();
constexpr auto kNoWays = TlbWays::unknown();
constexpr TlbWays ways(std::uint32_t count) { return TlbWays::exactly(count); }

// The manual calls a first-level data TLB "TLB0" and a second-level one "TLB1", "shared second-level TLB", or
// "data TLB" beside a "uTLB".
constexpr auto kDescriptors = std::to_array<Descriptor>({
    {0x01, 1, kInstruction, k4K, 32, ways(4)},
    {0x02, 1, kInstruction, k4M, 2, kFull},
    {0x03, 1, kData, k4K, 64, ways(4)},
    {0x04, 1, kData, k4M, 8, ways(4)},
    {0x05, 2, kData, k4M, 32, ways(4)},
    {0x0b, 1, kInstruction, k4M, 4, ways(4)},
    {0x4f, 1, kInstruction, k4K, 32, kNoWays},
    {0x50, 1, kInstruction, kAll, 64, kNoWays},
    {0x51, 1, kInstruction, kAll, 128, kNoWays},
    {0x52, 1, kInstruction, kAll, 256, kNoWays},
    {0x55, 1, kInstruction, kLarge, 7, kFull},
    {0x56, 1, kData, k4M, 16, ways(4)},
    {0x57, 1, kData, k4K, 16, ways(4)},
    {0x59, 1, kData, k4K, 16, kFull},
    {0x5a, 1, kData, kLarge, 32, ways(4)},
    {0x5b, 1, kData, k4Kand4M, 64, kNoWays},
    {0x5c, 1, kData, k4Kand4M, 128, kNoWays},
    {0x5d, 1, kData, k4Kand4M, 256, kNoWays},
    {0x61, 1, kInstruction, k4K, 48, kFull},
    {0x63, 1, kData, kLarge, 32, ways(4)},
    {0x63, 1, kData, {g1}, 4, ways(4)},
    {0x64, 1, kData, k4K, 512, ways(4)},
    {0x6a, 1, kData, k4K, 64, ways(8), "the uTLB before the data TLB"},
    {0x6b, 2, kData, k4K, 256, ways(8)},
    {0x6c, 2, kData, kLarge, 128, ways(8)},
    {0x6d, 2, kData, {g1}, 16, kFull},
    {0x76, 1, kInstruction, kLarge, 8, kFull},
    {0xa0, 1, kData, k4K, 32, kFull},
    {0xb0, 1, kInstruction, k4K, 128, ways(4)},
    {0xb1, 1, kInstruction, {m2}, 8, ways(4), "the same array as the 4 entries for 4M"},
    {0xb1, 1, kInstruction, k4M, 4, ways(4), "the same array as the 8 entries for 2M"},
    {0xb2, 1, kInstruction, k4K, 64, ways(4)},
    {0xb3, 1, kData, k4K, 128, ways(4)},
    {0xb4, 2, kData, k4K, 256, ways(4)},
    {0xb5, 1, kInstruction, k4K, 64, ways(8)},
    {0xb6, 1, kInstruction, k4K, 128, ways(8)},
    {0xba, 2, kData, k4K, 64, ways(4)},
    {0xc0, 1, kData, k4Kand4M, 8, ways(4)},
    {0xc1, 2, kUnified, k4Kand2M, 1024, ways(8)},
    {0xc2, 1, kData, k4Kand2M, 16, ways(4)},
    {0xc3, 2, kUnified, k4Kand2M, 1536, ways(6), "12 ways in timing experiments on Skylake"},
    {0xc3, 2, kUnified, {g1}, 16, ways(4)},
    {0xc4, 1, kData, kLarge, 32, ways(4)},
    {0xca, 2, kUnified, k4K, 512, ways(4)},
});

static_assert(std::ranges::is_sorted(kDescriptors, {}, &Descriptor::code));
static_assert(std::ranges::all_of(kDescriptors, [](const Descriptor& row) {
  return row.entries != 0 && !row.pages.empty() && (row.ways.low == 0 || row.entries % row.ways.low == 0);
}));

constexpr std::uint8_t kSeeLeaf18 = 0xfe;
constexpr std::uint32_t kInvalid = 0x80000000U;  // bit 31 of a register: its bytes are no descriptors

// The descriptors in the order of the registers, the null ones left out. The lowest byte of EAX is no
// descriptor but the number of times that CPUID must be executed; 1 on every CPU known.
std::vector<std::uint8_t> descriptors_of(const CpuidRegs& regs) {
  std::vector<std::uint8_t> codes;
  const std::array<std::uint32_t, 4> values{regs.eax & ~0xffU, regs.ebx, regs.ecx, regs.edx};
  for (const auto value : values) {
    if ((value & kInvalid) != 0) continue;
    for (unsigned shift = 0; shift < 32; shift += 8) {
      const auto code = static_cast<std::uint8_t>(value >> shift);
      if (code != 0) codes.push_back(code);
    }
  }
  return codes;
}

void append_descriptor(std::uint8_t code, std::string_view caution, std::vector<TlbLevel>& rows) {
  const auto found = std::ranges::equal_range(kDescriptors, code, {}, &Descriptor::code);
  for (const auto& row : found) {
    std::string note(row.note);
    if (!caution.empty()) note += (note.empty() ? "" : "; ") + std::string(caution);
    rows.push_back({.level = row.level,
                    .kind = row.kind,
                    .pages = row.pages,
                    .entries = row.entries,
                    .ways = row.ways,
                    .source = "CPUID 0x2",
                    .note = std::move(note)});
  }
}

// --- leaf 0x18 ---

constexpr auto kKinds = std::to_array<TlbKind>(
    {TlbKind::data, TlbKind::instruction, TlbKind::unified, TlbKind::load, TlbKind::store});

PageSizes leaf18_pages(std::uint32_t ebx) {
  constexpr std::array<PageSize, 4> kBits{k4, m2, m4, g1};
  PageSizes pages;
  for (std::size_t i = 0; i < kBits.size(); ++i) {
    if (((ebx >> i) & 1) != 0) pages.insert(kBits[i]);
  }
  return pages;
}

// Nothing for the subleaves of type 0, which may stand between valid ones.
std::optional<TlbLevel> decode_leaf18(const CpuidRegs& regs) {
  const auto type = regs.edx & 0x1f;
  const std::uint64_t entries = std::uint64_t{regs.ebx >> 16} * regs.ecx;
  if (type == 0 || type > kKinds.size() || entries == 0 || entries > UINT32_MAX) return std::nullopt;
  const bool full = ((regs.edx >> 8) & 1) != 0;
  return TlbLevel{.level = static_cast<std::uint8_t>((regs.edx >> 5) & 7),
                  .kind = kKinds[type - 1],
                  .pages = leaf18_pages(regs.ebx),
                  .entries = static_cast<std::uint32_t>(entries),
                  .ways = full ? kFull : ways(regs.ebx >> 16),
                  .source = "CPUID 0x18"};
}

void append_leaf18(const CpuidTable& cpuid, std::vector<TlbLevel>& rows) {
  constexpr std::uint32_t kMaxSubleaf = 255;
  const auto first = cpuid.leaf({0x18});
  if (!first) return;
  for (std::uint32_t subleaf = 0; subleaf <= std::min(first->eax, kMaxSubleaf); ++subleaf) {
    const auto regs = cpuid.leaf({0x18, subleaf});
    if (!regs) continue;
    if (auto row = decode_leaf18(*regs)) rows.push_back(std::move(*row));
  }
}

void append_absent(const CpuidTable& cpuid, std::vector<TlbLevel>& rows) {
  const auto add = [&](std::uint8_t level, TlbKind kind) {
    rows.push_back(
        {.level = level, .kind = kind, .source = "CPUID 0x2 and 0x18", .note = not_reported(cpuid)});
  };
  add(1, TlbKind::data);
  add(1, TlbKind::instruction);
  add(2, TlbKind::unified);
}

// The rows of leaf 2 and leaf 0x18; empty where neither says anything.
std::vector<TlbLevel> reported(const CpuidTable& cpuid) {
  std::vector<TlbLevel> rows;
  bool see_leaf18 = false;
  if (const auto regs = cpuid.leaf({2})) {
    const auto executions = regs->eax & 0xff;
    const std::string_view caution = executions > 1 ? "leaf 2 needs further executions to be complete" : "";
    for (const auto code : descriptors_of(*regs)) {
      see_leaf18 = see_leaf18 || code == kSeeLeaf18;
      append_descriptor(code, caution, rows);
    }
  }
  if (see_leaf18 || rows.empty()) append_leaf18(cpuid, rows);
  return rows;
}

}  // namespace

std::vector<TlbLevel> decode_tlb_intel(const CpuidTable& cpuid) {
  auto rows = reported(cpuid);
  if (rows.empty()) append_absent(cpuid, rows);
  return rows;
}

std::vector<TlbLevel> decode_tlb_centaur(const CpuidTable& cpuid) {
  auto rows = reported(cpuid);
  std::ranges::move(decode_tlb_amd_first_level(cpuid), std::back_inserter(rows));
  if (rows.empty()) append_absent(cpuid, rows);
  return rows;
}

}  // namespace pageloupe
