// SPDX-License-Identifier: MIT
#include "field/field.h"

#include <numeric>

namespace pageloupe {
namespace {

// Levenshtein's distance, one row of the matrix at a time.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string alias_names(const Column& column) {
  std::string names;
  auto rest = column.aliases;
  while (!skip_blanks(rest).empty()) {
    auto heading = take_word(rest);
    if (!names.empty()) names += ' ';
    names += take_until(heading, ':');
  }
  return names;
}

std::vector<std::string_view> names_of(std::span<const Column* const> columns) {
  std::vector<std::string_view> names;
  for (const auto* column : columns) names.push_back(column->name);
  for (const auto* column : columns) {
    auto rest = column->aliases;
    while (!skip_blanks(rest).empty()) {
      auto heading = take_word(rest);
      names.push_back(take_until(heading, ':'));
    }
  }
  return names;
}

std::string nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongestWorthAGuess = 64;
  if (name.size() > kLongestWorthAGuess) return {};
  std::string_view best;
  auto fewest = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto candidate : candidates) {
    const auto edits = edits_between(name, candidate);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return std::string(best);
}

}  // namespace pageloupe
