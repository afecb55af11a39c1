// SPDX-License-Identifier: MIT
// The map of processes through the table of fields: any columns, order, filter, groups and format.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "field/totals.h"
#include "ppmap/process_head.h"
#include "ppmap/request.h"

namespace pageloupe::ppmap {

// What the tool does for one process after the other.
class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  virtual ~Report() = default;

  virtual void begin(const Facts& document) = 0;
  // Errors: no_memory, after its place was shown without rows; those of the map itself, and what was shown
  // before them stays.
  [[nodiscard]] virtual Result<void> show(const OpenProcess& process) = 0;
  virtual void end(std::span<const Problem> problems) = 0;
  // Writes what goes into files of its own, after all were shown. Returns those that could not be written.
  [[nodiscard]] virtual std::vector<Problem> write_files() { return {}; }
};

// Begins the section of a process; under -q with the title that stays of all headings.
void begin_table(Writer& writer, Output& output, const Request& request, const Section& section,
                 Columns columns);

[[nodiscard]] constexpr std::unexpected<Error> no_memory() {
  return std::unexpected(Error{.code = Errc::no_memory, .file = "maps"});
}

[[nodiscard]] std::unique_ptr<Report> make_map_report(const Request& request, const ProcFs& procfs,
                                                      Output& output);

inline constexpr Shape kMapShape{.schema = "pageloupe.ppmap/1",
                                 .sections = "processes",
                                 .section = "process",
                                 .rows = "mappings",
                                 .row = "mapping"};
inline constexpr Shape kPagesShape{.schema = "pageloupe.ppmap-pages/1",
                                   .sections = "processes",
                                   .section = "process",
                                   .rows = "mappings",
                                   .row = "mapping"};
inline constexpr Shape kNumaShape{.schema = "pageloupe.ppmap-numa/1",
                                  .sections = "processes",
                                  .section = "process",
                                  .rows = "mappings",
                                  .row = "mapping"};
inline constexpr Shape kWssShape{.schema = "pageloupe.ppmap-wss/1",
                                 .sections = "processes",
                                 .section = "process",
                                 .rows = "mappings",
                                 .row = "mapping"};
inline constexpr Shape kGroupShape{.schema = "pageloupe.ppmap-groups/1",
                                   .sections = "processes",
                                   .section = "process",
                                   .rows = "groups",
                                   .row = "group"};

}  // namespace pageloupe::ppmap
