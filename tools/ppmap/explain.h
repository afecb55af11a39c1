// SPDX-License-Identifier: MIT
// --explain: a process's memory in words. Each statement is a row of a table: when it holds, and what it
// says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "field/value.h"
#include "ppmap/explain_facts.h"

namespace pageloupe::ppmap {

// What a statement is made of, as JSON names it: "resident_bytes".
struct Figure {
  std::string_view name{};
  Value value{};
};

struct Statement {
  std::string_view topic{};
  std::string text{};  // one or two sentences
  std::vector<Figure> figures{};
  std::string see{};  // the command that shows it in full
};

// What holds of the process, the most general first. Never empty. Views are into `facts`.
[[nodiscard]] std::vector<Statement> explain(const ExplainFacts& facts);

}  // namespace pageloupe::ppmap
