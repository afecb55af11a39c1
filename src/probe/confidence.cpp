// SPDX-License-Identifier: MIT
#include "probe/confidence.h"

#include <system_error>

namespace pageloupe {

std::string_view disturbance(const RunConditions& conditions) {
  constexpr double kRejectedLimit = 0.20;
  constexpr double kStealLimit = 0.05;
  if (conditions.cpu_changed) return "the probe was moved to another CPU";
  if (conditions.steal_share > kStealLimit) return "the hypervisor took the CPU away";
  if (conditions.rejected_share > kRejectedLimit) return "the core's speed kept changing";
  return {};
}

std::string not_measured(const Error& error) {
  std::string text = "not measured: ";
  text += error.field.empty() ? reason(error.code) : error.field;
  if (error.os_error != 0) text += " (" + std::generic_category().message(error.os_error) + ")";
  return text;
}

}  // namespace pageloupe
