// SPDX-License-Identifier: MIT
#include "record/record_options.h"

#include "support/catch.h"

using namespace pageloupe;

TEST_CASE("a recording is bounded in size without being asked to", "[record]") {
  const auto request = make_recording_request({.record = "f"});
  REQUIRE(request);
  CHECK(request->limits.max_bytes == 256ULL << 20);
  CHECK(request->limits.keep == 1);
}

TEST_CASE("size, age and number of files of a recording are what was asked for", "[record]") {
  const auto request = make_recording_request({.record = "f", .size = "1.5M", .age = "1d6h", .keep = "0"});
  REQUIRE(request);
  CHECK(request->limits.max_bytes == 3ULL << 19);
  CHECK(request->limits.max_age == Nanoseconds{108'000'000'000'000});
  CHECK(request->limits.keep == 0);
}

TEST_CASE("options of recordings that contradict each other or do nothing are refused", "[record]") {
  CHECK_FALSE(make_recording_request({.record = "f", .replay = "f"}));
  CHECK_FALSE(make_recording_request({.at = "03:12"}));
  CHECK_FALSE(make_recording_request({.size = "1M"}));
  CHECK_FALSE(make_recording_request({.keep = "1", .replay = "f"}));
  CHECK_FALSE(make_recording_request({.record = ""}));
  CHECK_FALSE(make_recording_request({.record = "f", .size = "much"}));
  CHECK_FALSE(make_recording_request({.record = "f", .age = "0"}));
  CHECK_FALSE(make_recording_request({.record = "f", .keep = "-1"}));
  CHECK(make_recording_request({.replay = "f", .at = "03:12"})->at == "03:12");
}
