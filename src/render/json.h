// SPDX-License-Identifier: MIT
// One JSON document, a row a line, streamed.
#pragma once

#include "render/json_object.h"

namespace pageloupe {

class JsonWriter : public Writer {
 public:
  JsonWriter(Output& output, const Shape& shape) : output_(output), shape_(shape) {}

  void begin(const Facts& document) override;
  void begin_section(const Section& section, Columns columns) override;
  void row(std::span<const Value> values) override;
  void end_section(const Totals* totals, std::string_view summary) override;
  void end(std::span<const Problem> problems) override;

 private:
  [[nodiscard]] bool has_sections() const { return !shape_.sections.empty(); }

  Output& output_;
  Shape shape_;
  JsonKeys keys_;
  std::uint64_t sections_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace pageloupe
