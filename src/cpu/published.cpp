// SPDX-License-Identifier: MIT
#include "cpu/published.h"

#include <algorithm>
#include <array>

namespace pageloupe {
namespace {

using enum PageSize;

enum class Core : std::uint8_t {
  skylake,
  sunny_cove,
  golden_cove,
  gracemont,
  zen1,
  zen2,
  zen3,
  zen4,
  zen5,
  cortex_a35,
  cortex_a53,
  cortex_a55,
  cortex_a57,
  cortex_a72,
  cortex_a76,
  cortex_x1,
  cortex_x2,
  cortex_x4,
  cortex_x925,
  c1_ultra,
  neoverse_n1,
  neoverse_n3,
  neoverse_v1,
  neoverse_v2,
  neoverse_v3,
  firestorm,
  icestorm,
  avalanche,
  oryon,
};

constexpr auto kNames = std::to_array<std::string_view>({
    "Skylake",     "Sunny Cove", "Golden Cove", "Gracemont",   "Zen 1",       "Zen 2",
    "Zen 3",       "Zen 4",      "Zen 5",       "Cortex-A35",  "Cortex-A53",  "Cortex-A55",
    "Cortex-A57",  "Cortex-A72", "Cortex-A76",  "Cortex-X1",   "Cortex-X2",   "Cortex-X4",
    "Cortex-X925", "C1-Ultra",   "Neoverse N1", "Neoverse N3", "Neoverse V1", "Neoverse V2",
    "Neoverse V3", "Apple M1 P", "Apple M1 E",  "Apple M2 P",  "Oryon",
});
static_assert(kNames.size() == std::to_underlying(Core::oryon) + 1U);

enum class CoreType : std::uint8_t { any, atom, core };  // of leaf 0x1A EAX bits 31–24, on hybrid CPUs

struct X86Core {
  std::string_view vendor;
  std::uint32_t family;
  std::uint32_t first_model;
  std::uint32_t last_model;
  Core core;
  CoreType type = CoreType::any;
};

constexpr std::string_view kIntel = "GenuineIntel";
constexpr std::string_view kAmd = "AuthenticAMD";

// The first row that fits.
constexpr auto kX86Cores = std::to_array<X86Core>({
    {kIntel, 6, 0x4e, 0x4e, Core::skylake},
    {kIntel, 6, 0x55, 0x55, Core::skylake},  // Skylake-SP, Cascade Lake, Cooper Lake
    {kIntel, 6, 0x5e, 0x5e, Core::skylake},
    {kIntel, 6, 0x8e, 0x8e, Core::skylake},  // Kaby Lake and its successors
    {kIntel, 6, 0x9e, 0x9e, Core::skylake},
    {kIntel, 6, 0xa5, 0xa6, Core::skylake},  // Comet Lake
    {kIntel, 6, 0x6a, 0x6a, Core::sunny_cove},
    {kIntel, 6, 0x6c, 0x6c, Core::sunny_cove},
    {kIntel, 6, 0x7d, 0x7e, Core::sunny_cove},
    {kIntel, 6, 0x8f, 0x8f, Core::golden_cove},  // Sapphire Rapids
    {kIntel, 6, 0x97, 0x97, Core::gracemont, CoreType::atom},
    {kIntel, 6, 0x9a, 0x9a, Core::gracemont, CoreType::atom},
    {kIntel, 6, 0x97, 0x97, Core::golden_cove},  // Alder Lake
    {kIntel, 6, 0x9a, 0x9a, Core::golden_cove},
    {kIntel, 6, 0xbe, 0xbe, Core::gracemont},  // Alder Lake-N
    {kAmd, 0x17, 0x00, 0x2f, Core::zen1},
    {"HygonGenuine", 0x18, 0x00, 0x03, Core::zen1},
    {kAmd, 0x17, 0x30, 0xaf, Core::zen2},
    {kAmd, 0x19, 0x00, 0x0f, Core::zen3},
    {kAmd, 0x19, 0x20, 0x5f, Core::zen3},
    {kAmd, 0x19, 0x10, 0x1f, Core::zen4},
    {kAmd, 0x19, 0x60, 0x7f, Core::zen4},
    {kAmd, 0x19, 0xa0, 0xaf, Core::zen4},
    {kAmd, 0x1a, 0x00, 0x7f, Core::zen5},
});

struct ArmCore {
  std::uint32_t implementer;
  std::uint32_t part;
  Core core;
};

// Parts as in the kernel's arch/arm64/include/asm/cputype.h.
constexpr auto kArmCores = std::to_array<ArmCore>({
    {0x41, 0xd03, Core::cortex_a53},  {0x41, 0xd04, Core::cortex_a35},  {0x41, 0xd05, Core::cortex_a55},
    {0x41, 0xd07, Core::cortex_a57},  {0x41, 0xd08, Core::cortex_a72},  {0x41, 0xd0b, Core::cortex_a76},
    {0x41, 0xd0c, Core::neoverse_n1}, {0x41, 0xd40, Core::neoverse_v1}, {0x41, 0xd44, Core::cortex_x1},
    {0x41, 0xd48, Core::cortex_x2},   {0x41, 0xd4f, Core::neoverse_v2}, {0x41, 0xd82, Core::cortex_x4},
    {0x41, 0xd84, Core::neoverse_v3}, {0x41, 0xd85, Core::cortex_x925}, {0x41, 0xd8c, Core::c1_ultra},
    {0x41, 0xd8e, Core::neoverse_n3}, {0x51, 0x001, Core::oryon},       {0x61, 0x022, Core::icestorm},
    {0x61, 0x023, Core::firestorm},   {0x61, 0x024, Core::icestorm},    {0x61, 0x025, Core::firestorm},
    {0x61, 0x028, Core::icestorm},    {0x61, 0x029, Core::firestorm},   {0x61, 0x033, Core::avalanche},
    {0x61, 0x035, Core::avalanche},   {0x61, 0x039, Core::avalanche},
});
constexpr bool parts_are_unique() {
  return std::ranges::adjacent_find(kArmCores, [](const ArmCore& a, const ArmCore& b) {
           return std::pair(a.implementer, a.part) >= std::pair(b.implementer, b.part);
         }) == kArmCores.end();
}
static_assert(parts_are_unique());

struct PublishedTlb {
  Core core;
  std::uint8_t level;
  TlbKind kind;
  PageSizes pages;
  std::uint32_t entries;
  TlbWays ways;
  std::string_view source;
  std::string_view note = {};  // NOLINT(readability-redundant-member-init): -Wextra asks for it
};

constexpr auto kData = TlbKind::data;
constexpr auto kInstruction = TlbKind::instruction;
constexpr auto kUnified = TlbKind::unified;
constexpr PageSizes k4K{k4};
constexpr PageSizes k16K{k16};
constexpr PageSizes kArm{k4, k16, k64, m2};  // the sizes that an Arm L1 TLB holds as they are
constexpr PageSizes kArmOld{k4, k64};
constexpr auto kFull = TlbWays::fully();
constexpr auto kNoWays = TlbWays::unknown();
constexpr TlbWays ways(std::uint32_t count) { return TlbWays::exactly(count); }

constexpr std::string_view kTlbdr = "vusec/tlbdr, TLB/README";
constexpr std::string_view kIntelGuide = "Intel optimization reference manual";
constexpr std::string_view kGoldenCove = "jiegec/blog-source, intel-golden-cove.md";
constexpr std::string_view kGracemont = "jiegec/blog-source, intel-gracemont.md";
constexpr std::string_view kZen1 = "Stack Overflow, question 69814823";
constexpr std::string_view kZen2 = "WikiChip, Zen 2";
constexpr std::string_view kZen3 =
    "CPUID of a Ryzen 9 5950X, anrieff/libcpuid tests/amd/zen3/ryzen9-vermeer.test";
constexpr std::string_view kZen4 = "CPUID of an EPYC family 25 model 17";
constexpr std::string_view kZen5 =
    "Zen 5 software optimization guide, as quoted in jiegec/blog-source, amd-zen5.md";
constexpr std::string_view kA35 = "Arm Cortex-A35 TRM (100236), A6.2";
constexpr std::string_view kA53 = "Arm Cortex-A53 TRM (DDI 0500), 5.1";
constexpr std::string_view kA55 = "Arm Cortex-A55 TRM (100442), Encoding for the L2 TLB";
constexpr std::string_view kA57 = "Arm Cortex-A57 TRM (DDI 0488), 5.2";
constexpr std::string_view kA72 = "Arm Cortex-A72 TRM (100095), 5.2.3";
constexpr std::string_view kA72Wiki = "Wikipedia, ARM Cortex-A72";
constexpr std::string_view kA76 = "Arm Cortex-A76 TRM, table A5-1";
constexpr std::string_view kN1 = "Arm Neoverse N1 TRM, table 6.1";
constexpr std::string_view kX1 = "AnandTech, Arm's new Cortex-A78 and Cortex-X1 microarchitectures";
constexpr std::string_view kX2 = "HandWiki, ARM Cortex-X2";
constexpr std::string_view kX4 =
    "Arm Cortex-X4 TRM (102484), as quoted in jiegec/blog-source, arm-core-development.md";
constexpr std::string_view kX925 =
    "Arm Cortex-X925 TRM (102807), as quoted in jiegec/blog-source, arm-core-development.md";
constexpr std::string_view kC1 =
    "Arm C1-Ultra TRM (108014), as quoted in jiegec/blog-source, arm-core-development.md";
constexpr std::string_view kN3 =
    "Arm Neoverse N3 TRM, as quoted in jiegec/blog-source, arm-core-development.md";
constexpr std::string_view kV1 = "Arm, SW defined cars: HPC (Teratec forum 2021)";
constexpr std::string_view kHotChips = "Arm Neoverse V2 platform, Hot Chips 2023";
constexpr std::string_view kV2 = "Arm Neoverse V2 TRM, as quoted in jiegec/blog-source, arm-neoverse-v2.md";
constexpr std::string_view kV3 = "jiegec/blog-source, arm-neoverse-v3.md";
constexpr std::string_view kM1 = "jiegec/blog-source, apple-m1.md";
constexpr std::string_view kM2 = "jiegec/blog-source, apple-m2.md";
constexpr std::string_view kOryon = "jiegec/blog-source, qualcomm-oryon.md";

constexpr auto kPublished = std::to_array<PublishedTlb>({
    {Core::skylake, 1, kData, k4K, 64, ways(4), kTlbdr},
    {Core::skylake, 1, kData, {m2}, 32, ways(4), kTlbdr},
    {Core::skylake, 1, kData, {g1}, 4, kNoWays, kTlbdr},
    {Core::skylake, 2, kUnified, k4K, 1536, ways(12), kTlbdr, "128 sets, page bits 0–6 xor 7–13"},
    {Core::sunny_cove, 1, TlbKind::load, k4K, 64, kNoWays, kIntelGuide},
    {Core::sunny_cove, 1, TlbKind::store, k4K, 16, kNoWays, kIntelGuide},
    {Core::sunny_cove, 2, kUnified, k4K, 2048, kNoWays, kIntelGuide},
    {Core::golden_cove, 1, TlbKind::load, k4K, 96, ways(6), kGoldenCove},
    {Core::golden_cove, 1, TlbKind::store, k4K, 16, kNoWays, kGoldenCove},
    {Core::golden_cove, 2, kUnified, k4K, 2048, kNoWays, kGoldenCove,
     "misses measured there from about 1600"},
    {Core::gracemont, 1, kData, k4K, 32, kNoWays, kGracemont, "measured there: 48, fully associative"},
    {Core::gracemont, 2, kUnified, k4K, 2048, ways(4), kGracemont},
    {Core::zen1, 1, kData, k4K, 64, kFull, kZen1},
    {Core::zen1, 2, kData, k4K, 1536, TlbWays::range(6, 8), kZen1,
     "12 ways in all, skewed: 8 for 4K pages on client parts, 6 on server parts"},
    {Core::zen2, 1, kData, k4K, 64, kFull, kZen2},
    {Core::zen2, 2, kData, k4K, 2048, kNoWays, kZen2, "given there as 12-way, which does not divide 2048"},
    {Core::zen3, 1, kData, k4K, 64, kFull, kZen3},
    {Core::zen3, 2, kData, k4K, 2048, TlbWays::range(8, 15), kZen3},
    {Core::zen4, 1, kData, k4K, 72, kFull, kZen4},
    {Core::zen4, 2, kData, k4K, 3072, TlbWays::range(8, 15), kZen4, "12-way for 4K pages when measured"},
    {Core::zen5, 1, kData, k4K, 96, kFull, kZen5},
    {Core::zen5, 2, kData, k4K, 4096, ways(16), kZen5},
    {Core::cortex_a35, 1, kData, kArmOld, 10, kNoWays, kA35},
    {Core::cortex_a35, 2, kUnified, kArmOld, 512, ways(2), kA35},
    {Core::cortex_a53, 1, kData, kArmOld, 10, kFull, kA53},
    {Core::cortex_a53, 1, kInstruction, kArmOld, 10, kFull, kA53},
    {Core::cortex_a53, 2, kUnified, kArmOld, 512, ways(4), kA53},
    {Core::cortex_a55, 2, kUnified, {k4, k16, k64}, 1024, ways(4), kA55},
    {Core::cortex_a57, 1, kData, kArmOld, 32, kFull, kA57},
    {Core::cortex_a57, 1, kInstruction, kArmOld, 48, kFull, kA57},
    {Core::cortex_a57, 2, kUnified, {k4, k64, m2, g1}, 1024, ways(4), kA57},
    {Core::cortex_a72, 1, kData, kArmOld, 32, kFull, kA72Wiki},
    {Core::cortex_a72, 1, kInstruction, kArmOld, 48, kFull, kA72Wiki},
    {Core::cortex_a72, 2, kUnified, {k4, k64, m2, g1}, 1024, ways(4), kA72},
    {Core::cortex_a76, 1, kData, kArm, 48, kFull, kA76},
    {Core::cortex_a76, 1, kInstruction, {k4, k16, k64, m2, m32}, 48, kFull, kA76},
    {Core::cortex_a76, 2, kUnified, {k4, k16, k64, m2, m32, g1}, 1280, ways(5), kA76},
    {Core::cortex_x1, 1, kData, kArm, 40, kFull, kX2},
    {Core::cortex_x1, 2, kUnified, kArm, 2048, kNoWays, kX1},
    {Core::cortex_x2, 1, kData, kArm, 48, kFull, kX2},
    {Core::cortex_x4, 1, kData, kArm, 96, kFull, kX4},
    {Core::cortex_x4, 1, kInstruction, kArm, 48, kFull, kX4},
    {Core::cortex_x4, 2, kUnified, kArm, 2048, ways(8), kX4},
    {Core::cortex_x925, 1, kData, kArm, 96, kFull, kX925},
    {Core::cortex_x925, 1, kInstruction, kArm, 128, kFull, kX925},
    {Core::cortex_x925, 2, kUnified, {k4, k16, k64, m2, m32, g1}, 2048, ways(8), kX925},
    {Core::c1_ultra, 1, kData, kArm, 96, kFull, kC1},
    {Core::c1_ultra, 1, kInstruction, kArm, 128, kFull, kC1},
    {Core::c1_ultra, 2, kUnified, kArm, 2048, ways(8), kC1},
    {Core::neoverse_n1, 1, kData, kArm, 48, kFull, kN1},
    {Core::neoverse_n1, 2, kUnified, kArm, 1280, ways(5), kN1},
    {Core::neoverse_n3, 1, kData, kArm, 48, kFull, kN3},
    {Core::neoverse_n3, 1, kInstruction, kArm, 32, kFull, kN3},
    {Core::neoverse_n3,
     2,
     kUnified,
     {k4, k16, k64},
     1536,
     ways(6),
     kN3,
     "1024 and 4-way where built smaller"},
    {Core::neoverse_v1, 1, kData, kArm, 40, kFull, kHotChips},
    {Core::neoverse_v1, 2, kUnified, kArm, 2048, kNoWays, kV1},
    {Core::neoverse_v2, 1, kData, kArm, 48, kFull, kV2},
    {Core::neoverse_v2, 2, kUnified, kArm, 2048, ways(8), kV2},
    {Core::neoverse_v3, 1, kData, kArm, 96, kFull, kV3},
    {Core::neoverse_v3, 2, kUnified, kArm, 2048, ways(8), kV3},
    {Core::firestorm, 1, kData, k16K, 160, ways(5), kM1},
    {Core::firestorm, 2, kData, k16K, 3072, ways(12), kM1},
    {Core::icestorm, 1, kData, k16K, 128, ways(4), kM1},
    {Core::icestorm, 2, kData, k16K, 1024, kNoWays, kM1},
    {Core::avalanche, 1, kData, k16K, 256, kNoWays, kM2},
    {Core::avalanche, 2, kData, k16K, 3072, kNoWays, kM2},
    {Core::oryon, 1, kData, k4K, 224, ways(7), kOryon},
    {Core::oryon, 2, kData, k4K, 32768, ways(8), kOryon, "measured there; the vendor says more than 8K"},
});
static_assert(std::ranges::is_sorted(kPublished, {}, &PublishedTlb::core));
static_assert(std::ranges::all_of(kPublished, [](const PublishedTlb& row) {
  return row.entries != 0 && !row.source.empty() && !row.pages.empty();
}));

// Leaf 0x1A EAX bits 31–24: 0x20 Atom, 0x40 Core, 0 on a CPU with one kind of core.
CoreType core_type(const CpuidTable& cpuid) {
  const auto regs = cpuid.leaf({0x1a});
  if (!regs) return CoreType::any;
  switch (regs->eax >> 24) {
    case 0x20: return CoreType::atom;
    case 0x40: return CoreType::core;
    default: return CoreType::any;
  }
}

std::optional<Core> find_core(const CpuidTable& cpuid) {
  const auto vendor = cpuid.vendor();
  const auto signature = cpuid.signature();
  if (!vendor || !signature) return std::nullopt;
  const auto type = core_type(cpuid);
  const auto* found = std::ranges::find_if(kX86Cores, [&](const X86Core& row) {
    return row.vendor == *vendor && row.family == signature->family && row.first_model <= signature->model &&
           signature->model <= row.last_model && (row.type == CoreType::any || row.type == type);
  });
  if (found == kX86Cores.end()) return std::nullopt;
  return found->core;
}

std::optional<Core> find_core(const ArmMidr& midr) {
  const auto* found = std::ranges::find_if(kArmCores, [&](const ArmCore& row) {
    return row.implementer == midr.implementer && row.part == midr.part;
  });
  if (found == kArmCores.end()) return std::nullopt;
  return found->core;
}

std::optional<std::string_view> name_of(std::optional<Core> core) {
  if (!core) return std::nullopt;
  return kNames[std::to_underlying(*core)];
}

std::vector<TlbLevel> rows_of(std::optional<Core> core) {
  std::vector<TlbLevel> rows;
  if (!core) return rows;
  for (const auto& row : std::ranges::equal_range(kPublished, *core, {}, &PublishedTlb::core)) {
    rows.push_back({.level = row.level,
                    .kind = row.kind,
                    .pages = row.pages,
                    .entries = row.entries,
                    .ways = row.ways,
                    .provenance = Provenance::published,
                    .source = row.source,
                    .note = std::string(row.note)});
  }
  return rows;
}

}  // namespace

std::optional<std::string_view> core_name(const CpuidTable& cpuid) { return name_of(find_core(cpuid)); }

std::optional<std::string_view> core_name(const ArmMidr& midr) { return name_of(find_core(midr)); }

std::vector<TlbLevel> published_tlb(const CpuidTable& cpuid) { return rows_of(find_core(cpuid)); }

std::vector<TlbLevel> published_tlb(const ArmMidr& midr) { return rows_of(find_core(midr)); }

}  // namespace pageloupe
