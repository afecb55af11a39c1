// SPDX-License-Identifier: MIT
// A table of fields described by itself: --columns, the COLUMNS section of a man page, the JSON schema.
#pragma once

#include "render/writer.h"

namespace pageloupe {

// --columns: a row for each column, in any format.
void describe_columns(Columns columns, Format format, Output& output, const WriterOptions& options);

// The COLUMNS section in mdoc(7): a list, without its heading.
void describe_columns_mdoc(Columns columns, Buffer& buffer);

// JSON Schema 2020-12 of the documents that JsonWriter writes with that shape.
struct SchemaParts {
  std::string_view title;
  Columns document;
  Columns section;
  Columns row;
  Columns section_more{};       // facts that a section has when they are asked for
  std::string_view row_more{};  // properties of a row that are no columns, as JSON
};
void describe_schema(const Shape& shape, const SchemaParts& parts, Buffer& buffer);

// "bytes", "per cent", "ns": what a number counts; empty where it has no unit.
[[nodiscard]] std::string_view unit_of(Type type);

// "PID/smaps: Pss", the kernel files and keys a column comes from.
[[nodiscard]] std::string source_of(const Column& column);

}  // namespace pageloupe
