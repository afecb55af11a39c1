// SPDX-License-Identifier: MIT
#include "pstat/shown.h"

namespace pageloupe::pstat {

std::expected<Shown, std::string> Shown::make(const Request& request, int pid_digits) {
  Shown shown;
  shown.pid_digits_ = pid_digits;
  shown.dashes_ = request.threads == Threads::below && request.format == Format::table;
  for (const auto& spec : request.columns) {
    if (const auto added = shown.add(spec); !added) return std::unexpected(added.error());
  }
  // Groups are ordered by columns of their own.
  for (const auto& key : request.group_by ? std::vector<SortKey>{} : request.sort) {
    if (const auto added = shown.add_order(key); !added) return std::unexpected(added.error());
  }
  return shown;
}

std::expected<void, std::string> Shown::add(const ColumnSpec& spec) {
  const auto field = find_field(process_fields(), spec.name);
  if (!field) return std::unexpected(unknown_column_message(field.error()));
  auto& column = columns_.emplace_back((*field)->column);
  column.header = spec.header ? headers_.emplace_back(*spec.header) : *heading_for(column, spec.name);
  if (column.look == Look::pid) column.width = pid_digits_;
  if (spec.width) column.width = *spec.width;
  pointers_.push_back(&column);
  fields_.push_back(*field);
  return {};
}

std::expected<void, std::string> Shown::add_order(const SortKey& key) {
  const auto field = find_field(process_fields(), key.column);
  if (!field) return std::unexpected(unknown_column_message(field.error()));
  const auto known = std::ranges::find(fields_, *field);
  order_.push_back({static_cast<std::size_t>(known - fields_.begin()), key.descending});
  if (known == fields_.end()) fields_.push_back(*field);
  return {};
}

namespace {

// Whose values ps leaves out of a row.
Whose dashed(const ProcessRow& row) { return row.process.memory_elsewhere ? Whose::process : Whose::thread; }

}  // namespace

bool Shown::needs_before() const {
  return std::ranges::any_of(fields_, [](const auto* field) { return field->column.needs_before; });
}

void Shown::evaluate(const ProcessRow& row, std::vector<Value>& values) const {
  values.resize(fields_.size());
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (dashes_ && fields_[i]->column.whose == dashed(row)) {
      values[i] = Errc::not_applicable;
    } else {
      fields_[i]->set(values[i], row);
    }
  }
}

}  // namespace pageloupe::pstat
