// SPDX-License-Identifier: MIT
// A parsed filter, and what it says of a row. Part of field/filter; nothing else includes it.
#pragma once

#include <regex.h>

#include "field/filter.h"

namespace pageloupe {

enum class Truth : std::uint8_t { no, unknown, yes };

enum class Compare : std::uint8_t {
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  like,
  unlike,
  set,
  null
};

struct RegexDeleter {
  void operator()(regex_t* regex) const {
    ::regfree(regex);
    delete regex;
  }
};
using Regex = std::unique_ptr<regex_t, RegexDeleter>;

struct Filter::Node {
  enum class Kind : std::uint8_t { comparison, all, any, negation } kind = Kind::comparison;
  std::vector<std::unique_ptr<Node>> children{};

  // Of a comparison.
  std::size_t column = 0;
  Compare compare = Compare::set;
  double number = 0;        // bytes, nanoseconds, per cent, or the number itself
  std::uint64_t exact = 0;  // of an address or an inode, which a double cannot hold
  std::string text{};
  Regex regex{};
};

[[nodiscard]] Truth evaluate(const Filter::Node& node, const std::function<Value(std::size_t)>& cell);

}  // namespace pageloupe
