// SPDX-License-Identifier: MIT
// What was found, in words: for --verbose, and for the lines that say how sure a number is.
#pragma once

#include <string>

#include "probe/capacity_model.h"
#include "probe/conflicts.h"
#include "probe/curve.h"
#include "probe/first_level.h"

namespace pageloupe {

[[nodiscard]] std::string describe(const CurveShape& shape);
[[nodiscard]] std::string describe(const FirstLevel& level);
[[nodiscard]] std::string describe(const CapacityFit& fit);
[[nodiscard]] std::string describe(const ConflictStride& stride);
// "3072 entries, 12 ways, 256 sets (high confidence)", or "about 2980 entries (low confidence: no
// associativity plateau)".
[[nodiscard]] std::string describe(const SecondLevel& level);

// "no second knee up to 12288 pages: either one level, or more than 12288 entries"
[[nodiscard]] std::string no_second_knee(std::uint32_t pages);

// `value` with so many decimals, a point for the decimal sign whatever the locale.
[[nodiscard]] std::string fixed(double value, int decimals);

}  // namespace pageloupe
