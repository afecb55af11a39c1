// SPDX-License-Identifier: MIT
// The changes between two maps as rows of a table: chosen, ordered, summed up.
#pragma once

#include <optional>
#include <string>

#include "field/totals.h"
#include "ppmap/change_request.h"

namespace pageloupe::ppmap {

// Two maps and what differs; all of it outlives the rows.
struct ComparedMaps {
  const MapSnapshot& before;
  const MapSnapshot& after;
  const MapDiff& diff;
  // What differs from the first map of a watching to `after`; nothing where it is not watched.
  const MapDiff* since_start = nullptr;
};

class ChangeRows {
 public:
  explicit ChangeRows(const Request& request);

  // What has to be kept of a map for the columns, the order and the filter.
  [[nodiscard]] MeasureSet measures() const { return measures_; }
  [[nodiscard]] Columns columns() const { return columns_; }

  // Chooses the rows; returns how many there are.
  std::size_t choose(const ComparedMaps& maps);
  // Writes those that were chosen, in their order.
  void write(Writer& writer);
  [[nodiscard]] const Totals& totals() const { return totals_; }

 private:
  void choose_kinds(const ComparedMaps& maps);
  void choose_changes(const ComparedMaps& maps);
  void consider(const MapChangeRow& row);

  FieldSpan<MapChangeRow> fields_;
  Selection<MapChangeRow> selection_;
  std::vector<const Column*> columns_;
  SortKey sort_;
  std::optional<Filter> filter_;
  MeasureSet measures_;
  bool by_kind_;
  std::vector<MapChange> kinds_;  // sums of kinds as changes
  std::vector<MapChangeRow> rows_;
  std::vector<std::pair<Value, std::uint32_t>> order_;
  std::vector<Value> values_;
  Totals totals_;
};

// The columns and values of the maps as wholes: how many mappings, and each measure before, now, and grown.
[[nodiscard]] std::vector<const Column*> map_total_columns();
void append_map_totals(const MapSnapshot& before, const MapSnapshot& after, std::vector<Value>& to);

// "3 changes (1 appeared, 2 grew), 340 mappings as before: size +4M, RSS +2M", and a line for the kinds of
// mappings whose memory changed most.
[[nodiscard]] std::string change_summary(const ComparedMaps& maps, bool in_bytes);

}  // namespace pageloupe::ppmap
