// SPDX-License-Identifier: MIT
// --diff: what changed between two maps, saved or live.
#pragma once

#include <span>

#include "ppmap/map_report.h"

namespace pageloupe::ppmap {

// As diff(1) has it; a process that does not exist is 42 as everywhere in ppmap.
inline constexpr int kExitDifferent = 1;
inline constexpr int kExitTrouble = 2;
inline constexpr int kExitMissingSide = 42;

inline constexpr Shape kDiffShape{.schema = "pageloupe.ppmap-diff/1",
                                  .sections = "comparisons",
                                  .section = "comparison",
                                  .rows = "changes",
                                  .row = "change"};

// Of --by kind.
inline constexpr Shape kKindDiffShape{.schema = "pageloupe.ppmap-diff-kinds/1",
                                      .sections = "comparisons",
                                      .section = "comparison",
                                      .rows = "kinds",
                                      .row = "kind"};

struct DiffSurroundings {
  const ProcFs& procfs;
  Facts document;  // of RunInfo
  Output& output;
};

// Compares the two operands; the exit code. What goes wrong is said on standard error.
[[nodiscard]] int run_diff(const Request& request, std::span<const std::string> operands,
                           const DiffSurroundings& around);

// For the schema.
[[nodiscard]] std::vector<const Column*> diff_section_columns();
[[nodiscard]] std::vector<const Column*> kind_diff_columns();

}  // namespace pageloupe::ppmap
