// SPDX-License-Identifier: MIT
#include "ptop/replay_line.h"

#include "ptop/frames.h"
#include "support/catch.h"
#include "support/utc.h"

using namespace pageloupe;
using namespace pageloupe::ptop;

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

std::string line(const ReplayState& state, std::size_t columns) {
  const Utc utc;
  Frame frame;
  add_replay_line(frame.next(), state, columns, {});
  CHECK(frame.lines()[0].columns() == columns);
  return text_of(frame);
}

ReplayState state() {
  return {.host = "web1",
          .when = {.first = {1'795'576'200 * kSecond},
                   .last = {1'795'579'800 * kSecond},
                   .current = {1'795'576'324 * kSecond}}};
}

}  // namespace

TEST_CASE("a replay says of when and of which machine it is", "[ptop][record]") {
  CHECK(line(state(), 80) == "2026-11-25 03:12:04 web1  2:04 of 1:00:00\n");
  auto paused = state();
  paused.paused = true;
  CHECK(line(paused, 80) == "2026-11-25 03:12:04 web1  2:04 of 1:00:00  paused\n");
}

TEST_CASE("a narrow screen still has the time of a replay", "[ptop][record]") {
  CHECK(line(state(), 20) == "2026-11-25 03:12:04\n");
}

TEST_CASE("damage and columns that are not there are named", "[ptop][record]") {
  auto damaged = state();
  damaged.damage = "byte 8: cut";
  damaged.unrecorded = "PSS USS";
  CHECK(line(damaged, 100) ==
        "2026-11-25 03:12:04 web1  2:04 of 1:00:00  damaged: byte 8: cut  not recorded: PSS USS\n");
}

TEST_CASE("a host's name is a stranger's text", "[ptop][record]") {
  auto hostile = state();
  hostile.host = "a\x1b[2J";
  CHECK(line(hostile, 80).find('\x1b') == std::string::npos);
}
