// SPDX-License-Identifier: MIT
#include "cli/column_spec.h"

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::string_view kSeparators = ", \t\n";
constexpr int kWidest = 4096;  // more is a mistake, and would only print blanks

std::unexpected<std::string> refuse(std::string_view item, std::string_view why) {
  return std::unexpected("bad column '" + std::string(item) + "': " + std::string(why));
}

// NAME[:WIDTH][=HEADER]; a colon in the header is part of it.
std::expected<ColumnSpec, std::string> parse_item(std::string_view item) {
  ColumnSpec spec;
  auto name = item;
  if (const auto equals = item.find('='); equals != std::string_view::npos) {
    spec.header = std::string(item.substr(equals + 1));
    name = item.substr(0, equals);
  }
  if (const auto colon = name.find(':'); colon != std::string_view::npos) {
    const auto width = to_number<int>(name.substr(colon + 1));
    if (!width || *width < 1 || *width > kWidest) {
      return refuse(item, "the width behind ':' is a number from 1 to " + std::to_string(kWidest));
    }
    spec.width = width;
    name = name.substr(0, colon);
  }
  if (name.empty()) return refuse(item, "it has no name");
  spec.name = std::string(name);
  return spec;
}

}  // namespace

std::expected<std::vector<ColumnSpec>, std::string> parse_column_specs(std::string_view list) {
  const auto shown = "'" + std::string(list) + "'";
  if (list.empty()) return std::unexpected("an empty list of columns");
  std::vector<ColumnSpec> specs;
  while (!list.empty()) {
    const auto end = list.find_first_of(kSeparators);
    const auto item = list.substr(0, end);
    if (item.empty()) return std::unexpected("an empty item in the list of columns " + shown);
    auto spec = parse_item(item);
    if (!spec) return std::unexpected(spec.error());
    specs.push_back(std::move(*spec));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return specs;
}

std::expected<ColumnList, std::string> parse_column_lists(std::span<const std::string> lists) {
  ColumnList all;
  for (std::string_view list : lists) {
    const bool appended = list.starts_with('+');
    if (appended) list.remove_prefix(1);
    if (all.columns.empty()) all.appended = appended;
    auto specs = parse_column_specs(list);
    if (!specs) return std::unexpected(specs.error());
    all.columns.insert(all.columns.end(), std::make_move_iterator(specs->begin()),
                       std::make_move_iterator(specs->end()));
  }
  return all;
}

}  // namespace pageloupe
