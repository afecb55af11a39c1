// SPDX-License-Identifier: MIT
#include "probe/wording.h"

#include <array>
#include <charconv>

namespace pageloupe {
namespace {

std::string sure(Confidence confidence, std::string_view doubt) {
  std::string text = " (" + std::string(name(confidence)) + " confidence";
  if (!doubt.empty()) text += ": " + std::string(doubt);
  return text + ")";
}

}  // namespace

std::string fixed(double value, int decimals) {
  std::array<char, 64> buffer{};
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string("?");
}

std::string describe(const CurveShape& shape) {
  if (!shape.has_knee)
    return "curve: no step; cost of many pages " + fixed(shape.top - shape.base, 2) + " cycles";
  auto text = "curve: base " + fixed(shape.base, 2) + ", plateau +" + fixed(shape.penalty, 2) + ", top +" +
              fixed(shape.top - shape.base, 1) + " cycles";
  return shape.second_level ? text : text + "; one step only";
}

std::string describe(const FirstLevel& level) {
  auto text = std::to_string(level.entries) + " entries";
  if (level.ways) text += ", " + std::to_string(*level.ways) + " ways";
  if (!level.ways && level.ways_known) text += ", fully associative";
  text += ", +" + fixed(level.penalty, 1) + " cycles on a miss; misses per lap " + fixed(level.misses_at, 2) +
          " and " + fixed(level.misses_above, 2) + " with one more, " + fixed(100 * level.agreement, 0) +
          "% of " + std::to_string(level.passes) + " passes agree";
  return text + sure(level.confidence, level.doubt);
}

std::string describe(const CapacityFit& fit) {
  return "knee: " + fixed(fit.entries, 0) + " entries by a " + std::string(name(fit.model)) +
         " model, residual " + fixed(fit.residual, 2) + " cycles";
}

std::string describe(const ConflictStride& stride) {
  auto text = "stride of 2^" + std::to_string(stride.exponent) + " pages: fitting";
  for (const auto pages : stride.fitting) text += " " + std::to_string(pages);
  return text;
}

std::string describe(const SecondLevel& level) {
  auto text = (level.ways ? "" : "about ") + std::to_string(level.entries) + " entries";
  if (level.ways)
    text += ", " + std::to_string(*level.ways) + " ways, " + std::to_string(level.sets) + " sets";
  return text + sure(level.confidence, level.doubt);
}

std::string no_second_knee(std::uint32_t pages) {
  const auto count = std::to_string(pages);
  return "no second knee up to " + count + " pages: either one level, or more than " + count + " entries";
}

}  // namespace pageloupe
