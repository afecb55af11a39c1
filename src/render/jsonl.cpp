// SPDX-License-Identifier: MIT
#include "render/jsonl.h"

#include "render/format.h"

namespace pageloupe {

void JsonLinesWriter::begin_record(std::string_view record) {
  append(output_.buffer(), "{\"record\":");
  append_json_string(output_.buffer(), record);
  output_.buffer().push_back(',');
}

void JsonLinesWriter::begin(const Facts& document) {
  auto& buffer = output_.buffer();
  begin_record("document");
  append(buffer, "\"schema\":");
  append_json_string(buffer, shape_.schema);
  if (!document.columns.empty()) buffer.push_back(',');
  JsonKeys(document.columns).append_members(buffer, document.values);
  append(buffer, "}\n");
}

void JsonLinesWriter::begin_section(const Section& section, Columns columns) {
  auto& buffer = output_.buffer();
  keys_ = JsonKeys(columns);
  section_link_.clear();
  if (!shape_.sections.empty() && !section.facts.columns.empty()) {
    Buffer link;
    JsonKeys(section.facts.columns.first(1)).append_members(link, section.facts.values);
    section_link_ = std::string(link.data(), link.size()) + ",";
    begin_record(shape_.section);
    JsonKeys(section.facts.columns).append_members(buffer, section.facts.values);
    append(buffer, "}\n");
  }
  row_prefix_ = format_text("{{\"record\":\"{}\",{}", shape_.row, section_link_);
}

void JsonLinesWriter::row(std::span<const Value> values) {
  auto& buffer = output_.buffer();
  append(buffer, row_prefix_);
  keys_.append_members(buffer, values);
  append(buffer, "}\n");
  output_.written();
}

void JsonLinesWriter::end_section(const Totals* totals, std::string_view /*summary*/) {
  if (totals == nullptr) return;
  auto& buffer = output_.buffer();
  begin_record("totals");
  append(buffer, section_link_);
  append(buffer, "\"totals\":");
  append_json_totals(buffer, *totals);
  append(buffer, "}\n");
}

void JsonLinesWriter::end(std::span<const Problem> problems) {
  for (const auto& problem : problems) {
    begin_record("error");
    append(output_.buffer(), "\"error\":");
    append_json_problem(output_.buffer(), problem);
    append(output_.buffer(), "}\n");
  }
  output_.flush();
}

}  // namespace pageloupe
