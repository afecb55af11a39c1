// SPDX-License-Identifier: MIT
// The filter language: "rss > 10M and (kind = anon or path ~ 'lib.*\.so')".
//
//   expression   comparisons joined by `and`, `or`, `not`, in parentheses where wanted
//   comparison   COLUMN OP VALUE, OP one of = != < <= > >= ~ !~; COLUMN alone is "is not 0, no, or empty";
//                COLUMN is null, COLUMN is not null
//   VALUE        a number with a unit (10M, 4KiB, 50%, 1.5s), 0x… for addresses, yes or no, a word, or a text
//                in quotes; ~ takes an extended regular expression
//
// A cell without a value is neither equal nor unequal to anything: a row whose filter depends on it is not
// shown, also under `not`.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "field/field.h"

namespace pageloupe {

struct FilterError {
  std::size_t at = 0;  // offset of the place in the expression
  std::string message;
};

class Filter {
 public:
  // Errors: where and why `text` is no expression over these columns.
  [[nodiscard]] static std::expected<Filter, FilterError> parse(std::string_view text,
                                                                std::span<const Column* const> columns);

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  // `cell` gives the value of the column with that index in the span of parse().
  [[nodiscard]] bool matches(const std::function<Value(std::size_t)>& cell) const;

  // The columns that it asks for, by index.
  [[nodiscard]] const std::vector<std::size_t>& columns() const { return columns_; }

  struct Node;

 private:
  Filter(std::unique_ptr<Node> root, std::vector<std::size_t> columns);

  std::unique_ptr<Node> root_;
  std::vector<std::size_t> columns_;
};

// "10M" in bytes, "1.5" as it is: a number with a suffix of 1,024s (K M G T P, with or without B or iB).
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace pageloupe
