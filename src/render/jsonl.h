// SPDX-License-Identifier: MIT
// JSON Lines: an object a line, each with "record", which says what it is.
#pragma once

#include "render/json_object.h"

namespace pageloupe {

class JsonLinesWriter : public Writer {
 public:
  JsonLinesWriter(Output& output, const Shape& shape) : output_(output), shape_(shape) {}

  void begin(const Facts& document) override;
  void begin_section(const Section& section, Columns columns) override;
  void row(std::span<const Value> values) override;
  void end_section(const Totals* totals, std::string_view summary) override;
  void end(std::span<const Problem> problems) override;

 private:
  // Begins `{"record":"…"` with what tells the section apart: its first fact.
  void begin_record(std::string_view record);

  Output& output_;
  Shape shape_;
  JsonKeys keys_;
  std::string row_prefix_;    // `{"record":"mapping","pid":7,`
  std::string section_link_;  // `"pid":7,`
};

}  // namespace pageloupe
