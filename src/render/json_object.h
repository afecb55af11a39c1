// SPDX-License-Identifier: MIT
// The members of a JSON object that hold named values.
#pragma once

#include <string>
#include <vector>

#include "render/kept_row.h"
#include "render/writer.h"

namespace pageloupe {

// `"rss_bytes":`, once for each column rather than once for each cell.
class JsonKeys {
 public:
  JsonKeys() = default;
  explicit JsonKeys(Columns columns);

  // Appends `"a":1,"b":null`. A text with bytes that JSON cannot hold has a second member, "b_base64".
  void append_members(Buffer& buffer, std::span<const Value> values);

 private:
  // With the comma before all but the first; empty for a column that was there before, as an object has each
  // member once.
  std::vector<std::string> keys_;
  KeptRow kept_;  // each cell with its key
};

// Appends `"name":`.
void append_json_key(Buffer& buffer, std::string_view name);

// Appends the problem as an object.
void append_json_problem(Buffer& buffer, const Problem& problem);

// Appends the sums of the columns that may be summed, and how many rows they leave out, as an object.
void append_json_totals(Buffer& buffer, const Totals& totals);

}  // namespace pageloupe
