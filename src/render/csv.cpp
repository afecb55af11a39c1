// SPDX-License-Identifier: MIT
#include "render/csv.h"

namespace pageloupe {

void CsvWriter::begin(const Facts& /*document*/) {}

void CsvWriter::begin_section(const Section& section, Columns columns) {
  std::string header;
  prefix_.clear();
  kept_ = KeptRow(columns.size());
  if (!section.facts.columns.empty()) {
    Buffer value;
    append_csv_value(value, section.facts.values.front(), style_);
    prefix_ = std::string(value.data(), value.size()) + ",";
    header = machine_name(*section.facts.columns.front()) + ",";
  }
  // A section that can have no rows, as of a process that may not be read, leaves no trace.
  if (columns.empty()) return;
  for (const auto* column : columns) header += machine_name(*column) + ",";
  header.back() = '\r';
  header += '\n';
  if (headings_ && header != header_) append(output_.buffer(), header);
  header_ = std::move(header);
}

void CsvWriter::row(std::span<const Value> values) {
  auto& buffer = output_.buffer();
  append(buffer, prefix_);
  kept_.append(buffer, values, [&](std::size_t i) {
    if (i != 0) buffer.push_back(',');
    append_csv_value(buffer, values[i], style_);
  });
  append(buffer, "\r\n");
  output_.written();
}

void CsvWriter::end_section(const Totals* /*totals*/, std::string_view /*summary*/) {}

void CsvWriter::end(std::span<const Problem> /*problems*/) { output_.flush(); }

}  // namespace pageloupe
