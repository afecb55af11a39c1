// SPDX-License-Identifier: MIT
#include "cpu/cpuid.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::uint32_t kBasic = 0;
constexpr std::uint32_t kHypervisor = 0x40000000;
constexpr std::uint32_t kExtended = 0x80000000;

struct HypervisorName {
  std::string_view signature;
  std::string_view name;
};

constexpr auto kHypervisors = std::to_array<HypervisorName>({
    {"KVMKVMKVM", "KVM"},
    {"Linux KVM Hv", "KVM"},
    {"VMwareVMware", "VMware"},
    {"Microsoft Hv", "Hyper-V"},
    {"XenVMMXenVMM", "Xen"},
    {"TCGTCGTCGTCG", "QEMU"},
    {"VBoxVBoxVBox", "VirtualBox"},
    {"bhyve bhyve ", "bhyve"},
    {"ACRNACRNACRN", "ACRN"},
    {" lrpepyh  vr", "Parallels"},
});

void append_bytes(std::string& text, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) text += static_cast<char>((value >> shift) & 0xff);
}

// Up to the first NUL, if there is one.
std::string ascii(std::initializer_list<std::uint32_t> registers) {
  std::string text;
  for (const auto value : registers) append_bytes(text, value);
  if (const auto end = text.find('\0'); end != std::string::npos) text.resize(end);
  return text;
}

// --- the text of a dump ---

// The next `length` characters as a hexadecimal number, cut off the front of `text`.
std::optional<std::uint32_t> take_hex(std::string_view& text, std::size_t length) {
  if (text.size() < length) return std::nullopt;
  const auto value = to_number<std::uint32_t>(text.substr(0, length), 16);
  text.remove_prefix(length);
  return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

constexpr std::size_t kDigits = 8;  // of a register: fewer is a line cut short, not a smaller number

// "0x00000001 0x00: eax=0x00a10f11 ebx=0x01020800 ecx=0xfffa3203 edx=0x178bfbff"
std::optional<CpuidLeaf> parse_raw_line(std::string_view line) {
  if (!take_prefix(line, "0x")) return std::nullopt;
  const auto leaf = take_hex(line, kDigits);
  if (!leaf || !take_prefix(line, " 0x")) return std::nullopt;
  const auto subleaf = to_number<std::uint32_t>(take_until(line, ':'), 16);
  std::array<std::uint32_t, 4> regs{};
  constexpr std::array<std::string_view, 4> kNames{" eax=0x", " ebx=0x", " ecx=0x", " edx=0x"};
  for (std::size_t i = 0; i < regs.size(); ++i) {
    if (!take_prefix(line, kNames[i])) return std::nullopt;
    const auto value = take_hex(line, kDigits);
    if (!value) return std::nullopt;
    regs[i] = *value;
  }
  if (!subleaf || !trim(line).empty()) return std::nullopt;
  return CpuidLeaf{{*leaf, *subleaf}, {regs[0], regs[1], regs[2], regs[3]}};
}

// "[SL 0A] [text]", "[text]" or nothing. The outer optional is empty when the text is of another form.
std::optional<std::uint32_t> parse_subleaf(std::string_view text) {
  text = trim(text);
  if (text.empty()) return 0;
  if (text.front() != '[' || text.back() != ']') return std::nullopt;
  if (!take_prefix(text, "[SL ")) return 0;
  return to_number<std::uint32_t>(take_until(text, ']'), 16);
}

// "CPUID 00000018: 00000000-00080001-00000020-00004022 [SL 01]"
std::optional<CpuidLeaf> parse_instlat_line(std::string_view line) {
  if (!take_prefix(line, "CPUID ")) return std::nullopt;
  const auto leaf = take_hex(line, kDigits);
  if (!leaf || !take_prefix(line, ": ")) return std::nullopt;
  std::array<std::uint32_t, 4> regs{};
  for (std::size_t i = 0; i < regs.size(); ++i) {
    if (i > 0 && !take_prefix(line, "-")) return std::nullopt;
    const auto value = take_hex(line, kDigits);
    if (!value) return std::nullopt;
    regs[i] = *value;
  }
  const auto subleaf = parse_subleaf(line);
  if (!subleaf) return std::nullopt;
  return CpuidLeaf{{*leaf, *subleaf}, {regs[0], regs[1], regs[2], regs[3]}};
}

// "CPU:", "CPU 0:", "------[ CPUID Registers / Logical CPU #0 ]------"
bool starts_cpu(std::string_view line) {
  return (line.starts_with("CPU") && line.ends_with(':')) ||
         (line.starts_with("---") && line.contains("Logical CPU #"));
}

// What the collection prints around the registers.
bool is_decoration(std::string_view line) {
  return line.empty() || line.starts_with('#') || line.starts_with("---") || line.starts_with("allcpu:") ||
         line.contains(" Cache: ");
}

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return trim(line);
}

}  // namespace

CpuidTable::CpuidTable(std::vector<CpuidLeaf> leaves) : leaves_(std::move(leaves)) {
  std::ranges::stable_sort(leaves_, {}, &CpuidLeaf::input);
  const auto repeated = std::ranges::unique(leaves_, {}, &CpuidLeaf::input);
  leaves_.erase(repeated.begin(), repeated.end());
}

const CpuidRegs* CpuidTable::find(CpuidInput input) const {
  const auto found = std::ranges::lower_bound(leaves_, input, {}, &CpuidLeaf::input);
  return found != leaves_.end() && found->input == input ? &found->regs : nullptr;
}

std::optional<CpuidRegs> CpuidTable::leaf(CpuidInput input) const {
  const auto base = input.eax & 0xffff0000U;
  if (base == kBasic || base == kExtended) {
    const auto* first = find({base});
    if (first != nullptr && input.eax > first->eax) return std::nullopt;
  }
  const auto* regs = find(input);
  if (regs == nullptr) return std::nullopt;
  return *regs;
}

std::optional<std::string> CpuidTable::vendor() const {
  const auto regs = leaf({kBasic});
  if (!regs) return std::nullopt;
  return ascii({regs->ebx, regs->edx, regs->ecx});
}

std::optional<CpuSignature> CpuidTable::signature() const {
  const auto regs = leaf({1});
  if (!regs) return std::nullopt;
  const auto eax = regs->eax;
  CpuSignature signature{.family = (eax >> 8) & 0xf, .model = (eax >> 4) & 0xf, .stepping = eax & 0xf};
  if (signature.family >= 6) signature.model += ((eax >> 16) & 0xf) << 4;
  if (signature.family == 0xf) signature.family += (eax >> 20) & 0xff;
  return signature;
}

std::optional<std::string> CpuidTable::brand() const {
  const auto one = leaf({kExtended + 2});
  const auto two = leaf({kExtended + 3});
  const auto three = leaf({kExtended + 4});
  if (!one || !two || !three) return std::nullopt;
  const auto text = ascii({one->eax, one->ebx, one->ecx, one->edx, two->eax, two->ebx, two->ecx, two->edx,
                           three->eax, three->ebx, three->ecx, three->edx});
  const auto trimmed = trim(text);
  if (trimmed.empty()) return std::nullopt;
  return std::string(trimmed);
}

bool CpuidTable::virtualised() const {
  const auto regs = leaf({1});
  return regs && (regs->ecx & 0x80000000U) != 0;
}

std::optional<std::string> CpuidTable::hypervisor() const {
  const auto regs = leaf({kHypervisor});
  if (!regs || !virtualised()) return std::nullopt;
  auto signature = ascii({regs->ebx, regs->ecx, regs->edx});
  if (signature.empty()) return std::nullopt;
  const auto* known = std::ranges::find(kHypervisors, signature, &HypervisorName::signature);
  return known == kHypervisors.end() ? signature : std::string(known->name);
}

Result<CpuidTable> parse_cpuid(std::string_view text) {
  std::vector<CpuidLeaf> leaves;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const auto line = without_return(take_line(text));
    ++number;
    if (starts_cpu(line)) {
      if (!leaves.empty()) break;
      continue;
    }
    if (is_decoration(line)) continue;
    const auto leaf = line.starts_with("0x") ? parse_raw_line(line) : parse_instlat_line(line);
    if (!leaf) return malformed("cpuid", "leaf", number);
    leaves.push_back(*leaf);
  }
  if (leaves.empty()) return malformed("cpuid", "leaf", number);
  return CpuidTable(std::move(leaves));
}

}  // namespace pageloupe
