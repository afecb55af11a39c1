// SPDX-License-Identifier: MIT
// The columns of ppmap: what can be said of one mapping.
#pragma once

#include <deque>

#include "field/field.h"
#include "sample/process_map.h"

namespace pageloupe {

[[nodiscard]] FieldSpan<VmaRow> vma_fields();

// Those of them that maps alone tells: where a mapping is and what it is.
[[nodiscard]] std::vector<Field<VmaRow>> place_fields();

// The table above, and a column for each key of smaps that only a later kernel than this program has: under
// its own name, in lower case.
class VmaFieldTable {
 public:
  // `known`: vma_fields(), or another table of which such columns are to be a part.
  explicit VmaFieldTable(FieldSpan<VmaRow> known, const std::vector<SmapsReader::UnknownKey>& unknown = {});

  [[nodiscard]] FieldSpan<VmaRow> fields() const { return fields_; }

 private:
  std::vector<Field<VmaRow>> fields_;
  std::deque<std::string> names_;  // what the columns' views show
};

}  // namespace pageloupe
