// SPDX-License-Identifier: MIT
// Typed rows to text. A document has facts, sections with facts of their own (a process), rows in them (its
// mappings), totals, and at the end the problems met.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "field/totals.h"
#include "render/cell.h"

namespace pageloupe {

enum class Format : std::uint8_t { table, json, jsonl, csv, prometheus };

struct FormatName {
  Format format;
  std::string_view name;
};
inline constexpr auto kFormats = std::to_array<FormatName>({
    {Format::table, "table"},
    {Format::json, "json"},
    {Format::jsonl, "jsonl"},
    {Format::csv, "csv"},
    {Format::prometheus, "prometheus"},  // of groups, which pstat alone has
});

// What the parts are called in JSON. Without `sections` the rows stand in the document itself.
struct Shape {
  std::string_view schema;    // "pageloupe.ppmap/1"
  std::string_view sections;  // "processes"
  std::string_view section;   // "process"
  std::string_view rows;      // "mappings"
  std::string_view row;       // "mapping"
};

using Columns = std::span<const Column* const>;

// Named values, in the order of their columns.
struct Facts {
  Columns columns{};
  std::span<const Value> values{};
};

// What could not be delivered, and why.
struct Problem {
  std::optional<std::int64_t> pid{};
  std::string subject{};  // the file, column or operand it concerns
  Errc code = Errc::io;
  std::string message{};  // for people
};

struct Section {
  Facts facts{};
  std::string_view title{};  // the line above a table; strangers' bytes are escaped
};

class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  virtual ~Writer() = default;

  virtual void begin(const Facts& document) = 0;
  virtual void begin_section(const Section& section, Columns columns) = 0;
  virtual void row(std::span<const Value> values) = 0;
  // `totals` may be nullptr; `summary` is lines of text below a table.
  virtual void end_section(const Totals* totals, std::string_view summary) = 0;
  virtual void end(std::span<const Problem> problems) = 0;
};

struct WriterOptions {
  bool headings = true;
  bool footer = true;  // totals and summary of a table
  // As ps: every column has its own width, a longer number pushes what follows, a longer text is cut. Else
  // the widths are learnt from the rows.
  bool fixed_widths = false;
  std::size_t line_width = 0;  // longer lines are cut; 0 for none
  CellStyle cell{};
};

[[nodiscard]] std::unique_ptr<Writer> make_writer(Format format, Output& output, const Shape& shape,
                                                  const WriterOptions& options);

}  // namespace pageloupe
