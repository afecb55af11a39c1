// SPDX-License-Identifier: MIT
#include "ppmap/change_request.h"

#include "base/text.h"
#include "cli/message.h"

namespace pageloupe::ppmap {
namespace {

using Checked = std::expected<void, std::string>;

Checked choose_columns(Request& request, const ReportOptions& options) {
  const std::string base(request.view == View::watch ? kWatchColumns : kDiffColumns);
  request.columns = request.format == Format::table ? base : std::string{};
  if (!options.output) return {};
  const bool appended = options.output->starts_with('+');
  const auto list = options.output->substr(appended ? 1 : 0);
  const auto known = select_fields(change_fields(request.view), list);
  if (!known) return std::unexpected(unknown_column_message(known.error()));
  request.columns = appended ? base + "," + list : list;
  return {};
}

// --by kind: only sums make sense.
Checked choose_kinds(Request& request, const Options& options) {
  if (!options.by) return {};
  if (*options.by != "kind") return std::unexpected("--diff sums up --by kind only");
  request.by = options.by;
  const bool asked = options.report.output.has_value();
  auto sums = asked ? request.columns : std::string(kKindSums);
  if (!asked && request.format != Format::table) {
    for (const auto* field : map_measure_fields()) sums += "," + std::string(field->column.name);
    sums.erase(0, kKindSums.size() + 1);
  }
  const auto fields = *select_fields(change_fields(request.view), sums);
  for (const auto* field : fields) {
    if (!measure_of(field->column))
      return std::unexpected("'" + std::string(field->column.name) +
                             "' cannot be summed up, so it does not go with --by");
  }
  request.columns = std::string(kKindHead) + "," + sums;
  return {};
}

// A group has a kind and sums, so that is what it can be chosen and ordered by.
Checked check_kinds(const Request& request) {
  if (!request.by) return {};
  const auto fields = change_fields(request.view);
  const auto is_of_group = [](const Column& column) {
    return column.name == "kind" || column.fold == Fold::sum;
  };
  std::vector<const Column*> columns{&(*find_field(fields, request.sort->column))->column};
  if (request.filter) {
    const auto filter = Filter::parse(*request.filter, columns_of(fields));
    for (const auto index : filter->columns()) columns.push_back(&fields[index].column);
  }
  for (const auto* column : columns) {
    if (!is_of_group(*column))
      return std::unexpected("--by kind has no column '" + std::string(column->name) +
                             "' for --sort and --filter");
  }
  return {};
}

// Without --sort: what grew most comes first, by RSS where that is shown.
SortKey usual_order(const Request& request) {
  const auto list = request.columns.empty() ? std::string(kDiffColumns) : request.columns;
  const auto shown = *select_fields(change_fields(request.view), list);
  std::string_view column = "size_growth";
  for (const auto* field : shown) {
    const auto name = field->column.name;
    if (name == "rss_growth") return {std::string(name), true};
    if (name.ends_with("_growth") && column == "size_growth") column = name;
  }
  return {std::string(column), true};
}

Checked choose_order(Request& request, const ReportOptions& options) {
  request.sort = usual_order(request);
  if (!options.sort) return {};
  const bool signed_key = options.sort->starts_with('-') || options.sort->starts_with('+');
  auto name = options.sort->substr(signed_key ? 1 : 0);
  const auto field = find_field(change_fields(request.view), name);
  if (!field) return std::unexpected(unknown_column_message(field.error()));
  // A measure stands for its growth, and the largest growth comes first.
  const bool measure = find_measure((*field)->column.name).has_value();
  name = std::string((*field)->column.name) + (measure ? "_growth" : "");
  const bool descending = measure ? !options.sort->starts_with('+') : options.sort->starts_with('-');
  request.sort = SortKey{std::move(name), descending};
  return {};
}

Checked choose_filter(Request& request, const ReportOptions& options) {
  if (!options.filter) return {};
  const auto parsed = Filter::parse(*options.filter, columns_of(change_fields(request.view)));
  if (!parsed) return std::unexpected(filter_error_message(*options.filter, parsed.error()));
  request.filter = options.filter;
  return {};
}

Checked choose_watch(Request& request, const Options& options) {
  if (options.watch) {
    const auto every = parse_seconds(*options.watch);
    if (!every)
      return std::unexpected("--watch takes seconds from 0.01 to 86400, as in 5 or 0.5, not '" +
                             one_line(*options.watch) + "'");
    if (!request.live) return std::unexpected("--watch looks at processes that run: not with --proc-root");
    if (options.operands.size() > 1) return std::unexpected("--watch takes one process");
    request.every = *every;
  }
  if (!options.count) return {};
  if (!options.watch) return std::unexpected("-n is the number of intervals of --watch");
  const auto count = to_number<std::uint64_t>(*options.count);
  if (!count || *count == 0)
    return std::unexpected("-n takes the number of intervals, 1 or more, not '" + one_line(*options.count) +
                           "'");
  request.count = *count;
  return {};
}

}  // namespace

std::vector<const Field<MapChangeRow>*> map_measure_fields() {
  std::vector<const Field<MapChangeRow>*> fields;
  for (const auto& field : map_diff_fields()) {
    if (measure_of(field.column)) fields.push_back(&field);
  }
  return fields;
}

FieldSpan<MapChangeRow> change_fields(View view) {
  return view == View::watch ? map_watch_fields() : map_diff_fields();
}

std::expected<void, std::string> choose_changes(Request& request, const Options& options) {
  if (options.exit_code && !options.diff) return std::unexpected("--exit-code goes with --diff");
  request.exit_code = options.exit_code;
  if (const auto done = choose_watch(request, options); !done) return done;
  if (request.view != View::diff && request.view != View::watch) return {};
  const bool compares = options.diff && !options.report.list_columns;
  if (compares && options.operands.size() != 2)
    return std::unexpected("--diff takes two maps: files that ppmap --json wrote, - or processes");
  if (compares && options.operands[0] == "-" && options.operands[1] == "-")
    return std::unexpected("--diff can read one of the maps from standard input, not both");
  if (options.range) return std::unexpected("-A does not go with --diff and --watch: use --filter");
  if (const auto done = choose_columns(request, options.report); !done) return done;
  if (const auto done = choose_kinds(request, options); !done) return done;
  if (const auto done = choose_order(request, options.report); !done) return done;
  if (const auto done = choose_filter(request, options.report); !done) return done;
  return check_kinds(request);
}

}  // namespace pageloupe::ppmap
