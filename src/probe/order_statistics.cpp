// SPDX-License-Identifier: MIT
#include "probe/order_statistics.h"

#include <algorithm>

namespace pageloupe {
namespace {

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  std::ranges::sort(copy);
  return copy;
}

}  // namespace

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return 0;
  const auto copy = sorted(values);
  return copy[static_cast<std::size_t>(q * static_cast<double>(copy.size() - 1))];
}

double median(std::span<const double> values) {
  if (values.empty()) return 0;
  const auto copy = sorted(values);
  const auto middle = copy.size() / 2;
  return copy.size() % 2 == 1 ? copy[middle] : (copy[middle - 1] + copy[middle]) / 2;
}

std::vector<double> suffix_minimum(std::span<const double> values) {
  std::vector<double> least(values.begin(), values.end());
  for (std::size_t i = least.size(); i > 1; --i) least[i - 2] = std::min(least[i - 2], least[i - 1]);
  return least;
}

std::vector<double> without_false_lows(std::span<const double> values) {
  constexpr std::size_t kBefore = 7;
  constexpr std::size_t kEnough = 3;
  constexpr double kFallsTo = 0.85;
  std::vector<double> kept(values.begin(), values.end());
  for (std::size_t i = kEnough; i < kept.size(); ++i) {
    const auto count = std::min(i, kBefore);
    const auto before = median(std::span(kept).subspan(i - count, count));
    if (kept[i] < kFallsTo * before) kept[i] = before;
  }
  return kept;
}

}  // namespace pageloupe
