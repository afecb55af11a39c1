// SPDX-License-Identifier: MIT
// What a shell offers where a value or an operand is to be typed.
#pragma once

#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace pageloupe {

enum class Offer : std::uint8_t {
  nothing,
  words,       // one of a few
  columns,     // names of columns, '+' before the first adds to a view's
  sort_keys,   // the same, with '-' or '+' before each
  expression,  // of --filter: names of columns
  files,
  directories,
  processes,  // their IDs
  processes_or_files,
  users,
  groups,
  terminals,  // pts/0
  programs,   // names of running ones
};

struct Completion {
  Offer offer = Offer::nothing;
  bool is_list = false;  // several, commas between
  std::vector<std::string> words{};
};

// The names of a table's rows: names_in(kFormats, &FormatName::name).
template <std::ranges::input_range Table, class Name>
[[nodiscard]] std::vector<std::string> names_in(const Table& table, Name name) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.*name);
  return names;
}

// What the names of values in help stand for everywhere: FILE, DIR, PID, USER, EXPR, FORMAT, [-]COL.
[[nodiscard]] Completion usual_completion(std::string_view value);

// True where a value may be the next word: "[=up]" stands behind the equals sign alone.
[[nodiscard]] inline bool takes_word(std::string_view value) {
  return !value.empty() && !value.starts_with("[=");
}

// True where the option may stand without its value: "[PID]".
[[nodiscard]] bool is_optional(std::string_view value);

}  // namespace pageloupe
