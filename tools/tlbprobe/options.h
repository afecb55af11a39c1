// SPDX-License-Identifier: MIT
// What tlbprobe was asked for, as it was written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/report_options.h"

namespace pageloupe::tlbprobe {

struct Options {
  ReportOptions report{};
  std::vector<std::string> operands{};  // none is wanted
  bool quick = false;
  std::optional<std::string> level{};
  std::optional<std::string> page_size{};
  std::optional<std::string> kind{};
  std::optional<std::string> time_budget{};
  std::optional<std::string> cpu{};
  std::optional<std::string> seed{};
  std::optional<std::string> runs{};
  std::optional<std::string> cpuid{};
  std::optional<std::string> reach{};
  std::optional<std::string> svg{};
  bool setup_hugepages = false;
  bool verbose = false;
  bool curve = false;
  bool no_curve = false;
  bool csv = false;
  std::optional<std::string> describe{};
};

void add_options(CommandLine& line, Options& options);
[[nodiscard]] CommandLine::About about();

}  // namespace pageloupe::tlbprobe
