// SPDX-License-Identifier: MIT
#include "ppmap/number_log.h"

#include <limits>

#include "support/catch.h"

using namespace pageloupe::ppmap;

namespace {

using Rows = std::vector<std::vector<std::uint64_t>>;

Rows replayed(const NumberLog& log, std::size_t columns) {
  Rows rows;
  std::vector<std::uint64_t> row(columns);
  log.replay([&](std::size_t column, std::uint64_t number) { row[column] = number; },
             [&] { rows.push_back(row); });
  return rows;
}

}  // namespace

TEST_CASE("a log of numbers gives back the rows that were added to it", "[ppmap]") {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const Rows rows{{0, 0, 0},  {kMost, 1, 0}, {0, 1, kMost}, {1ULL << 63, 0, 127}, {1ULL << 63, 0, 127},
                  {5, 128, 1}};
  NumberLog log;
  log.reset(3);
  for (const auto& row : rows) log.add(row, [](std::size_t, std::uint64_t) {});
  CHECK(replayed(log, 3) == rows);
}

TEST_CASE("adding a row to a log tells which numbers are not those of the row before", "[ppmap]") {
  NumberLog log;
  log.reset(2);
  Rows told;
  const auto add = [&](std::vector<std::uint64_t> row) {
    log.add(row, [&](std::size_t column, std::uint64_t number) { told.push_back({column, number}); });
  };
  add({0, 7});
  add({0, 7});
  add({4, 7});
  CHECK(told == Rows{{1, 7}, {0, 4}});
}

TEST_CASE("a log that was reset has no rows, and compares with zeros again", "[ppmap]") {
  NumberLog log;
  log.reset(1);
  log.add(std::vector<std::uint64_t>{3}, [](std::size_t, std::uint64_t) {});
  log.reset(2);
  CHECK(replayed(log, 2).empty());
  log.add(std::vector<std::uint64_t>{3, 0}, [](std::size_t, std::uint64_t) {});
  CHECK(replayed(log, 2) == Rows{{3, 0}});
}
