// SPDX-License-Identifier: MIT
// Dumps of CPUID and /proc/cpuinfo, and the TLBs that they declare.
#include "cpu/cpuinfo.h"
#include "cpu/published.h"
#include "cpu/tlb.h"
#include "fuzz/fuzz_target.h"

namespace {

using namespace pageloupe;

void check(const std::vector<TlbLevel>& levels) {
  for (const auto& level : levels) {
    must(level.level >= 1 && level.level <= 3);
    must(level.entries.has_value() ? *level.entries > 0 : !level.note.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  if (const auto cpuid = parse_cpuid(text)) {
    (void)cpuid->vendor();
    (void)cpuid->brand();
    (void)cpuid->hypervisor();
    (void)core_name(*cpuid);
    if (const auto declared = decode_tlb(*cpuid)) check(*declared);
    check(published_tlb(*cpuid));
  }
  if (const auto cpuinfo = parse_cpuinfo(text)) {
    check(decode_tlb(*cpuinfo));
    for (const auto midr : cpuinfo->midrs) {
      (void)core_name(midr);
      check(published_tlb(midr));
    }
  }
  return 0;
}
