// SPDX-License-Identifier: MIT
// --count: how often things happen in processes, for a time or for as long as a program runs.
#pragma once

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// Counts, and writes the report: to `output`, of a program to standard error, which leaves the program its
// standard output, or to the file that was asked for. Returns the exit code: that of the program; else 0, 1
// when there is no process to count, 3 when some that were named are gone.
[[nodiscard]] int show_count(const Request& request, const ProcFs& procfs, Output& output);

// For the schema: of a document, a sample, and its counts.
[[nodiscard]] std::vector<const Column*> count_document_columns();
[[nodiscard]] Columns count_sample_columns();
[[nodiscard]] Columns count_columns();

inline constexpr Shape kCountShape{.schema = "pageloupe.pstat-count/1",
                                   .sections = "samples",
                                   .section = "sample",
                                   .rows = "counts",
                                   .row = "count"};

}  // namespace pageloupe::pstat
