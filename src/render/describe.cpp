// SPDX-License-Identifier: MIT
#include "render/describe.h"

#include "render/format.h"
#include "render/json_object.h"

namespace pageloupe {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "name", .header = "NAME", .help = "for -o, --sort, --filter", .type = Type::text},
    {.name = "key", .header = "JSON KEY", .help = "in JSON and CSV", .type = Type::text},
    {.name = "unit", .header = "UNIT", .help = "of the number", .type = Type::text},
    {.name = "sum", .header = "SUM", .help = "may be added up", .type = Type::flag},
    {.name = "source", .header = "SOURCE", .help = "the kernel's file and key", .type = Type::text},
    {.name = "aliases", .header = "ALSO", .help = "other names for -o", .type = Type::text},
    {.name = "help", .header = "MEANING", .help = "what it says", .type = Type::text},
});
constexpr auto kColumnPointers = pointers_to(kColumns);

constexpr Shape kShape{
    .schema = "pageloupe.columns/1", .sections = "", .section = "", .rows = "columns", .row = "column"};

std::string_view json_type(Type type) {
  switch (type) {
    case Type::flag: return "boolean";
    case Type::percent:
    case Type::rate:
    case Type::number: return "number";
    case Type::count:
    case Type::integer:
    case Type::bytes:
    case Type::byte_change:
    case Type::timestamp:
    case Type::duration: return "integer";
    case Type::none:
    case Type::address:
    case Type::inode:
    case Type::device:
    case Type::text: return "string";
  }
  std::unreachable();
}

// The properties of an object that holds those columns, without braces.
void append_properties(Buffer& buffer, Columns columns) {
  bool first = true;
  for (const auto* column : columns) {
    if (!std::exchange(first, false)) buffer.push_back(',');
    append_json_key(buffer, machine_name(*column));
    append(buffer, "{\"type\":[");
    append_json_string(buffer, json_type(column->type));
    append(buffer, ",\"null\"],\"description\":");
    append_json_string(buffer, column->help);
    buffer.push_back('}');
    if (column->type != Type::text) continue;
    buffer.push_back(',');
    append_json_key(buffer, machine_name(*column) + "_base64");
    append(buffer, R"({"type":"string","description":"the bytes, where they are no UTF-8"})");
  }
}

void append_rows_schema(Buffer& buffer, const Shape& shape, Columns row, std::string_view more) {
  append_json_key(buffer, shape.rows);
  append(
      buffer,
      R"({"type":"array","items":{"type":"object","additionalProperties":{"type":["number","null"]},"properties":{)");
  append_properties(buffer, row);
  if (!more.empty()) buffer.push_back(',');
  append(buffer, more);
  append(
      buffer,
      R"(}}},"totals":{"type":"object","required":["rows"],"additionalProperties":{"type":["number","null"]}})");
}

constexpr std::string_view kErrorsSchema =
    R"("errors":{"type":"array","items":{"type":"object","required":["pid","subject","reason","message"],)"
    R"("properties":{"pid":{"type":["integer","null"]},"subject":{"type":"string"},"reason":{"enum":)"
    R"(["not_applicable","not_sampled","not_recorded","no_previous","gone","no_memory","denied","unsupported","blocked",)"
    R"("no_pmu","event_missing","not_scheduled","did_not_run","counter_stuck","no_descriptors",)"
    R"("malformed","io"]},"message":{"type":"string"}}}})";

// mdoc reads a dot or an apostrophe at the start of a line as a request, and a backslash as an escape.
void append_mdoc(Buffer& buffer, std::string_view text) {
  for (const char c : text) append(buffer, c == '\\' ? std::string_view("\\e") : std::string_view(&c, 1));
}

}  // namespace

std::string_view unit_of(Type type) {
  switch (type) {
    case Type::bytes:
    case Type::byte_change: return "bytes";
    case Type::percent: return "per cent";
    case Type::duration: return "ns";
    case Type::timestamp: return "ns since the epoch";
    case Type::rate: return "per second";
    case Type::none:
    case Type::flag:
    case Type::number:
    case Type::count:
    case Type::integer:
    case Type::address:
    case Type::inode:
    case Type::device:
    case Type::text: return "";
  }
  std::unreachable();
}

std::string source_of(const Column& column) {
  std::string text;
  for (const auto& known : kSources) {
    if (!column.origin.files.has(known.source)) continue;
    text += (text.empty() ? "" : ", ") + std::string(known.path);
  }
  if (!column.origin.key.empty()) text += (text.empty() ? "" : ": ") + std::string(column.origin.key);
  return text;
}

void describe_columns(Columns columns, Format format, Output& output, const WriterOptions& options) {
  const auto writer = make_writer(format, output, kShape, options);
  const auto version_column = Column{.name = "tool_version", .type = Type::text};
  const auto columns_of_document = std::to_array({&version_column});
  const auto document = std::to_array<Value>({std::string_view(PAGELOUPE_VERSION)});
  writer->begin({columns_of_document, document});
  writer->begin_section({}, kColumnPointers);
  for (const auto* column : columns) {
    const auto key = machine_name(*column);
    const auto source = source_of(*column);
    const auto aliases = alias_names(*column);
    const auto values = std::to_array<Value>({column->name, std::string_view(key), unit_of(column->type),
                                              column->fold == Fold::sum, std::string_view(source),
                                              std::string_view(aliases), column->help});
    writer->row(values);
  }
  writer->end_section(nullptr, "");
  writer->end({});
}

void describe_columns_mdoc(Columns columns, Buffer& buffer) {
  append(buffer, ".Bl -tag -width Ds\n");
  for (const auto* column : columns) {
    append(buffer, ".It Cm ");
    append_mdoc(buffer, column->name);
    const auto names = alias_names(*column);
    std::string_view aliases = names;
    while (!skip_blanks(aliases).empty()) append_format(buffer, " , {}", take_word(aliases));
    append(buffer, "\n");
    append_mdoc(buffer, column->help);
    const auto unit = unit_of(column->type);
    if (!unit.empty()) append_format(buffer, "; in {}", unit);
    append(buffer, "\n(");
    append_mdoc(buffer, source_of(*column));
    append(buffer, ")\n");
  }
  append(buffer, ".El\n");
}

void describe_schema(const Shape& shape, const SchemaParts& parts, Buffer& buffer) {
  append(buffer, R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":)");
  append_json_string(buffer, parts.title);
  const auto list = shape.sections.empty() ? shape.rows : shape.sections;
  append_format(buffer,
                R"(,"type":"object","required":["schema","{}","errors"],"properties":{{"schema":{{"const":)",
                list);
  append_json_string(buffer, shape.schema);
  append(buffer, "},\n");
  append_properties(buffer, parts.document);
  append(buffer, ",\n");
  append(buffer, kErrorsSchema);
  append(buffer, ",\n");
  if (shape.sections.empty()) {
    append_rows_schema(buffer, shape, parts.row, parts.row_more);
  } else {
    append_json_key(buffer, shape.sections);
    append(buffer, R"({"type":"array","items":{"type":"object","required":[)");
    for (const auto* column : parts.section) append_format(buffer, R"("{}",)", machine_name(*column));
    append_format(buffer, R"("{}"],"properties":{{)", shape.rows);
    append_properties(buffer, parts.section);
    append(buffer, ",\n");
    append_properties(buffer, parts.section_more);
    if (!parts.section_more.empty()) append(buffer, ",\n");
    append_rows_schema(buffer, shape, parts.row, parts.row_more);
    append(buffer, "}}}");
  }
  append(buffer, "}}\n");
}

}  // namespace pageloupe
