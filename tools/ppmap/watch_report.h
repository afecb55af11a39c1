// SPDX-License-Identifier: MIT
// --watch: what changes in the map of a process, an interval after the other.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_watch_report(const Request& request, const ProcFs& procfs,
                                                        Output& output);

inline constexpr Shape kWatchShape{.schema = "pageloupe.ppmap-watch/1",
                                   .sections = "intervals",
                                   .section = "interval",
                                   .rows = "changes",
                                   .row = "change"};

// For the schema.
[[nodiscard]] std::vector<const Column*> watch_section_columns();

}  // namespace pageloupe::ppmap
