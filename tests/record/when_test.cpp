// SPDX-License-Identifier: MIT
#include "record/when.h"

#include "support/catch.h"
#include "support/utc.h"

using namespace pageloupe;

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// 2026-11-24 22:00:00 to 2026-11-26 04:00:00, at 2026-11-25 12:00:00.
constexpr WhenContext kContext{.first = {1'795'557'600 * kSecond},
                               .last = {1'795'665'600 * kSecond},
                               .current = {1'795'608'000 * kSecond}};

std::string when(std::string_view text, const WhenContext& context = kContext) {
  const auto time = parse_when(text, context);
  return time ? date_time(*time) : time.error();
}

}  // namespace

TEST_CASE("a clock alone is of the day that is looked at, where the recording has it", "[record]") {
  const Utc utc;
  CHECK(when("03:12") == "2026-11-25 03:12:00");
  CHECK(when("23:59:58") == "2026-11-25 23:59:58");
  CHECK(when(" 12:00 ") == "2026-11-25 12:00:00");
}

TEST_CASE("a clock that the day at hand does not have is of the last day that has it", "[record]") {
  const Utc utc;
  auto at_the_end = kContext;
  at_the_end.current = at_the_end.last;
  CHECK(when("03:12", at_the_end) == "2026-11-26 03:12:00");
  CHECK(when("12:00", at_the_end) == "2026-11-25 12:00:00");
  auto at_the_start = kContext;
  at_the_start.current = at_the_start.first;
  CHECK(when("21:00", at_the_start) == "2026-11-25 21:00:00");
  CHECK(when("22:30", at_the_start) == "2026-11-24 22:30:00");
}

TEST_CASE("the day before the first of a month is the last of the one before", "[record]") {
  const Utc utc;
  const Timestamp first_of_march{1'772'326'800 * kSecond};  // 2026-03-01 01:00:00
  CHECK(when("23:00", {.first = {}, .last = first_of_march, .current = first_of_march}) ==
        "2026-02-28 23:00:00");
}

TEST_CASE("a date may have a clock, and be in UTC", "[record]") {
  const Utc utc;
  CHECK(when("2026-11-25") == "2026-11-25 00:00:00");
  CHECK(when("2026-11-25 03:12") == "2026-11-25 03:12:00");
  CHECK(when("2026-11-25T03:12:04Z") == "2026-11-25 03:12:04");
}

TEST_CASE("an offset counts from what is looked at", "[record]") {
  const Utc utc;
  CHECK(when("+90") == "2026-11-25 12:01:30");
  CHECK(when("-1h30m") == "2026-11-25 10:30:00");
  CHECK(when("-2d") == "2026-11-23 12:00:00");
  CHECK(when("first") == "2026-11-24 22:00:00");
  CHECK(when("last") == "2026-11-26 04:00:00");
  CHECK(when("@1795576324") == "2026-11-25 03:12:04");
  CHECK(parse_when("@7.25", kContext) == Timestamp{7'250'000'000});
  CHECK(parse_when("@7.000000001", kContext) == Timestamp{7'000'000'001});
}

TEST_CASE("what is no time is refused with what would be one", "[record]") {
  const auto* text = GENERATE("", "3:12", "25:00", "03:60", "03:12:", "03:12x", "2026-02-31", "2026-13-01",
                              "+", "-5x", "5m", "@", "@x", "@7.", "@.5", "@7.x", "@7.0000000001",
                              "@99999999999999", "+99999999999999999999", "noon");
  const auto time = parse_when(text, kContext);
  INFO(text);
  REQUIRE_FALSE(time);
  CHECK(time.error().find("is no time: 03:12") != std::string::npos);
}

TEST_CASE("a span is a sum of numbers with units, seconds without one", "[record]") {
  CHECK(parse_span("90") == Nanoseconds{90 * kSecond});
  CHECK(parse_span("1d2h3m4s") == Nanoseconds{93'784 * kSecond});
  CHECK_FALSE(parse_span("1d2x"));
  CHECK_FALSE(parse_span("-1"));
  CHECK_FALSE(parse_span("18446744073709551615d"));
}
