// SPDX-License-Identifier: MIT
// Rows to the output, in every format.
#pragma once

#include <span>
#include <vector>

#include "tlbprobe/facts.h"
#include "tlbprobe/measure.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {

inline constexpr Shape kLevelsShape{
    .schema = "pageloupe.tlbprobe/1", .sections = "", .section = "", .rows = "levels", .row = "level"};
inline constexpr Shape kReachShape{
    .schema = "pageloupe.tlbprobe.reach/1", .sections = "", .section = "", .rows = "levels", .row = "level"};

// What stands around the rows.
struct ReportText {
  Facts facts{};
  std::string heading{};    // lines above the table
  std::string footnotes{};  // below it
};

// The rows of `request`'s columns, filter and order. With a measurement, its samples too where the format has
// room for them.
void write_levels(const Request& request, Output& output, const ReportText& text,
                  std::span<const TlbRow> rows, const Measurement* measurement, Bytes base_page,
                  std::span<const Problem> problems);
void write_reach(const Request& request, Output& output, const ReportText& text,
                 std::span<const ReachRow> rows, std::span<const Problem> problems);

}  // namespace pageloupe::tlbprobe
