// SPDX-License-Identifier: MIT
// /proc/cpuinfo, as far as it says which CPU this is and what its TLB holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "cpu/tlb.h"

namespace pageloupe {

// The fields of Arm's Main ID Register, which identify a core.
struct ArmMidr {
  std::uint32_t implementer = 0;  // 0x41: Arm
  std::uint32_t variant = 0;
  std::uint32_t part = 0;
  std::uint32_t revision = 0;

  friend constexpr bool operator==(const ArmMidr&, const ArmMidr&) = default;
};

// The register itself: implementer in bits 31–24, variant 23–20, part 15–4, revision 3–0, architecture
// field 0xf ("see the ID registers").
[[nodiscard]] constexpr std::uint32_t to_register(const ArmMidr& midr) {
  return ((midr.implementer & 0xff) << 24) | ((midr.variant & 0xf) << 20) | (0xfU << 16) |
         ((midr.part & 0xfff) << 4) | (midr.revision & 0xf);
}

// "TLB size : 3584 4K pages" of x86.
struct CpuinfoTlbSize {
  std::uint32_t entries = 0;
  Bytes page{};

  friend constexpr bool operator==(const CpuinfoTlbSize&, const CpuinfoTlbSize&) = default;
};

// Of keys that stand once per CPU, the first CPU's.
struct Cpuinfo {
  std::uint32_t processors = 0;             // lines "processor"
  std::optional<std::string> vendor{};      // x86 "vendor_id"
  std::optional<std::string> model_name{};  // "model name", Loongson "Model Name", MIPS "cpu model"
  std::optional<CpuinfoTlbSize> tlb_size{};
  std::optional<std::uint32_t> mips_tlb_entries{};      // "tlb_entries"
  std::optional<std::uint32_t> loongson_tlb_entries{};  // "TLB Entries"
  std::vector<ArmMidr>
      midrs{};  // the distinct ones, in their order: a machine may have several kinds of core
};

// Errc::malformed, with line and key, where a line has no colon or a number that is read is none.
[[nodiscard]] Result<Cpuinfo> parse_cpuinfo(std::string_view text);

// What the kernel declares of the TLBs: entries, with what the figure counts in the note. Empty on arm64,
// whose kernel says nothing.
[[nodiscard]] std::vector<TlbLevel> decode_tlb(const Cpuinfo& cpuinfo);

}  // namespace pageloupe
