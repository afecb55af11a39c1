// SPDX-License-Identifier: MIT
#include "cpu/tlb.h"

#include <algorithm>

#include "cpu/cpuid.h"
#include "cpu/tlb_amd.h"
#include "cpu/tlb_intel.h"

namespace pageloupe {
namespace {

struct VendorDecoder {
  std::string_view vendor;
  std::vector<TlbLevel> (*decode)(const CpuidTable&);
};

constexpr auto kDecoders = std::to_array<VendorDecoder>({
    {"AuthenticAMD", decode_tlb_amd},
    {"HygonGenuine", decode_tlb_amd},
    {"GenuineIntel", decode_tlb_intel},
    {"CentaurHauls", decode_tlb_centaur},
    {"  Shanghai  ", decode_tlb_centaur},
});

}  // namespace

std::string to_text(PageSizes sizes) {
  std::string text;
  for (const auto size : kPageSizes) {
    if (!sizes.contains(size)) continue;
    if (!text.empty()) text += '/';
    text += name(size);
  }
  return text;
}

std::string to_text(const TlbWays& ways) {
  if (ways.full) return "fully associative";
  if (ways.low == 0) return {};
  if (ways.low == ways.high) return std::to_string(ways.low) + "-way";
  return std::to_string(ways.low) + "- to " + std::to_string(ways.high) + "-way";
}

std::string not_reported(const CpuidTable& cpuid) {
  std::string text = "not reported by this CPU";
  if (!cpuid.virtualised()) return text;
  text += " or its hypervisor";
  if (const auto hypervisor = cpuid.hypervisor()) text += " (" + *hypervisor + ")";
  return text;
}

Result<std::vector<TlbLevel>> decode_tlb(const CpuidTable& cpuid) {
  const auto vendor = cpuid.vendor();
  if (!vendor) return fail(Errc::unsupported);
  const auto* decoder = std::ranges::find(kDecoders, *vendor, &VendorDecoder::vendor);
  if (decoder == kDecoders.end()) return fail(Errc::unsupported);
  return decoder->decode(cpuid);
}

}  // namespace pageloupe
