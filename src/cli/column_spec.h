// SPDX-License-Identifier: MIT
// The arguments of -o, as ps reads them: "pid,rss=RESIDENT,comm:20,args=".
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pageloupe {

// A column as it was asked for; what is not said is as the table of fields has it.
struct ColumnSpec {
  std::string name{};                   // or an alias; whether there is such a column is not known here
  std::optional<std::string> header{};  // "" for none
  std::optional<int> width{};           // least width of a number, width of a text; 1 at least
  friend bool operator==(const ColumnSpec&, const ColumnSpec&) = default;
};

struct ColumnList {
  bool appended = false;  // the first argument began with '+': the view's columns come first
  std::vector<ColumnSpec> columns{};
};

// One argument of -o: items with a comma, blank or line end between, NAME[:WIDTH][=HEADER] each; a header
// ends where its item ends. As in ps one separator may stand at the end, and nowhere else without an item.
// Errors: a message that names the item.
[[nodiscard]] std::expected<std::vector<ColumnSpec>, std::string> parse_column_specs(std::string_view list);

// All arguments of -o in their order, each of which may begin with '+'.
[[nodiscard]] std::expected<ColumnList, std::string> parse_column_lists(std::span<const std::string> lists);

}  // namespace pageloupe
