// SPDX-License-Identifier: MIT
#include "proc/loadavg.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_loadavg reads averages, tasks and the last PID", "[proc]") {
  const auto load = parse_loadavg("8.11 5.74 3.47 10/135 22674\n");
  REQUIRE(load);
  CHECK(load->one == 8.11);
  CHECK(load->five == 5.74);
  CHECK(load->fifteen == 3.47);
  CHECK(load->runnable == 10);
  CHECK(load->tasks == 135);
  CHECK(load->last_pid == Pid{22674});
}

TEST_CASE("parse_loadavg refuses what is cut or of another shape", "[proc]") {
  const auto text = GENERATE(as<std::string>{}, "", "8.11 5.74 3.47\n", "8.11 5.74 3.47 10 22674\n",
                             "8.11 5.74 3.47 10/135\n", "nan 5.74 3.47 10/135 1\n");
  INFO(text);
  const auto load = parse_loadavg(text);
  REQUIRE_FALSE(load);
  CHECK(load.error().code == Errc::malformed);
}

}  // namespace
}  // namespace pageloupe
