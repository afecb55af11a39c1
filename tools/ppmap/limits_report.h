// SPDX-License-Identifier: MIT
// --limits: how far a process may still grow, and what stops it.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_limits_report(const Request& request, const ProcFs& procfs,
                                                         Output& output);

inline constexpr Shape kLimitsShape{.schema = "pageloupe.ppmap-limits/1",
                                    .sections = "processes",
                                    .section = "process",
                                    .rows = "limits",
                                    .row = "limit"};

[[nodiscard]] Columns limits_columns();

}  // namespace pageloupe::ppmap
