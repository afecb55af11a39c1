// SPDX-License-Identifier: MIT
// The options of every tool that prints rows.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "field/filter.h"
#include "render/writer.h"

namespace pageloupe {

struct ReportOptions {
  std::optional<std::string> output{};  // -o
  std::optional<std::string> filter{};
  std::optional<std::string> sort{};
  std::optional<std::string> format{};
  bool json = false;
  bool list_columns = false;
  bool no_headings = false;
  bool bytes = false;
  bool raw = false;
  std::string proc_root = "/proc";
};

// Adds -o, --columns, --filter, --sort under "Rows and columns" and the rest under "Output".
void add_report_options(CommandLine& line, ReportOptions& options);

// The format that was asked for; the message of a usage error otherwise. Prometheus's is of groups: tools
// that have none do not offer it.
enum class Offered : std::uint8_t { rows, rows_and_groups };
[[nodiscard]] std::expected<Format, std::string> chosen_format(const ReportOptions& options,
                                                               Offered offered = Offered::rows);

// How tables look, by the options and the locale (setlocale must have been called).
[[nodiscard]] WriterOptions writer_options(const ReportOptions& options);

// "no column is called 'rsss'; did you mean 'rss'?"
[[nodiscard]] std::string unknown_column_message(const UnknownColumn& unknown);

// A filter's error with the expression and a mark under the place, three lines.
[[nodiscard]] std::string filter_error_message(std::string_view expression, const FilterError& error);

}  // namespace pageloupe
