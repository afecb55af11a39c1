// SPDX-License-Identifier: MIT
// --sharers of several processes: who has how much in common with whom.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_matrix_report(const Request& request, const ProcFs& procfs,
                                                         Output& output);

inline constexpr Shape kMatrixShape{.schema = "pageloupe.ppmap-sharers-matrix/1",
                                    .sections = "",
                                    .section = "",
                                    .rows = "pairs",
                                    .row = "pair"};
[[nodiscard]] Columns matrix_columns();

}  // namespace pageloupe::ppmap
