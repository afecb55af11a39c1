// SPDX-License-Identifier: MIT
// --sharers of one process: who else has its memory, and who would keep it.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_sharers_report(const Request& request, const ProcFs& procfs,
                                                          Output& output);

// A row for each thing that is shared and each process that shares it.
inline constexpr Shape kSharersShape{.schema = "pageloupe.ppmap-sharers/1",
                                     .sections = "processes",
                                     .section = "process",
                                     .rows = "sharers",
                                     .row = "sharer"};

// For the schema: of a process, and of a row.
[[nodiscard]] std::vector<const Column*> sharers_section_columns();
[[nodiscard]] Columns sharers_columns();

}  // namespace pageloupe::ppmap
