// SPDX-License-Identifier: MIT
// How sure a measured number is, and how that is worded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pageloupe {

enum class Confidence : std::uint8_t { low, medium, high };

[[nodiscard]] constexpr std::string_view name(Confidence confidence) {
  switch (confidence) {
    case Confidence::low: return "low";
    case Confidence::medium: return "medium";
    case Confidence::high: return "high";
  }
  std::unreachable();
}

// One step less; low stays low.
[[nodiscard]] constexpr Confidence lowered(Confidence confidence) {
  return confidence == Confidence::high ? Confidence::medium : Confidence::low;
}

// What the machine did to the run as a whole.
struct RunConditions {
  double rejected_share = 0;  // of the timed chunks
  double steal_share = 0;     // of the run's time
  bool cpu_changed = false;
};

// Why every level is a step less sure, as a literal: "other load on the core"; empty when the run was quiet.
[[nodiscard]] std::string_view disturbance(const RunConditions& conditions);

// Reasons, worded to follow "not measured: ".
[[nodiscard]] constexpr std::unexpected<Error> not_measurable(Errc code, std::string_view why,
                                                              int os_error = 0) {
  return std::unexpected(Error{.code = code, .os_error = os_error, .file = "probe", .field = why});
}

// "not measured: no free 1 GiB page" with the system's own words behind it where a call failed.
[[nodiscard]] std::string not_measured(const Error& error);

}  // namespace pageloupe
