// SPDX-License-Identifier: MIT
// RFC 4180: a header line, base units. Where there are sections, each row begins with its section's first
// fact.
#pragma once

#include <string>

#include "render/kept_row.h"
#include "render/writer.h"

namespace pageloupe {

class CsvWriter : public Writer {
 public:
  CsvWriter(Output& output, const WriterOptions& options)
      : output_(output), headings_(options.headings), style_(options.cell.text) {}

  void begin(const Facts& document) override;
  void begin_section(const Section& section, Columns columns) override;
  void row(std::span<const Value> values) override;
  void end_section(const Totals* totals, std::string_view summary) override;
  void end(std::span<const Problem> problems) override;

 private:
  Output& output_;
  bool headings_;
  TextStyle style_;
  std::string header_;  // as it was last written
  std::string prefix_;
  KeptRow kept_;  // each cell with the comma before it
};

}  // namespace pageloupe
