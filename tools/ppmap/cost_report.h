// SPDX-License-Identifier: MIT
// --cost: what looking at a process costs the process.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_cost_report(const Request& request, Output& output);

inline constexpr Shape kCostShape{.schema = "pageloupe.ppmap-cost/1",
                                  .sections = "processes",
                                  .section = "process",
                                  .rows = "views",
                                  .row = "view"};

[[nodiscard]] Columns cost_columns();

}  // namespace pageloupe::ppmap
