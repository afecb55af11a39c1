// SPDX-License-Identifier: MIT
#include "field/filter.h"

#include "field/filter_node.h"
#include "field/filter_parser.h"

namespace pageloupe {

Filter::Filter(std::unique_ptr<Node> root, std::vector<std::size_t> columns)
    : root_(std::move(root)), columns_(std::move(columns)) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

std::expected<Filter, FilterError> Filter::parse(std::string_view text,
                                                 std::span<const Column* const> columns) {
  FilterParser parser(text, columns);
  auto root = parser.parse();
  if (!root) return std::unexpected(root.error());
  return Filter(std::move(*root), parser.used_columns());
}

bool Filter::matches(const std::function<Value(std::size_t)>& cell) const {
  return evaluate(*root_, cell) == Truth::yes;
}

}  // namespace pageloupe
