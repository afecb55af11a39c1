// SPDX-License-Identifier: MIT
#include "cli/offer.h"

#include <algorithm>
#include <array>

#include "render/writer.h"

namespace pageloupe {
namespace {

struct Usual {
  std::string_view value{};
  Offer offer = Offer::nothing;
  bool is_list = false;
};
constexpr auto kUsual = std::to_array<Usual>({
    {"FILE", Offer::files},
    {"DIR", Offer::directories},
    {"PID", Offer::processes},
    {"[PID]", Offer::processes},
    {"USER", Offer::users},
    {"EXPR", Offer::expression},
    {"[-]COL", Offer::sort_keys},
    {"[-]COL,…", Offer::sort_keys, true},
    {"[-]COLUMN", Offer::sort_keys},
    {"[+-]COLUMN", Offer::sort_keys},
});

}  // namespace

Completion usual_completion(std::string_view value) {
  if (value == "FORMAT") {
    auto words = names_in(kFormats, &FormatName::name);
    std::erase(words, "prometheus");  // the tool that has it says so
    return {.offer = Offer::words, .words = std::move(words)};
  }
  const auto* const found = std::ranges::find(kUsual, value, &Usual::value);
  if (found == kUsual.end()) return {};
  return {.offer = found->offer, .is_list = found->is_list};
}

bool is_optional(std::string_view value) { return value.starts_with('[') && value.ends_with(']'); }

}  // namespace pageloupe
