// SPDX-License-Identifier: MIT
// Order statistics of latencies, whose errors are large, rare and mostly to one side: no means here.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pageloupe {

// The element a share `q` (0..1) of the way through the sorted values, rounded down; 0 of nothing.
[[nodiscard]] double quantile(std::span<const double> values, double q);
// Mean of the two middle ones for an even count; 0 of nothing.
[[nodiscard]] double median(std::span<const double> values);

// E[i] = least of values[i..]: a latency never falls when pages are added, and disturbances mostly add.
[[nodiscard]] std::vector<double> suffix_minimum(std::span<const double> values);

// Raises every value that lies below 85 % of the median of the seven before it to that median. A cycle of
// more pages is never that much faster, and one such reading would pull down all of a suffix minimum.
[[nodiscard]] std::vector<double> without_false_lows(std::span<const double> values);

}  // namespace pageloupe
