// SPDX-License-Identifier: MIT
#include "tlbprobe/report.h"

#include <algorithm>
#include <functional>

#include "field/filter.h"
#include "field/row_store.h"
#include "render/json_object.h"
#include "tlbprobe/samples.h"

namespace pageloupe::tlbprobe {
namespace {

// The names of the view's columns; all of them where the output is kept.
std::string column_list(const Request& request, std::string_view table_columns) {
  const bool appended = request.columns && request.columns->starts_with('+');
  if (request.columns && !appended) return *request.columns;
  std::string list(request.format == Format::table ? table_columns : std::string_view{});
  if (appended) list += (list.empty() ? "" : ",") + request.columns->substr(1);
  return list;
}

template <class Row>
Selection<Row> chosen(FieldSpan<Row> table, const std::string& list) {
  if (!list.empty()) return *select_fields(table, list);
  Selection<Row> all;
  for (const auto& field : table) all.push_back(&field);
  return all;
}

template <class Row>
std::vector<const Row*> rows_that_match(const Request& request, FieldSpan<Row> table,
                                        std::span<const Row> rows) {
  std::vector<const Row*> kept;
  if (!request.filter) {
    for (const auto& row : rows) kept.push_back(&row);
    return kept;
  }
  const auto filter = Filter::parse(*request.filter, columns_of(table));
  for (const auto& row : rows) {
    if (filter && filter->matches([&](std::size_t i) { return table[i](row); })) kept.push_back(&row);
  }
  return kept;
}

template <class Row>
void sort_rows(const Request& request, FieldSpan<Row> table, std::vector<const Row*>& rows) {
  if (!request.sort) return;
  const auto field = find_field(table, *request.sort);
  if (!field) return;
  const auto key = [&](const Row* row) { return (**field)(*row); };
  if (request.descending) std::ranges::stable_sort(rows, std::ranges::greater{}, key);
  if (!request.descending) std::ranges::stable_sort(rows, {}, key);
}

// One document: `extra` may add members to that of JSON before its end.
template <class Row>
struct Document {
  const Shape& shape;
  FieldSpan<Row> table;
  std::string_view table_columns;
  std::span<const Row> rows;
  std::function<void(Output&)> extra;
};

void write_heading(Output& output, std::string_view heading, const WriterOptions& options) {
  while (!heading.empty()) {
    append_escaped(output.buffer(), take_line(heading), options.cell.text);
    output.buffer().push_back('\n');
  }
}

template <class Row>
void write(const Request& request, Output& output, const ReportText& text, const Document<Row>& document,
           std::span<const Problem> problems) {
  const auto selection = chosen(document.table, column_list(request, document.table_columns));
  auto rows = rows_that_match(request, document.table, document.rows);
  sort_rows(request, document.table, rows);
  std::vector<const Column*> columns;
  for (const auto* field : selection) columns.push_back(&field->column);
  const auto writer = make_writer(request.format, output, document.shape, request.writer);
  writer->begin(text.facts);
  if (request.format == Format::table && request.writer.headings)
    write_heading(output, text.heading, request.writer);
  writer->begin_section({}, columns);
  std::vector<Value> values(columns.size());
  for (const auto* row : rows) {
    std::ranges::transform(selection, values.begin(), [&](const auto* field) { return (*field)(*row); });
    writer->row(values);
  }
  writer->end_section(nullptr, text.footnotes);
  if (document.extra) document.extra(output);
  writer->end(problems);
}

}  // namespace

void write_levels(const Request& request, Output& output, const ReportText& text,
                  std::span<const TlbRow> rows, const Measurement* measurement, Bytes base_page,
                  std::span<const Problem> problems) {
  Document<TlbRow> document{.shape = kLevelsShape,
                            .table = tlb_fields(),
                            .table_columns = measurement != nullptr ? kMeasuredColumns : kDeclaredColumns,
                            .rows = rows,
                            .extra = {}};
  if (measurement != nullptr && request.format == Format::json) {
    document.extra = [&](Output& to) { append_samples(to.buffer(), *measurement, base_page); };
  }
  if (measurement != nullptr && request.format == Format::jsonl) {
    document.extra = [&](Output& to) {
      append(to.buffer(), "{\"record\":\"samples\"");
      Buffer samples;
      append_samples(samples, *measurement, base_page);
      for (const char c : samples.view()) {
        if (c != '\n') to.buffer().push_back(c);
      }
      append(to.buffer(), "}\n");
    };
  }
  write(request, output, text, document, problems);
}

void write_reach(const Request& request, Output& output, const ReportText& text,
                 std::span<const ReachRow> rows, std::span<const Problem> problems) {
  constexpr std::string_view kColumns =
      "tlb,page_size,entries,entries_by,reach,memory,needed,covered,needed_if_huge,covered_if_huge";
  const Document<ReachRow> document{
      .shape = kReachShape, .table = reach_fields(), .table_columns = kColumns, .rows = rows, .extra = {}};
  write(request, output, text, document, problems);
}

}  // namespace pageloupe::tlbprobe
