// SPDX-License-Identifier: MIT
#include "pstat/lists.h"

#include <sys/stat.h>

#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::pstat;

namespace {

Accounts invented() {
  return {
      .user = [](const std::string& name) { return name == "alice" ? std::optional(1000U) : std::nullopt; },
      .group = [](const std::string& name) { return name == "staff" ? std::optional(50U) : std::nullopt; },
      .device = [](const std::string& path) -> std::optional<std::int32_t> {
        if (path == "/dev/pts/1") return 0x8801;
        if (path == "/dev/tty1") return 0x401;
        return std::nullopt;
      },
      .user_names = [] { return std::vector<std::string>{"root", "alice"}; },
      .group_names = [] { return std::vector<std::string>{"root", "staff"}; }};
}

using Given = std::vector<std::string>;

std::string pids_error(const std::string& list) {
  const auto pids = parse_pids(Given{list});
  return pids ? "accepted" : pids.error();
}

}  // namespace

TEST_CASE("process IDs stand between commas or blanks, in one list or many", "[pstat]") {
  CHECK(parse_pids(Given{"3,1", "2 4194304"}) == std::vector<Pid>{{3}, {1}, {2}, {4194304}});
  CHECK(parse_pids(Given{}) == std::vector<Pid>{});
}

TEST_CASE("a process ID that cannot be is out of range", "[pstat]") {
  for (const auto* list : {"0", "-1", "4194305", "99999999999", "99999999999999999999999", "1,0", "+1"}) {
    INFO(list);
    CHECK_THAT(pids_error(list), Catch::Matchers::StartsWith("process ID out of range"));
  }
}

TEST_CASE("what is no number is no process ID", "[pstat]") {
  for (const auto* list : {"1x", "x", "0x10", "1.5", "-", "1;2"}) {
    INFO(list);
    CHECK_THAT(pids_error(list), Catch::Matchers::StartsWith("process ID list syntax error"));
  }
}

TEST_CASE("a list with an empty item is improper", "[pstat]") {
  for (const auto* list : {"", ",", "1,", ",1", "1,,2", "1, 2", "1 "}) {
    INFO(list);
    CHECK_THAT(pids_error(list), ContainsSubstring("improper list"));
  }
}

TEST_CASE("users are names or numbers, and a misspelt one is guessed", "[pstat]") {
  CHECK(parse_users(Given{"alice,7"}, invented()) == std::vector<std::uint32_t>{1000, 7});
  CHECK(parse_users(Given{"alce"}, invented()).error() == "no user is called 'alce'; did you mean 'alice'?");
  CHECK(parse_users(Given{"xyz"}, invented()).error() == "no user is called 'xyz'");
  CHECK_THAT(parse_users(Given{"99999999999"}, invented()).error(),
             Catch::Matchers::StartsWith("user ID out of range"));
}

TEST_CASE("groups are names or numbers", "[pstat]") {
  CHECK(parse_groups(Given{"staff", "0"}, invented()) == std::vector<std::uint32_t>{50, 0});
  CHECK(parse_groups(Given{"staf"}, invented()).error() ==
        "no group is called 'staf'; did you mean 'staff'?");
}

TEST_CASE("terminals have short names, paths, and a sign for none", "[pstat]") {
  CHECK(parse_ttys(Given{"pts/1,/dev/pts/1,tty1,?,-"}, invented()) ==
        std::vector<std::int32_t>{0x8801, 0x8801, 0x401, 0, 0});
  CHECK_THAT(parse_ttys(Given{"tty9"}, invented()).error(),
             Catch::Matchers::StartsWith("TTY could not be found"));
}

TEST_CASE("a number is tty1 before it is pts/1", "[pstat]") {
  CHECK(parse_ttys(Given{"1"}, invented()) == std::vector<std::int32_t>{0x401});
}

TEST_CASE("this machine knows root, its group, and a character device", "[pstat][live]") {
  const auto accounts = system_accounts();
  CHECK(accounts.user("root") == 0U);
  CHECK(accounts.group("root") == 0U);
  CHECK_FALSE(accounts.user("no such user"));
  CHECK(accounts.device("/dev/null") == 0x103);
  CHECK_FALSE(accounts.device("/"));
  const auto names = accounts.user_names();
  CHECK(std::ranges::find(names, "root") != names.end());
  CHECK(std::ranges::find(names, "") == names.end());
}
