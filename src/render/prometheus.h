// SPDX-License-Identifier: MIT
// Prometheus's text format 0.0.4, as node_exporter's textfile collector reads it. Texts are labels and
// numbers are samples: the facts of the document those of pageloupe_build_info, the facts of a section
// samples of their own, under the labels of the section's texts. What has no value has no sample, and nothing
// has a timestamp.
#pragma once

#include <string>
#include <vector>

#include "render/writer.h"

namespace pageloupe {

// "pageloupe_pss_bytes", "pageloupe_time_seconds_total": the column's name, its base unit, and _total where
// it counts up.
[[nodiscard]] std::string metric_name(const Column& column);

// Whether the column's values are numbers that can be samples.
[[nodiscard]] bool is_metric(const Column& column);

// A text, or why there is none, as the value of a label reads: valid UTF-8 whose every character can be seen.
// Different texts may read the same.
[[nodiscard]] std::string label_text(const Value& value);

class PrometheusWriter : public Writer {
 public:
  explicit PrometheusWriter(Output& output) : output_(output) {}

  void begin(const Facts& document) override;
  void begin_section(const Section& section, Columns columns) override;
  void row(std::span<const Value> values) override;
  void end_section(const Totals* totals, std::string_view summary) override;
  // All samples of a name stand together, so that they are written here.
  void end(std::span<const Problem> problems) override;

 private:
  struct Family {
    std::string name{};
    std::string_view help{};
    bool counter = false;
    Buffer samples{};
  };

  // Its place in families_.
  [[nodiscard]] std::size_t family(const Column& column);
  void add_sample(std::size_t family, std::string_view labels, const Value& value);

  Output& output_;
  std::vector<Family> families_;
  std::vector<const Column*> columns_;
  std::vector<std::size_t> family_of_;  // for each column
};

}  // namespace pageloupe
