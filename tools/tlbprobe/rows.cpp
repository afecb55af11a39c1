// SPDX-License-Identifier: MIT
#include "tlbprobe/rows.h"

#include <algorithm>
#include <tuple>

#include "probe/wording.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr Bytes kTwoMib{2ULL << 20U};
constexpr Bytes kOneGib{1ULL << 30U};

// "full", "12", "8-15"; empty where unknown.
std::string ways_text(const TlbWays& ways) {
  if (ways.full) return "full";
  if (ways.low == 0) return {};
  return std::to_string(ways.low) + (ways.high == ways.low ? "" : "-" + std::to_string(ways.high));
}

std::vector<Bytes> pages_of(const TlbLevel& level, Bytes base_page) {
  std::vector<Bytes> pages;
  for (const auto size : kPageSizes) {
    // What AMD says of 4M pages it says of 2M pages too.
    const bool half = size == PageSize::m4 && level.pages.contains(PageSize::m2);
    if (level.pages.contains(size) && !half) pages.push_back(bytes(size));
  }
  if (pages.empty()) pages.push_back(base_page);
  return pages;
}

// Loads go through a data TLB, through one for loads, and through one for everything.
bool serves(TlbKind row, TlbKind kind) {
  if (row == kind) return true;
  const auto for_data = [](TlbKind one) {
    return one == TlbKind::data || one == TlbKind::load || one == TlbKind::unified;
  };
  return for_data(row) && for_data(kind);
}

class Table {
 public:
  Table(const Request& request, Bytes base_page) : request_(request), base_page_(base_page) {}

  void declare(const TlbLevel& level) {
    for (const auto page : pages_of(level, base_page_)) {
      if (!request_.wants(level.level, level.kind, page)) continue;
      auto& row = add(level.level, level.kind, page);
      if (level.entries) row.declared = *level.entries;
      row.declared_ways = ways_text(level.ways);
      row.declared_by = level.source;
      row.note = level.note;
    }
  }

  void publish(const TlbLevel& level) {
    for (const auto page : pages_of(level, base_page_)) {
      if (!request_.wants(level.level, level.kind, page)) continue;
      auto& row = find(level.level, level.kind, page);
      if (level.entries) row.published = *level.entries;
      row.published_ways = ways_text(level.ways);
      row.published_by = level.source;
    }
  }

  TlbRow* measured(std::uint8_t level, TlbKind kind, Bytes page) {
    return request_.wants(level, kind, page) ? &find(level, kind, page) : nullptr;
  }

  std::vector<TlbRow> take() {
    std::ranges::stable_sort(rows_, {}, [](const TlbRow& row) {
      const bool instruction = row.kind == TlbKind::instruction;
      return std::tuple(instruction, row.page_size, row.level);
    });
    return std::move(rows_);
  }
  std::vector<TlbRow>& rows() { return rows_; }

 private:
  TlbRow& add(std::uint8_t level, TlbKind kind, Bytes page) {
    auto& row = rows_.emplace_back();
    row.level = level;
    row.kind = kind;
    row.page_size = page;
    row.page_text = page_name(page);
    row.tlb = "L" + std::to_string(level) + " " + std::string(name(kind));
    return row;
  }

  TlbRow& find(std::uint8_t level, TlbKind kind, Bytes page) {
    const auto found = std::ranges::find_if(rows_, [&](const TlbRow& row) {
      return row.level == level && row.page_size == page && serves(row.kind, kind);
    });
    return found != rows_.end() ? *found : add(level, kind, page);
  }

  const Request& request_;
  Bytes base_page_;
  std::vector<TlbRow> rows_;
};

struct Penalty {
  double cycles = 0;
  double ns_per_cycle = 0;  // 0 if unknown
};

void set_penalty(TlbRow& row, Penalty penalty) {
  row.penalty_cycles = Number{penalty.cycles};
  row.penalty_ns = penalty.ns_per_cycle > 0 ? Cell<Number>(Number{penalty.cycles * penalty.ns_per_cycle})
                                            : std::unexpected(Errc::unsupported);
}

void set_measured(TlbRow& row, std::uint32_t entries, Confidence confidence, std::string_view doubt) {
  row.measured = entries;
  row.reach = Bytes{entries * row.page_size.value};
  row.confidence = name(confidence);
  row.note = doubt;
}

// In place of what the declaration says of itself: the reason is what people ask for.
void set_absent(TlbRow& row, const Error& why) {
  row.measured = std::unexpected(why.code);
  row.penalty_cycles = row.penalty_ns = std::unexpected(why.code);
  row.reach = std::unexpected(why.code);
  row.note = not_measured(why);
}

void measure_first(TlbRow& row, const Geometry& geometry, double ns_per_cycle) {
  if (!geometry.first) return set_absent(row, geometry.first.error());
  const auto& level = *geometry.first;
  set_measured(row, level.entries, level.confidence, level.doubt);
  if (level.ways) row.ways = std::to_string(*level.ways);
  if (!level.ways && level.ways_known) row.ways = "full";
  set_penalty(row, {level.penalty, ns_per_cycle});
}

void measure_second(TlbRow& row, const Geometry& geometry, double ns_per_cycle) {
  if (!geometry.second) {
    set_absent(row, geometry.second.error());
    const bool unseen = geometry.first && geometry.shape.has_knee && !geometry.shape.second_level;
    if (unseen) row.note = no_second_knee(geometry.facts.pages);
    return;
  }
  const auto& level = *geometry.second;
  set_measured(row, level.entries, level.confidence, level.doubt);
  if (level.ways) row.ways = std::to_string(*level.ways);
  if (!level.ways) {
    row.note +=
        "; between " + std::to_string(level.range_low()) + " and " + std::to_string(level.range_high());
  }
  set_penalty(row, {level.miss_cost, ns_per_cycle});
}

void measure(Table& table, const ProbeReport& report, Bytes base_page) {
  const auto& statistics = report.statistics;
  const auto ns = statistics.ticks_per_ns > 0 ? statistics.ticks_per_cycle / statistics.ticks_per_ns : 0.0;
  for (const auto& part : parts_of(report, base_page)) {
    for (const auto level : {std::uint8_t{1}, std::uint8_t{2}}) {
      auto* row = table.measured(level, part.kind, part.page_size);
      if (row == nullptr) continue;
      if (part.geometry == nullptr) {
        set_absent(*row, part.why);
      } else if (level == 1) {
        measure_first(*row, *part.geometry, ns);
      } else {
        measure_second(*row, *part.geometry, ns);
      }
    }
  }
  for (auto& row : table.rows()) {
    if (row.measured || row.measured.error() != Errc::not_sampled || !row.note.empty()) continue;
    row.note = row.kind == TlbKind::store ? "not measured: stores are not timed"
                                          : "not measured: no pages of this size are timed";
  }
}

}  // namespace

std::string page_name(Bytes size) {
  for (const auto known : kPageSizes) {
    if (bytes(known) == size) return std::string(name(known));
  }
  return std::to_string(size.value / 1024) + "K";
}

std::vector<MeasuredPart> parts_of(const ProbeReport& report, Bytes base_page) {
  std::vector<MeasuredPart> parts{{.geometry = &report.base, .page_size = base_page}};
  const auto add = [&](const Result<Geometry>& geometry, Bytes page) {
    auto& part = parts.emplace_back(MeasuredPart{.page_size = page});
    if (geometry) part.geometry = &*geometry;
    if (!geometry) part.why = geometry.error();
  };
  add(report.huge_2m, kTwoMib);
  add(report.huge_1g, kOneGib);
  auto& code = parts.emplace_back(MeasuredPart{.kind = TlbKind::instruction, .page_size = base_page});
  if (report.code) code.geometry = &report.code->geometry;
  if (!report.code) code.why = report.code.error();
  return parts;
}

std::vector<TlbRow> make_rows(const Request& request, const Machine& machine, Bytes base_page,
                              const ProbeReport* report) {
  Table table(request, base_page);
  for (const auto& level : machine.declared) table.declare(level);
  for (const auto& level : machine.published) table.publish(level);
  if (report != nullptr) {
    measure(table, *report, base_page);
  } else {
    for (auto& row : table.rows()) {
      if (const auto entries = row.best()) row.reach = Bytes{*entries * row.page_size.value};
    }
  }
  return table.take();
}

}  // namespace pageloupe::tlbprobe
