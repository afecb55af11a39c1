// SPDX-License-Identifier: MIT
#include "cpu/tlb_amd.h"

#include <array>

namespace pageloupe {
namespace {

// The 4-bit codes of leaves 0x80000006 and 0x80000019. A code names the least number of ways; the TLB has
// fewer than the next code's.
struct AssociativityCode {
  std::uint8_t code;
  TlbWays ways;
};

constexpr std::uint8_t kNone = 0x0;       // the TLB is absent or disabled
constexpr std::uint8_t kSeeLeaf1d = 0x9;  // "see 0x8000001D", which describes caches only
constexpr std::uint8_t kFullL1 = 0xff;    // of leaf 0x80000005, whose 8 bits are the number of ways itself

constexpr auto kAssociativity = std::to_array<AssociativityCode>({
    {0x0, TlbWays::unknown()},
    {0x1, TlbWays::exactly(1)},
    {0x2, TlbWays::exactly(2)},
    {0x3, TlbWays::exactly(3)},
    {0x4, TlbWays::range(4, 5)},
    {0x5, TlbWays::range(6, 7)},
    {0x6, TlbWays::range(8, 15)},
    {0x7, TlbWays::unknown()},
    {0x8, TlbWays::range(16, 31)},
    {0x9, TlbWays::unknown()},
    {0xa, TlbWays::range(32, 47)},
    {0xb, TlbWays::range(48, 63)},
    {0xc, TlbWays::range(64, 95)},
    {0xd, TlbWays::range(96, 127)},
    {0xe, TlbWays::range(128, 0xffff)},
    {0xf, TlbWays::fully()},
});

constexpr bool codes_index_the_table() {
  for (std::size_t i = 0; i < kAssociativity.size(); ++i) {
    if (kAssociativity[i].code != i) return false;
  }
  return kAssociativity.size() == 16;
}
static_assert(codes_index_the_table());
static_assert(kAssociativity[6].ways.admits(12) && !kAssociativity[6].ways.admits(16));

enum class Width : std::uint8_t {
  eight,   // bits 15–8 ways, 7–0 entries
  twelve,  // bits 15–12 code, 11–0 entries
};

// A register that describes a data TLB in its upper and an instruction TLB in its lower half.
struct AmdRegister {
  std::uint32_t leaf;
  std::uint32_t CpuidRegs::* reg;
  std::uint8_t level;
  PageSizes pages;
  Width width;
  std::string_view source;
};

constexpr PageSizes kLarge{PageSize::m2, PageSize::m4};

constexpr auto kRegisters = std::to_array<AmdRegister>({
    {0x80000005, &CpuidRegs::eax, 1, kLarge, Width::eight, "CPUID 0x80000005 EAX"},
    {0x80000005, &CpuidRegs::ebx, 1, {PageSize::k4}, Width::eight, "CPUID 0x80000005 EBX"},
    {0x80000006, &CpuidRegs::eax, 2, kLarge, Width::twelve, "CPUID 0x80000006 EAX"},
    {0x80000006, &CpuidRegs::ebx, 2, {PageSize::k4}, Width::twelve, "CPUID 0x80000006 EBX"},
    {0x80000019, &CpuidRegs::eax, 1, {PageSize::g1}, Width::twelve, "CPUID 0x80000019 EAX"},
    {0x80000019, &CpuidRegs::ebx, 2, {PageSize::g1}, Width::twelve, "CPUID 0x80000019 EBX"},
});

// Since Zen 5 the second level has more entries than 12 bits can say: EAX bit 14 of leaf 0x80000021
// (L2TlbSizeX32) declares its sizes to be multiples of 32.
std::uint32_t second_level_unit(const CpuidTable& cpuid) {
  const auto regs = cpuid.leaf({0x80000021});
  return regs && ((regs->eax >> 14) & 1) != 0 ? 32 : 1;
}

TlbWays ways_of(std::uint32_t half, Width width) {
  if (width == Width::twelve) return kAssociativity[(half >> 12) & 0xf].ways;
  const auto ways = (half >> 8) & 0xff;
  if (ways == kFullL1) return TlbWays::fully();
  return ways == 0 ? TlbWays::unknown() : TlbWays::exactly(ways);
}

std::string note_of(std::uint32_t half, const AmdRegister& reg, std::uint32_t unit) {
  std::string note;
  const auto add = [&note](std::string_view text) {
    if (!note.empty()) note += "; ";
    note += text;
  };
  if (reg.pages == kLarge) add("entries for 2M pages, a 4M page takes two");
  if (unit != 1) add("declared in units of 32 entries");
  if (reg.width == Width::twelve && ((half >> 12) & 0xf) == kSeeLeaf1d) add("associativity not encoded");
  return note;
}

TlbLevel empty_row(const AmdRegister& reg, TlbKind kind) {
  return {.level = reg.level, .kind = kind, .pages = reg.pages, .source = reg.source};
}

TlbLevel absent(const AmdRegister& reg, TlbKind kind, std::string why) {
  auto row = empty_row(reg, kind);
  row.note = std::move(why);
  return row;
}

TlbLevel decode_half(std::uint32_t half, const AmdRegister& reg, TlbKind kind, std::uint32_t unit) {
  const auto entries = half & (reg.width == Width::eight ? 0xffU : 0xfffU);
  const bool disabled = reg.width == Width::twelve && ((half >> 12) & 0xf) == kNone;
  if (entries == 0 || disabled) return absent(reg, kind, "this CPU declares none");
  auto row = empty_row(reg, kind);
  row.entries = entries * unit;
  row.ways = ways_of(half, reg.width);
  row.note = note_of(half, reg, unit);
  return row;
}

// A second level whose upper half is 0 is one TLB for both, described by the lower half.
void decode_register(std::uint32_t value, const AmdRegister& reg, std::uint32_t unit,
                     std::vector<TlbLevel>& rows) {
  const auto data = value >> 16;
  const auto instruction = value & 0xffff;
  if (reg.leaf == 0x80000006 && data == 0 && instruction != 0) {
    rows.push_back(decode_half(instruction, reg, TlbKind::unified, unit));
    return;
  }
  rows.push_back(decode_half(data, reg, TlbKind::data, unit));
  rows.push_back(decode_half(instruction, reg, TlbKind::instruction, unit));
}

bool reports(const std::optional<CpuidRegs>& regs) { return regs && (regs->eax != 0 || regs->ebx != 0); }

}  // namespace

std::vector<TlbLevel> decode_tlb_amd(const CpuidTable& cpuid) {
  std::vector<TlbLevel> rows;
  const auto second_unit = second_level_unit(cpuid);
  for (const auto& reg : kRegisters) {
    const auto regs = cpuid.leaf({reg.leaf});
    if (!reports(regs)) {
      rows.push_back(absent(reg, TlbKind::data, not_reported(cpuid)));
      rows.push_back(absent(reg, TlbKind::instruction, not_reported(cpuid)));
      continue;
    }
    decode_register((*regs).*reg.reg, reg, reg.level == 2 ? second_unit : 1, rows);
  }
  return rows;
}

std::vector<TlbLevel> decode_tlb_amd_first_level(const CpuidTable& cpuid) {
  std::vector<TlbLevel> rows;
  for (const auto& reg : kRegisters) {
    const auto regs = cpuid.leaf({reg.leaf});
    if (reg.leaf == 0x80000005 && reports(regs)) decode_register((*regs).*reg.reg, reg, 1, rows);
  }
  return rows;
}

}  // namespace pageloupe
