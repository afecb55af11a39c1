// SPDX-License-Identifier: MIT
#include "sample/growth.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Instant at(std::uint64_t seconds) { return {seconds * 1'000'000'000}; }
constexpr Nanoseconds kMinute{60'000'000'000};

TEST_CASE("growth needs two notes, and counts from the first or from the mark", "[sample]") {
  GrowthTrack track;
  CHECK_FALSE(track.since_before());
  CHECK_FALSE(track.since_mark());
  track.note(at(1), Bytes{4096});
  CHECK_FALSE(track.since_before());
  CHECK(track.since_mark() == ByteChange{0});
  track.note(at(2), Bytes{12288});
  CHECK(track.since_before() == ByteChange{8192});
  track.mark();
  track.note(at(3), Bytes{8192});
  CHECK(track.since_before() == ByteChange{-4096});
  CHECK(track.since_mark() == ByteChange{-4096});
  CHECK(track.peak() == Bytes{12288});
}

TEST_CASE("a second note of one instant takes the place of the first", "[sample]") {
  GrowthTrack track;
  track.note(at(1), Bytes{100});
  track.note(at(2), Bytes{150});
  track.note(at(2), Bytes{180});
  CHECK(track.since_before() == ByteChange{80});
}

TEST_CASE("the slope of a steady growth is its rate, of a size that rests 0", "[sample]") {
  GrowthTrack growing;
  GrowthTrack resting;
  for (std::uint64_t second = 1; second <= 20; ++second) {
    growing.note(at(second), Bytes{second * 1000});
    resting.note(at(second), Bytes{5000});
  }
  const auto slope = growing.slope_per_second(kMinute);
  REQUIRE(slope);
  CHECK(slope->value > 900);
  CHECK(slope->value < 1100);
  CHECK(resting.slope_per_second(kMinute) == ByteChange{0});
}

TEST_CASE("a track remembers its last changes, and nothing before them", "[sample]") {
  GrowthTrack track;
  for (std::uint64_t second = 1; second <= 100; ++second) track.note(at(second), Bytes{second});
  CHECK(track.at(at(100)) == Bytes{100});
  CHECK(track.at(at(90)) == Bytes{90});
  CHECK_FALSE(track.at(at(100 - GrowthTrack::kPoints)));
}

}  // namespace
}  // namespace pageloupe
