// SPDX-License-Identifier: MIT
#include "ppmap/explain.h"

#include "ppmap/explain_rules.h"
#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {

std::string human(Bytes size) {
  Buffer text;
  append_human_size(text, size);
  return std::string(text.view());
}

double share(Bytes part, Bytes whole) {
  const auto percent = percent_of(part, whole);
  return percent ? percent->value : 0;
}

std::string counted(std::uint64_t count, std::string_view what) {
  return format_text("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string command(const ExplainFacts& facts, std::string_view options) {
  return format_text("ppmap {}{}{}", options, options.empty() ? "" : " ", facts.pid.value);
}

std::vector<Statement> explain(const ExplainFacts& facts) {
  std::vector<Statement> statements;
  for (const auto rules : {rules_of_amounts(), rules_of_advice()}) {
    for (const auto& rule : rules) {
      if (auto said = rule.say(facts))
        statements.push_back(
            {rule.topic, std::move(said->text), std::move(said->figures), std::move(said->see)});
    }
  }
  return statements;
}

}  // namespace pageloupe::ppmap
