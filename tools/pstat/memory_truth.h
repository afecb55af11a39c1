// SPDX-License-Identifier: MIT
// --footprint and --cow: physical memory by its frames, which only root may see; bounds for everybody else.
#pragma once

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// The chosen processes, or the tree of one, as one set. Returns the exit code.
[[nodiscard]] int show_footprint(const Request& request, const ProcFs& procfs, Output& output);

// The children of a process against it, once or again and again. Returns the exit code.
[[nodiscard]] int show_cow(const Request& request, const ProcFs& procfs, Output& output);

// For the schemas: what a document, a sample and a row may hold, exact or in bounds.
[[nodiscard]] std::vector<const Column*> footprint_document_columns();
[[nodiscard]] Columns footprint_row_columns();
[[nodiscard]] Columns cow_sample_columns();
[[nodiscard]] std::vector<const Column*> cow_row_columns();

inline constexpr Shape kFootprintShape{.schema = "pageloupe.pstat-footprint/1",
                                       .sections = "",
                                       .section = "",
                                       .rows = "processes",
                                       .row = "process"};
inline constexpr Shape kCowShape{.schema = "pageloupe.pstat-cow/1",
                                 .sections = "samples",
                                 .section = "sample",
                                 .rows = "workers",
                                 .row = "worker"};

}  // namespace pageloupe::pstat
