// SPDX-License-Identifier: MIT
#include "cli/report_options.h"

#include <algorithm>
#include <langinfo.h>

#include "cli/message.h"

namespace pageloupe {

void add_report_options(CommandLine& line, ReportOptions& options) {
  line.section("Rows and columns");
  line.text("-o,--output", "LIST", options.output,
            "columns to show, commas between; +LIST adds to the view's");
  line.offers({.offer = Offer::columns, .is_list = true});
  line.flag("--columns", options.list_columns, "list every column with its unit, source and meaning");
  line.text("--filter", "EXPR", options.filter, "only rows for which EXPR holds: 'rss>10M and kind=anon'");
  line.text("--sort", "[-]COL", options.sort, "order by a column, descending with -");
  line.section("Output");
  line.flag("-J,--json", options.json, "one JSON document, every unit in its key");
  line.text("--format", "FORMAT", options.format, "table, json, jsonl (an object a line) or csv");
  line.flag("-b,--bytes", options.bytes, "sizes in bytes, not in K, M, G");
  line.flag("--noheadings", options.no_headings, "no titles and headings");
  line.flag("-r,--raw", options.raw, "names as they are, control characters included");
  line.text("--proc-root", "DIR", options.proc_root, "read a captured /proc");
}

std::expected<Format, std::string> chosen_format(const ReportOptions& options, Offered offered) {
  if (options.json && options.format && *options.format != "json") {
    return std::unexpected("--json and --format " + one_line(*options.format) + " contradict each other");
  }
  if (options.json) return Format::json;
  if (!options.format) return Format::table;
  std::string names;
  for (const auto& known : kFormats) {
    if (known.format == Format::prometheus && offered == Offered::rows) continue;
    if (known.name == *options.format) return known.format;
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  return std::unexpected("unknown format '" + one_line(*options.format) + "': it is one of " + names);
}

WriterOptions writer_options(const ReportOptions& options) {
  const bool utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";  // NOLINT(concurrency-mt-unsafe)
  return {.headings = !options.no_headings,
          .cell = {.text = {.utf8 = utf8, .raw = options.raw},
                   .size = options.bytes ? SizeUnit::bytes : SizeUnit::human}};
}

std::string unknown_column_message(const UnknownColumn& unknown) {
  std::string message = "no column is called '" + one_line(unknown.name) + "'";
  if (!unknown.nearest.empty()) message += "; did you mean '" + unknown.nearest + "'?";
  return message + " (--columns lists them)";
}

std::string filter_error_message(std::string_view expression, const FilterError& error) {
  // One line, however the expression was broken, and a column for each character before the place.
  std::string shown(expression);
  std::ranges::replace_if(
      shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  const auto before = std::string_view(shown).substr(0, error.at);
  const auto columns =
      std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return "bad filter: " + one_line(error.message) + "\n  " + shown + "\n  " +
         std::string(static_cast<std::size_t>(columns), ' ') + "^";
}

}  // namespace pageloupe
