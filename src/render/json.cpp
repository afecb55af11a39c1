// SPDX-License-Identifier: MIT
#include "render/json.h"

namespace pageloupe {

void JsonWriter::begin(const Facts& document) {
  auto& buffer = output_.buffer();
  append(buffer, "{\"schema\":");
  append_json_string(buffer, shape_.schema);
  if (!document.columns.empty()) buffer.push_back(',');
  JsonKeys(document.columns).append_members(buffer, document.values);
  if (!has_sections()) return;
  append(buffer, ",\n");
  append_json_key(buffer, shape_.sections);
  buffer.push_back('[');
}

void JsonWriter::begin_section(const Section& section, Columns columns) {
  auto& buffer = output_.buffer();
  keys_ = JsonKeys(columns);
  rows_ = 0;
  if (has_sections()) {
    append(buffer, sections_++ == 0 ? "\n{" : ",\n{");
    JsonKeys(section.facts.columns).append_members(buffer, section.facts.values);
  }
  if (!has_sections() || !section.facts.columns.empty()) append(buffer, ",\n");
  append_json_key(buffer, shape_.rows);
  buffer.push_back('[');
}

void JsonWriter::row(std::span<const Value> values) {
  auto& buffer = output_.buffer();
  append(buffer, rows_++ == 0 ? "\n{" : ",\n{");
  keys_.append_members(buffer, values);
  buffer.push_back('}');
  output_.written();
}

void JsonWriter::end_section(const Totals* totals, std::string_view /*summary*/) {
  auto& buffer = output_.buffer();
  append(buffer, rows_ == 0 ? "]" : "\n]");
  if (totals != nullptr) {
    append(buffer, ",\n\"totals\":");
    append_json_totals(buffer, *totals);
  }
  if (has_sections()) buffer.push_back('}');
}

void JsonWriter::end(std::span<const Problem> problems) {
  auto& buffer = output_.buffer();
  if (has_sections()) append(buffer, sections_ == 0 ? "]" : "\n]");
  append(buffer, ",\n\"errors\":[");
  bool first = true;
  for (const auto& problem : problems) {
    if (!std::exchange(first, false)) buffer.push_back(',');
    append(buffer, "\n");
    append_json_problem(buffer, problem);
  }
  append(buffer, "]}\n");
  output_.flush();
}

}  // namespace pageloupe
