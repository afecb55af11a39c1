// SPDX-License-Identifier: MIT
// The rules of --explain: when a statement holds, and what it says.
#pragma once

#include <optional>
#include <span>

#include "ppmap/explain.h"

namespace pageloupe::ppmap {

// What a rule says; nothing where it does not hold.
struct Said {
  std::string text{};
  std::vector<Figure> figures{};
  std::string see{};
};
using Maybe = std::optional<Said>;

struct Rule {
  std::string_view topic{};
  Maybe (*say)(const ExplainFacts&) = nullptr;
};

// What there is.
[[nodiscard]] std::span<const Rule> rules_of_amounts();
// What would help, and what is about to run out.
[[nodiscard]] std::span<const Rule> rules_of_advice();

constexpr Bytes mib(std::uint64_t count) { return {count << 20U}; }

[[nodiscard]] std::string human(Bytes size);
// In per cent; 0 of nothing.
[[nodiscard]] double share(Bytes part, Bytes whole);
// "1 mapping", "2 mappings".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);
// "ppmap --tlb 1234".
[[nodiscard]] std::string command(const ExplainFacts& facts, std::string_view options);

}  // namespace pageloupe::ppmap
