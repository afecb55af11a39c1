// SPDX-License-Identifier: MIT
#include "ppmap/cost_report.h"

#include <unistd.h>

#include "render/format.h"
#include "sample/reading_cost.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kCostColumns = std::to_array<Column>({
    {.name = "file", .header = "FILE", .help = "what is read", .type = Type::text, .width = 12},
    {.name = "time", .header = "TIME", .help = "how long all of it takes", .type = Type::duration},
    {.name = "longest",
     .header = "LONGEST",
     .help = "the longest call: so long the process may wait when it maps memory",
     .type = Type::duration},
    {.name = "calls", .header = "CALLS", .help = "calls of the kernel", .type = Type::count},
    {.name = "time_per_gib",
     .header = "PER GIB",
     .help = "the time for each GiB that is resident",
     .type = Type::duration},
    {.name = "views", .header = "READ BY", .help = "the views that read it", .type = Type::text},
});
constexpr auto kColumnPointers = pointers_to(kCostColumns);

using Measure = Result<ReadingCost> (*)(const PidDir&);

template <const auto& kFile>
Result<ReadingCost> text_cost(const PidDir& dir) {
  return cost_of_text(dir, kFile);
}

constexpr char kStatm[] = "statm";
constexpr char kMaps[] = "maps";
constexpr char kNumaMaps[] = "numa_maps";
constexpr char kRollup[] = "smaps_rollup";
constexpr char kSmaps[] = "smaps";

Result<ReadingCost> pagemap_cost(const PidDir& dir) {
  return cost_of_pagemap(dir, Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))});
}

struct Reading {
  std::string_view file;
  std::string_view views;
  Measure measure;
};

// The cheapest first.
constexpr auto kReadings = std::to_array<Reading>({
    {"statm", "ptop, pstat: VSZ, RSS", text_cost<kStatm>},
    {"maps", "ppmap -d, --limits, and all others", text_cost<kMaps>},
    {"PAGEMAP_SCAN", "ppmap --gentle, which rests in between", cost_of_scan},
    {"pagemap", "ppmap --pages; pstat --footprint, --cow", pagemap_cost},
    {"numa_maps", "ppmap --numa", text_cost<kNumaMaps>},
    {"smaps_rollup", "ptop, pstat: PSS, USS, SWAP", text_cost<kRollup>},
    {"smaps", "ppmap, -x, -X, --by, --tlb, --wss", text_cost<kSmaps>},
});

// A process that maps memory waits so long at most; shorter waits nobody notices.
constexpr Nanoseconds kNoticed{3'000'000};

std::string milliseconds(Nanoseconds time) {
  return format_text("{:.2f} ms", static_cast<double>(time.value) / 1e6);
}

class CostReport : public Report {
 public:
  CostReport(const Request& request, Output& output)
      : request_(request),
        output_(output),
        writer_(make_writer(request.format, output, kCostShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  void write(const Reading& reading, const Result<ReadingCost>& cost, Bytes resident);

  Request request_;
  Output& output_;
  std::unique_ptr<Writer> writer_;
};

void CostReport::write(const Reading& reading, const Result<ReadingCost>& cost, Bytes resident) {
  std::array<Value, kCostColumns.size()> values{reading.file};
  values.back() = reading.views;
  for (std::size_t i = 1; !cost && i + 1 < values.size(); ++i) values[i] = cost.error().code;
  if (cost) {
    const auto gib = static_cast<double>(resident.value) / static_cast<double>(1ULL << 30);
    values[1] = cost->time;
    values[2] = cost->longest;
    values[3] = cost->calls;
    values[4] =
        resident == Bytes{}
            ? Value(Errc::not_applicable)
            : Value(Nanoseconds{static_cast<std::uint64_t>(static_cast<double>(cost->time.value) / gib)});
  }
  if (request_.format != Format::table) return writer_->row(values);
  // A table's durations are in hundredths of a second, which is much here.
  std::array<std::string, kCostColumns.size()> texts;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto* const time = std::get_if<Nanoseconds>(&values[i]);
    if (time == nullptr) continue;
    texts[i] = milliseconds(*time);
    values[i] = std::string_view(texts[i]);
  }
  writer_->row(values);
}

// "While smaps is read, the process may wait 70.1 ms …: --gentle takes 0.3 ms at a time."
std::string advice(std::span<const Result<ReadingCost>> costs) {
  const auto& smaps = costs.back();
  const auto& scan = costs[2];
  if (!smaps) return {};
  if (smaps->longest < kNoticed) {
    return "the process may wait " + milliseconds(smaps->longest) +
           " when it maps memory while smaps is read: all views may be used\n";
  }
  auto text = "the process may wait " + milliseconds(smaps->longest) +
              " when it maps memory while smaps is read, and longer if it is read again and again";
  if (scan) text += ";\n--gentle takes " + milliseconds(scan->longest) + " at a time";
  return text + "\n";
}

Result<void> CostReport::show(const OpenProcess& process) {
  const auto facts = head_values(process.head);
  const auto heading = title(process.head);
  const Section section{{head_columns(), facts}, heading};
  if (!process.head.has_memory()) {
    begin_table(*writer_, output_, request_, section, {});
    writer_->end_section(nullptr, process.head.absence);
    return no_memory();
  }
  std::vector<Result<ReadingCost>> costs;
  for (const auto& reading : kReadings) {
    costs.push_back(reading.measure(process.dir));
    if (!costs.back() && costs.back().error().code == Errc::gone)
      return std::unexpected(costs.back().error());
  }
  // What was denied of maps is denied of all that matters.
  if (!costs[1]) return std::unexpected(costs[1].error());
  begin_table(*writer_, output_, request_, section, kColumnPointers);
  for (std::size_t i = 0; i < costs.size(); ++i)
    write(kReadings[i], costs[i], process.head.rss + process.head.hugetlb);
  writer_->end_section(nullptr, advice(costs));
  return {};
}

}  // namespace

Columns cost_columns() { return kColumnPointers; }

std::unique_ptr<Report> make_cost_report(const Request& request, Output& output) {
  return std::make_unique<CostReport>(request, output);
}

}  // namespace pageloupe::ppmap
