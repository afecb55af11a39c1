// SPDX-License-Identifier: MIT
#include "render/json_object.h"

#include <algorithm>

#include "render/format.h"

namespace pageloupe {
namespace {

void append_member(Buffer& buffer, std::string_view key, const Value& value) {
  append(buffer, key);
  if (append_json_value(buffer, value)) return;
  const auto quoted = key.substr(key.find('"') + 1);
  append(buffer, ",\"");
  append(buffer, quoted.substr(0, quoted.size() - 2));
  append(buffer, "_base64\":\"");
  append_base64(buffer, std::get<std::string_view>(value));
  buffer.push_back('"');
}

}  // namespace

JsonKeys::JsonKeys(Columns columns) {
  keys_.reserve(columns.size());
  for (const auto* column : columns) {
    const auto key = (keys_.empty() ? "\"" : ",\"") + machine_name(*column) + "\":";
    const bool repeated = std::ranges::any_of(keys_, [&key](std::string_view before) {
      return !before.empty() && before.substr(before.find('"')) == key.substr(key.find('"'));
    });
    keys_.push_back(repeated ? std::string{} : key);
  }
  kept_ = KeptRow(keys_.size());
}

void JsonKeys::append_members(Buffer& buffer, std::span<const Value> values) {
  kept_.append(buffer, values, [&](std::size_t i) {
    if (!keys_[i].empty()) append_member(buffer, keys_[i], values[i]);
  });
}

void append_json_key(Buffer& buffer, std::string_view name) {
  append_json_string(buffer, name);
  buffer.push_back(':');
}

void append_json_problem(Buffer& buffer, const Problem& problem) {
  append(buffer, "{\"pid\":");
  append_json_value(buffer, problem.pid ? Value(*problem.pid) : Value(Errc::not_applicable));
  append(buffer, ",\"subject\":");
  append_json_string(buffer, problem.subject);
  append(buffer, ",\"reason\":");
  append_json_string(buffer, name(problem.code));
  append(buffer, ",\"message\":");
  append_json_string(buffer, problem.message);
  buffer.push_back('}');
}

void append_json_totals(Buffer& buffer, const Totals& totals) {
  append_format(buffer, "{{\"rows\":{}", totals.rows());
  for (std::size_t i = 0; i < totals.columns().size(); ++i) {
    const auto& column = *totals.columns()[i];
    const auto before = totals.columns().first(i);
    const bool repeated = std::ranges::find(before, column.name, &Column::name) != before.end();
    const bool has_total = column.fold == Fold::sum || has_value(totals.values()[i]);
    if (!has_total || repeated) continue;
    buffer.push_back(',');
    append_json_key(buffer, machine_name(column));
    append_json_value(buffer, totals.values()[i]);
    if (totals.missing(i) != 0) append_format(buffer, ",\"{}_missing\":{}", column.name, totals.missing(i));
  }
  buffer.push_back('}');
}

}  // namespace pageloupe
