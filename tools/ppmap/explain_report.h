// SPDX-License-Identifier: MIT
// --explain: what stands out in the memory of a process, in words.
#pragma once

#include <memory>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

[[nodiscard]] std::unique_ptr<Report> make_explain_report(const Request& request, const ProcFs& procfs,
                                                          Output& output);

inline constexpr Shape kExplainShape{.schema = "pageloupe.ppmap-explain/1",
                                     .sections = "processes",
                                     .section = "process",
                                     .rows = "statements",
                                     .row = "statement"};

// For the schema: of a statement, but its figures.
[[nodiscard]] Columns explain_columns();
// And of those.
inline constexpr std::string_view kFiguresSchema =
    R"("figures":{"type":"object","additionalProperties":{"type":["number","string","null"]}})";

}  // namespace pageloupe::ppmap
