// SPDX-License-Identifier: MIT
#include "render/writer.h"

#include "render/csv.h"
#include "render/json.h"
#include "render/jsonl.h"
#include "render/prometheus.h"
#include "render/table.h"

namespace pageloupe {

std::unique_ptr<Writer> make_writer(Format format, Output& output, const Shape& shape,
                                    const WriterOptions& options) {
  switch (format) {
    case Format::table: return std::make_unique<TableWriter>(output, options);
    case Format::json: return std::make_unique<JsonWriter>(output, shape);
    case Format::jsonl: return std::make_unique<JsonLinesWriter>(output, shape);
    case Format::csv: return std::make_unique<CsvWriter>(output, options);
    case Format::prometheus: return std::make_unique<PrometheusWriter>(output);
  }
  std::unreachable();
}

}  // namespace pageloupe
