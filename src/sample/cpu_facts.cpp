// SPDX-License-Identifier: MIT
#include "sample/cpu_facts.h"

#include "cpu/published.h"

namespace pageloupe {
namespace {

CpuFacts facts_of(const CpuidTable& cpuid) {
  CpuFacts facts;
  const auto vendor = cpuid.vendor().value_or("");
  if (vendor == "GenuineIntel") facts.model.vendor = perf::Vendor::intel;
  if (vendor == "AuthenticAMD" || vendor == "HygonGenuine") facts.model.vendor = perf::Vendor::amd;
  if (const auto signature = cpuid.signature()) {
    facts.model.family = signature->family;
    facts.model.model = signature->model;
  }
  const auto declared = decode_tlb(cpuid);
  facts.data_tlbs = data_tlbs(declared ? *declared : std::vector<TlbLevel>{}, published_tlb(cpuid));
  return facts;
}

CpuFacts facts_of(const Cpuinfo& cpuinfo) {
  CpuFacts facts;
  const bool arm = !cpuinfo.midrs.empty();
  if (arm) facts.model.vendor = perf::Vendor::arm;
  facts.data_tlbs =
      data_tlbs(decode_tlb(cpuinfo), arm ? published_tlb(cpuinfo.midrs.front()) : std::vector<TlbLevel>{});
  return facts;
}

}  // namespace

CpuFacts read_cpu_facts(const ProcFs& procfs) {
  if (procfs.root() == "/proc") {
    if (const auto cpuid = read_cpuid()) return facts_of(*cpuid);
  }
  std::string buffer;
  const auto text = procfs.read("cpuinfo", buffer);
  const auto cpuinfo = text ? parse_cpuinfo(*text) : std::unexpected(text.error());
  if (cpuinfo) return facts_of(*cpuinfo);
  CpuFacts unknown;
  unknown.data_tlbs = std::unexpected(Errc::unsupported);
  return unknown;
}

}  // namespace pageloupe
