// SPDX-License-Identifier: MIT
// --faults: which mappings page-fault now.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_faults_report(const Request& request, Output& output);

inline constexpr Shape kFaultsShape{.schema = "pageloupe.ppmap-faults/1",
                                    .sections = "processes",
                                    .section = "process",
                                    .rows = "mappings",
                                    .row = "mapping"};

// For the schema: of a process, and of its mappings.
[[nodiscard]] std::vector<const Column*> faults_section_columns();
[[nodiscard]] std::vector<const Column*> faults_columns();

// The file of the errors of --faults.
inline constexpr std::string_view kFaultEvents = "perf_event_open";

}  // namespace pageloupe::ppmap
