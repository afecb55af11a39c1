// SPDX-License-Identifier: MIT
// The one place that executes CPUID.
#include "cpu/cpuid.h"

#if defined(__x86_64__) || defined(__i386__)
#include <algorithm>
#include <array>
#include <cpuid.h>
#endif

namespace pageloupe {

#if defined(__x86_64__) || defined(__i386__)
namespace {

// When the subleaves of a leaf end.
enum class Subleaves : std::uint8_t {
  up_to_eax,       // EAX of subleaf 0 is the last subleaf
  until_no_type,   // EAX bits 0–4 are 0
  until_no_level,  // ECX bits 8–15 are 0
};

struct LeafRule {
  std::uint32_t leaf;
  Subleaves rule;
};

// Of the other leaves only subleaf 0 is read.
constexpr auto kRules = std::to_array<LeafRule>({
    {0x4, Subleaves::until_no_type},
    {0x7, Subleaves::up_to_eax},
    {0xb, Subleaves::until_no_level},
    {0x14, Subleaves::up_to_eax},
    {0x18, Subleaves::up_to_eax},
    {0x1f, Subleaves::until_no_level},
    {0x8000001d, Subleaves::until_no_type},
});

constexpr std::uint32_t kMaxLeaves = 0x100;  // of a range, should a hypervisor name a wild last leaf
constexpr std::uint32_t kMaxSubleaves = 64;

CpuidRegs execute(CpuidInput input) {
  CpuidRegs regs;
  __cpuid_count(input.eax, input.ecx, regs.eax, regs.ebx, regs.ecx, regs.edx);
  return regs;
}

bool is_last(Subleaves rule, std::uint32_t subleaf, const CpuidRegs& first, const CpuidRegs& now) {
  switch (rule) {
    case Subleaves::up_to_eax: return subleaf >= first.eax;
    case Subleaves::until_no_type: return (now.eax & 0x1f) == 0;
    case Subleaves::until_no_level: return (now.ecx & 0xff00) == 0;
  }
  return true;
}

void read_leaf(std::uint32_t leaf, std::vector<CpuidLeaf>& leaves) {
  const auto first = execute({leaf});
  leaves.push_back({{leaf, 0}, first});
  const auto* row = std::ranges::find(kRules, leaf, &LeafRule::leaf);
  if (row == kRules.end()) return;
  auto now = first;
  for (std::uint32_t subleaf = 1; subleaf < kMaxSubleaves; ++subleaf) {
    if (is_last(row->rule, subleaf - 1, first, now)) return;
    now = execute({leaf, subleaf});
    leaves.push_back({{leaf, subleaf}, now});
  }
}

// All leaves of the range that starts at `base`, whose first leaf names the last.
void read_range(std::uint32_t base, std::vector<CpuidLeaf>& leaves) {
  const auto last = execute({base}).eax;
  const auto count = last >= base && last - base < kMaxLeaves ? last - base + 1 : 1;
  for (std::uint32_t i = 0; i < count; ++i) read_leaf(base + i, leaves);
}

}  // namespace

Result<CpuidTable> read_cpuid() {
  constexpr std::uint32_t kHypervisorBit = 0x80000000U;
  if (__get_cpuid_max(0, nullptr) == 0) return fail(Errc::unsupported);
  std::vector<CpuidLeaf> leaves;
  read_range(0, leaves);
  if ((execute({1}).ecx & kHypervisorBit) != 0) read_range(0x40000000, leaves);
  if (__get_cpuid_max(0x80000000, nullptr) != 0) read_range(0x80000000, leaves);
  return CpuidTable(std::move(leaves));
}

#else

Result<CpuidTable> read_cpuid() { return fail(Errc::unsupported); }

#endif

}  // namespace pageloupe
