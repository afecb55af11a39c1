// SPDX-License-Identifier: MIT
#include "sample/logins.h"

#include <string>
#include <utmpx.h>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

std::string record(short type, std::string_view user) {
  utmpx one{};
  one.ut_type = type;
  user.copy(one.ut_user, sizeof(one.ut_user));
  return {reinterpret_cast<const char*>(&one), sizeof(one)};
}

TEST_CASE("sessions are the records of users that have a name", "[sample]") {
  const auto utmp = record(BOOT_TIME, "reboot") + record(USER_PROCESS, "ada") + record(USER_PROCESS, "") +
                    record(DEAD_PROCESS, "bob") + record(USER_PROCESS, "ada");
  CHECK(count_sessions(utmp) == 2);
  CHECK(count_sessions({}) == 0);
}

TEST_CASE("half a record is no session", "[sample]") {
  const auto utmp = record(USER_PROCESS, "ada");
  CHECK(count_sessions(std::string_view(utmp).substr(0, utmp.size() - 1)) == 0);
}

TEST_CASE("where logins are not noted there are none", "[sample]") {
  const FakeProc files;
  CHECK(read_sessions((files.root() / "utmp").c_str()).value() == 0);
  files.file("utmp", record(USER_PROCESS, "ada"));
  CHECK(read_sessions((files.root() / "utmp").c_str()).value() == 1);
}

}  // namespace
}  // namespace pageloupe
