// SPDX-License-Identifier: MIT
#include "tlbprobe/machine.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "cli/rights.h"
#include "cpu/published.h"

namespace pageloupe::tlbprobe {
namespace {

std::expected<CpuidTable, std::string> read_dump(const std::string& path) {
  const CallersRights his;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return std::unexpected(path +
                           ": cannot be read: " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  }
  auto table = parse_cpuid(text.str());
  if (table) return std::move(*table);
  const auto& error = table.error();
  const auto where = error.line == 0 ? std::string{} : ", line " + std::to_string(error.line);
  return std::unexpected(path + where + ": not a dump of cpuid -r");
}

}  // namespace

Machine machine_from(const CpuidTable& cpuid) {
  Machine machine{.vendor = cpuid.vendor(), .model = cpuid.brand(), .hypervisor = cpuid.hypervisor()};
  machine.virtual_machine = cpuid.virtualised();
  if (const auto core = core_name(cpuid)) machine.core = *core;
  machine.published = published_tlb(cpuid);
  auto declared = decode_tlb(cpuid);
  if (declared) machine.declared = std::move(*declared);
  if (machine.declared.empty())
    machine.undeclared = "what this vendor's CPUID leaves say of TLBs is not known";
  return machine;
}

Machine machine_from(const Cpuinfo& cpuinfo) {
  Machine machine{.vendor = cpuinfo.vendor, .model = cpuinfo.model_name};
  machine.declared = decode_tlb(cpuinfo);
  if (machine.declared.empty()) machine.undeclared = "neither CPU nor kernel declares TLBs here";
  if (cpuinfo.midrs.empty()) return machine;
  if (const auto core = core_name(cpuinfo.midrs.front())) machine.core = *core;
  machine.published = published_tlb(cpuinfo.midrs.front());
  return machine;
}

std::expected<Machine, std::string> read_machine(const Request& request, const ProcFs& procfs) {
  if (request.cpuid) {
    const auto dump = read_dump(*request.cpuid);
    if (!dump) return std::unexpected(dump.error());
    return machine_from(*dump);
  }
  if (request.proc_root == "/proc") {
    if (const auto cpuid = read_cpuid()) return machine_from(*cpuid);
  }
  std::string buffer;
  const auto text = procfs.read("cpuinfo", buffer);
  if (!text) return Machine{.undeclared = "there is no cpuinfo"};
  const auto cpuinfo = parse_cpuinfo(*text);
  if (!cpuinfo) return Machine{.undeclared = "cpuinfo has an unexpected format"};
  return machine_from(*cpuinfo);
}

}  // namespace pageloupe::tlbprobe
