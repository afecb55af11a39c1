// SPDX-License-Identifier: MIT
// What a machine says of itself: its CPU, what that declares of its TLBs, what is published of it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cpu/cpuid.h"
#include "cpu/cpuinfo.h"
#include "cpu/tlb.h"
#include "proc/procfs.h"
#include "tlbprobe/request.h"

namespace pageloupe::tlbprobe {

// Texts are raw bytes: CPUs and hypervisors choose them.
struct Machine {
  std::optional<std::string> vendor{};
  std::optional<std::string> model{};  // "AMD EPYC 9354 32-Core Processor"
  std::optional<std::string> core{};   // "Zen 4"
  std::optional<std::string> hypervisor{};
  bool virtual_machine = false;
  std::vector<TlbLevel> declared{};
  std::vector<TlbLevel> published{};
  std::string undeclared{};  // why `declared` is empty
};

// By CPUID where there is one, on the CPU that runs the caller; else by cpuinfo. With a dump, by that alone.
// Errors: a message for the user.
[[nodiscard]] std::expected<Machine, std::string> read_machine(const Request& request, const ProcFs& procfs);

// The same from texts: for tests.
[[nodiscard]] Machine machine_from(const CpuidTable& cpuid);
[[nodiscard]] Machine machine_from(const Cpuinfo& cpuinfo);

}  // namespace pageloupe::tlbprobe
