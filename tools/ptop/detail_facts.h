// SPDX-License-Identifier: MIT
// The tabs that are lists of names and values. Part of the details; nothing else includes it.
#pragma once

#include <string>
#include <vector>

#include "ptop/detail_view.h"

namespace pageloupe::ptop {

struct FactLine {
  enum class Kind : std::uint8_t { blank, title, fact, limits_title, limit };
  Kind kind = Kind::blank;
  std::string_view label{};
  Value value{};  // used, of a limit
  Look look = Look::plain;
  Value limit{};
  Value headroom{};
  std::string_view note{};
  const Headroom* headroom_of = nullptr;  // has more to say
};

// The lines of the tabs; views and pointers into the part.
[[nodiscard]] std::vector<FactLine> memory_lines(const FactsPart& part);
[[nodiscard]] std::vector<FactLine> group_lines(const FactsPart& part);

// One of them, as wide as `columns` at most.
void show_fact(Line& line, const FactLine& fact, const DetailView& view, std::size_t columns);

}  // namespace pageloupe::ptop
