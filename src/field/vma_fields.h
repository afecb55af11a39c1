// SPDX-License-Identifier: MIT
// The columns of ppmap: what can be said of one mapping.
#pragma once

#include <deque>

#include "field/field.h"
#include "sample/process_map.h"

namespace pageloupe {

[[nodiscard]] FieldSpan<VmaRow> vma_fields();

// The table above, and a column for each key of smaps that only a later kernel than this program has: under
// its own name, in lower case.
class VmaFieldTable {
 public:
  VmaFieldTable() : VmaFieldTable(std::vector<SmapsReader::UnknownKey>{}) {}
  explicit VmaFieldTable(const std::vector<SmapsReader::UnknownKey>& unknown);

  [[nodiscard]] FieldSpan<VmaRow> fields() const { return fields_; }

 private:
  std::vector<Field<VmaRow>> fields_;
  std::deque<std::string> names_;  // what the columns' views show
};

}  // namespace pageloupe
