// SPDX-License-Identifier: MIT
// The leaves of the CPUID instruction as data: read from this machine, or from the dump of another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace pageloupe {

// What CPUID is asked with.
struct CpuidInput {
  std::uint32_t eax = 0;  // the leaf
  std::uint32_t ecx = 0;  // the subleaf

  friend constexpr auto operator<=>(const CpuidInput&, const CpuidInput&) = default;
};

// What it answers.
struct CpuidRegs {
  std::uint32_t eax = 0;
  std::uint32_t ebx = 0;
  std::uint32_t ecx = 0;
  std::uint32_t edx = 0;

  friend constexpr bool operator==(const CpuidRegs&, const CpuidRegs&) = default;
};

struct CpuidLeaf {
  CpuidInput input;
  CpuidRegs regs;

  friend constexpr bool operator==(const CpuidLeaf&, const CpuidLeaf&) = default;
};

// Family and model as people write them, the extended fields added.
struct CpuSignature {
  std::uint32_t family = 0;
  std::uint32_t model = 0;
  std::uint32_t stepping = 0;

  friend constexpr bool operator==(const CpuSignature&, const CpuSignature&) = default;
};

// The leaves of one logical CPU. The texts that it gives are raw bytes: a hypervisor chooses them.
class CpuidTable {
 public:
  CpuidTable() = default;
  // Of two answers to one input the first is kept.
  explicit CpuidTable(std::vector<CpuidLeaf> leaves);

  [[nodiscard]] bool empty() const { return leaves_.empty(); }
  // In ascending order of leaf and subleaf.
  [[nodiscard]] std::span<const CpuidLeaf> leaves() const { return leaves_; }

  // The answer to one input. Nothing where the table has none, and nothing for a leaf beyond the greatest
  // that the CPU names: Intel CPUs answer that with the contents of another leaf.
  [[nodiscard]] std::optional<CpuidRegs> leaf(CpuidInput input) const;

  // Leaf 0: "AuthenticAMD".
  [[nodiscard]] std::optional<std::string> vendor() const;
  // Leaf 1 EAX.
  [[nodiscard]] std::optional<CpuSignature> signature() const;
  // Leaves 0x80000002–4, blanks at both ends removed; nothing where they are missing or blank.
  [[nodiscard]] std::optional<std::string> brand() const;
  // Leaf 1 ECX bit 31: a hypervisor answers CPUID.
  [[nodiscard]] bool virtualised() const;
  // Leaf 0x40000000 of a virtual machine: "KVM", or the signature itself where it is not a known one.
  [[nodiscard]] std::optional<std::string> hypervisor() const;

 private:
  [[nodiscard]] const CpuidRegs* find(CpuidInput input) const;

  std::vector<CpuidLeaf> leaves_;
};

// The first logical CPU of a dump, in the format of `cpuid -r`
//   0x00000001 0x00: eax=0x00a10f11 ebx=0x01020800 ecx=0xfffa3203 edx=0x178bfbff
// or in that of the InstLatx64 collection, the subleaf in hexadecimal between brackets
//   CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 01]
// Lines that start with '#' are comments. Errc::malformed, with the line, of any other text, and of a text
// without a single leaf. A line of the second format without a subleaf is subleaf 0, and is ignored when it
// repeats a leaf, since it does not say which subleaf it is.
[[nodiscard]] Result<CpuidTable> parse_cpuid(std::string_view text);

// The leaves of the CPU that runs the caller: on a machine with several kinds of core, pin the thread
// first. Errc::unsupported on another architecture than x86.
[[nodiscard]] Result<CpuidTable> read_cpuid();

}  // namespace pageloupe
