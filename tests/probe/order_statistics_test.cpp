// SPDX-License-Identifier: MIT
#include "probe/order_statistics.h"

#include "probe/chunk_timer.h"
#include "support/catch.h"

namespace pageloupe::test {

TEST_CASE("median and quantile of unsorted values", "[probe]") {
  const std::vector<double> values{5, 1, 4, 2, 3, 7, 6};
  CHECK(median(values) == 4);
  CHECK(quantile(values, 0.25) == 2);
  CHECK(median(std::vector<double>{4, 1}) == 2.5);
  CHECK(median({}) == 0);
}

TEST_CASE("the suffix minimum never falls and never exceeds its input", "[probe]") {
  CHECK(suffix_minimum(std::vector<double>{4, 9, 5, 8, 6}) == std::vector<double>{4, 5, 5, 6, 6});
  CHECK(suffix_minimum({}).empty());
}

TEST_CASE("a reading far below those before it is raised, a spike is left to the suffix minimum", "[probe]") {
  const std::vector<double> low{4, 4, 4, 4, 1.3, 4, 4};
  CHECK(without_false_lows(low) == std::vector<double>{4, 4, 4, 4, 4, 4, 4});
  const std::vector<double> spike{4, 4, 4, 12, 4, 4, 4};
  CHECK(without_false_lows(spike) == spike);
  const std::vector<double> step{4, 4, 4, 11, 11, 11};
  CHECK(without_false_lows(step) == step);
}

TEST_CASE("a piece between two unlike calibrations, or two slow ones, is rejected", "[probe]") {
  CalibrationFilter filter;
  for (int i = 0; i < 256; ++i) filter.add(0.70);
  CHECK(filter.accepts(0.70, 0.705));
  CHECK_FALSE(filter.accepts(0.70, 0.75));
  CHECK_FALSE(filter.accepts(2.10, 2.10));
}

TEST_CASE("the calibration follows a frequency that changed for good", "[probe]") {
  CalibrationFilter filter;
  for (int i = 0; i < 256; ++i) filter.add(0.70);
  for (int i = 0; i < 256; ++i) filter.add(0.90);
  CHECK(filter.reference() == Approx(0.90));
  CHECK(filter.accepts(0.90, 0.90));
}

}  // namespace pageloupe::test
