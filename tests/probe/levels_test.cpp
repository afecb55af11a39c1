// SPDX-License-Identifier: MIT
// The rules by which numbers become levels, each by itself.
#include <algorithm>

#include "probe/conflicts.h"
#include "probe/first_level_ways.h"
#include "probe/wording.h"
#include "support/catch.h"

namespace pageloupe::test {
namespace {

std::vector<CurvePoint> curve_of(const std::function<double(std::uint32_t)>& cost) {
  std::vector<CurvePoint> curve;
  for (const auto pages : curve_grid(12288))
    curve.push_back({.pages = pages, .raw = 4 + cost(pages), .dense = 4});
  return curve;
}

double two_levels(std::uint32_t pages) { return pages <= 64 ? 0 : pages <= 2000 ? 7 : 47; }

std::vector<ConflictStride> strides_of(std::uint32_t ways, std::uint32_t sets) {
  std::vector<ConflictStride> strides;
  for (unsigned exponent = 4; exponent <= 18; ++exponent) {
    const auto reachable = std::max(1U, sets >> exponent);
    strides.push_back({.exponent = exponent, .fitting = std::vector(6, std::min(400U, ways * reachable))});
  }
  return strides;
}

}  // namespace

TEST_CASE("the grid goes from 8 pages to the limit without repeating itself", "[probe]") {
  const auto grid = curve_grid(12288);
  CHECK(grid.front() == 8);
  CHECK(grid.back() == 12288);
  CHECK(std::ranges::adjacent_find(grid, std::greater_equal{}) == grid.end());
}

TEST_CASE("the shape of a curve with two steps", "[probe]") {
  const auto curve = curve_of(two_levels);
  const auto shape = read_shape(curve);
  REQUIRE(shape.has_knee);
  CHECK(shape.base == Approx(0));
  CHECK(shape.penalty == Approx(7));
  CHECK(shape.walk == Approx(40));
  CHECK(shape.second_level);
  const auto onset = second_knee_onset(curve, shape);
  REQUIRE(onset);
  CHECK(*onset > 2000);
  CHECK(*onset < 2200);
}

TEST_CASE("a data cache's step, which both chains have, is no step", "[probe]") {
  std::vector<CurvePoint> curve;
  for (const auto pages : curve_grid(12288)) {
    const double latency = pages > 512 ? 14 : 4;
    curve.push_back({.pages = pages, .raw = latency, .dense = latency});
  }
  CHECK_FALSE(read_shape(curve).has_knee);
}

TEST_CASE("a curve with one step has no second level", "[probe]") {
  const auto curve = curve_of([](std::uint32_t pages) { return pages <= 64 ? 0.0 : 30.0; });
  const auto shape = read_shape(curve);
  REQUIRE(shape.has_knee);
  CHECK_FALSE(shape.second_level);
  CHECK_FALSE(second_knee_onset(curve, shape));
}

TEST_CASE("the capacity is the last count before two in a row that miss", "[probe]") {
  const MissProfile profile{.window = {.first = 70, .last = 75}, .misses = {0.1, 0.3, 0.2, 6, 7, 9}};
  CHECK(profile.capacity() == 72);
  const MissProfile spike{.window = {.first = 70, .last = 75}, .misses = {0.1, 3, 0.2, 6, 7, 9}};
  CHECK(spike.capacity() == 72);
}

TEST_CASE("a window that misses from its start, or never, gives no capacity", "[probe]") {
  const MissProfile all{.window = {.first = 70, .last = 72}, .misses = {5, 6, 7}};
  CHECK_FALSE(all.capacity());
  const MissProfile none{.window = {.first = 70, .last = 72}, .misses = {0, 0, 0}};
  CHECK_FALSE(none.capacity());
}

TEST_CASE("seven quiet passes leave no chance to disturbances, three half disturbed ones do", "[probe]") {
  CHECK(chance_of_none_quiet(1.0, 7) == Approx(0));
  CHECK(chance_of_none_quiet(0.5, 3) == Approx(0.5));
  CHECK(chance_of_none_quiet(0.5, 28) < 1e-6);
  CHECK(chance_of_none_quiet(0.0, 7) == Approx(1));
}

TEST_CASE("the first level's confidence wants a clear step and quiet passes", "[probe]") {
  FirstLevel level{.entries = 72, .misses_at = 0.3, .misses_above = 7, .chance = 1e-6};
  CHECK(first_level_confidence(level) == Confidence::high);
  level.chance = 1e-3;
  CHECK(first_level_confidence(level) == Confidence::medium);
  level.chance = 1e-6;
  level.misses_above = 1.2;
  CHECK(first_level_confidence(level) == Confidence::low);
  level.chance = 0.5;
  CHECK(first_level_confidence(level) == Confidence::low);
}

TEST_CASE("a hit takes a whole number of cycles on a core of one's own", "[probe]") {
  CHECK(is_whole(4.0));
  CHECK(is_whole(3.985));
  CHECK_FALSE(is_whole(4.03));
  CHECK_FALSE(is_whole(4.5));
}

TEST_CASE("the model finds the capacity that made the curve", "[probe]") {
  const auto model = GENERATE(Replacement::random_like, Replacement::lru_like);
  std::vector<KneePoint> points;
  for (double pages = 1500; pages < 5000; pages *= 1.04) {
    points.push_back({.pages = pages, .cost = 7 + 40 * miss_share(model, pages / 2500)});
  }
  const auto fit = fit_capacity(points, 2600);
  REQUIRE(fit);
  CHECK(fit->model == model);
  CHECK(fit->entries == Approx(2500).epsilon(0.01));
}

TEST_CASE("a flat knee has no capacity", "[probe]") {
  const std::vector<KneePoint> points{{100, 5}, {150, 5}, {200, 5}};
  CHECK_FALSE(fit_capacity(points, 150));
}

TEST_CASE("twice the capacity misses four times in five with random replacement", "[probe]") {
  CHECK(miss_share(Replacement::random_like, 2) == Approx(0.797).epsilon(0.01));
  CHECK(miss_share(Replacement::random_like, 1) == 0);
  CHECK(miss_share(Replacement::lru_like, 1.2) == 1);
}

TEST_CASE("ways and a model that reads low give the exact capacity", "[probe]") {
  const auto level = second_level_from({.entries = 2930}, strides_of(12, 256));
  CHECK(level.entries == 3072);
  CHECK(level.ways == 12);
  CHECK(level.sets == 256);
  CHECK(level.confidence == Confidence::high);
  CHECK(level.doubt.empty());
  CHECK(describe(level) == "3072 entries, 12 ways, 256 sets (high confidence)");
}

TEST_CASE("placements that were spoiled downward do not change the ways", "[probe]") {
  auto strides = strides_of(12, 256);
  for (auto& stride : strides) stride.fitting[0] = 3;
  strides[9].fitting[1] = 13;  // one false high
  const auto level = second_level_from({.entries = 2930}, strides);
  CHECK(level.ways == 12);
  CHECK(level.entries == 3072);
}

TEST_CASE("a model that no number of whole sets explains stays a model", "[probe]") {
  const auto level = second_level_from({.entries = 959}, strides_of(10, 256));
  CHECK_FALSE(level.ways);
  CHECK(level.group == 10);
  CHECK(level.entries == 959);
  CHECK(describe(level) == "about 959 entries (low confidence: no associativity plateau)");
}

TEST_CASE("a group that shrinks when its pages come one after the other is not believed", "[probe]") {
  auto level = second_level_from({.entries = 1090}, strides_of(9, 128));
  REQUIRE(level.confidence == Confidence::high);
  confirm_group(std::vector<ConflictStride>{{.exponent = 16, .fitting = {9, 9, 9, 9}}}, level);
  CHECK(level.confidence == Confidence::high);
  confirm_group(std::vector<ConflictStride>{{.exponent = 16, .fitting = {8, 8, 9, 8}}}, level);
  CHECK(level.confidence == Confidence::low);
  CHECK(level.doubt == "the conflict groups depend on the first level");
}

TEST_CASE("a second test that says nothing clear takes one step of confidence", "[probe]") {
  auto level = second_level_from({.entries = 2930}, strides_of(12, 256));
  confirm_group(std::vector<ConflictStride>{{.exponent = 16, .fitting = {3, 11, 7, 10}}}, level);
  CHECK(level.confidence == Confidence::medium);
}

TEST_CASE("without strides the second level is the model's, with low confidence", "[probe]") {
  const auto level = second_level_from({.entries = 1500}, {});
  CHECK(level.entries == 1500);
  CHECK(level.confidence == Confidence::low);
  CHECK(level.range_low() < 1500);
  CHECK(level.range_high() > 1500);
}

TEST_CASE("the first level's ways are where halving stops", "[probe]") {
  const auto found = ways_from(std::vector<std::uint32_t>{16, 8, 4, 4, 4, 4, 4, 4}, 64);
  CHECK(found.known);
  CHECK(found.ways == 4U);
}

TEST_CASE("a first level of which every stride fits is fully associative", "[probe]") {
  const auto found = ways_from(std::vector<std::uint32_t>{72, 72, 71, 72, 55, 72, 72, 72}, 72);
  CHECK(found.known);
  CHECK_FALSE(found.ways);
}

TEST_CASE("a few disturbed strides are no associativity", "[probe]") {
  const auto found = ways_from(std::vector<std::uint32_t>{72, 54, 49, 48, 72, 72, 72, 72}, 72);
  CHECK_FALSE(found.known);
}

TEST_CASE("every disturbance of the run is named", "[probe]") {
  CHECK(disturbance({}).empty());
  CHECK(disturbance({.rejected_share = 0.3}) == "the core's speed kept changing");
  CHECK(disturbance({.steal_share = 0.1}) == "the hypervisor took the CPU away");
  CHECK(disturbance({.cpu_changed = true}) == "the probe was moved to another CPU");
  CHECK(lowered(Confidence::high) == Confidence::medium);
  CHECK(lowered(Confidence::low) == Confidence::low);
}

TEST_CASE("a reason carries the system's words", "[probe]") {
  CHECK(not_measured({.code = Errc::denied, .os_error = 1, .field = "no executable mapping is granted"}) ==
        "not measured: no executable mapping is granted (Operation not permitted)");
}

}  // namespace pageloupe::test
