// SPDX-License-Identifier: MIT
#include "pstat/selection.h"

#include "support/catch.h"
#include "support/fake_proc.h"

using namespace pageloupe;
using pageloupe::pstat::Selection;
using pageloupe::pstat::SelectionLists;
using pageloupe::pstat::Self;
using pageloupe::pstat::SimpleChoice;

namespace {

constexpr std::int32_t kTty = 0x8801;  // pts/1
constexpr Self kSelf{.euid = 1000, .tty_nr = kTty};

struct Made {
  std::int32_t pid = 50;
  std::int32_t ppid = 10;
  std::int32_t session = 40;
  std::int32_t tty = kTty;
  std::uint32_t euid = 1000;
  std::string_view comm = "sleep";
  char state = 'S';
};

Process process(const Made& made) {
  Process made_up{.pid = {made.pid}, .tgid = {made.pid}};
  PidStat stat{.pid = {made.pid}, .comm = Comm(made.comm), .state = made.state, .ppid = {made.ppid}};
  stat.pgrp = 45;
  stat.session = made.session;
  stat.tty_nr = made.tty;
  made_up.stat = stat;
  made_up.owner = pageloupe::Owner{.uid = made.euid, .gid = 5};
  StatusRecord status;
  status.uid = {7, made.euid, made.euid, made.euid};
  status.gid = {8, 5, 5, 5};
  made_up.status = status;
  return made_up;
}

bool wants(SimpleChoice simple, const Made& made) {
  return Selection(simple, {}).wants(process(made), kSelf);
}
bool wants(SelectionLists lists, const Made& made) {
  return Selection({}, std::move(lists)).wants(process(made), kSelf);
}

}  // namespace

TEST_CASE("without a choice the own processes on the own terminal are shown", "[pstat]") {
  CHECK(wants(SimpleChoice{}, {}));
  CHECK_FALSE(wants(SimpleChoice{}, {.tty = kTty + 1}));
  CHECK_FALSE(wants(SimpleChoice{}, {.tty = 0}));
  CHECK_FALSE(wants(SimpleChoice{}, {.euid = 0}));
}

TEST_CASE("who has no terminal sees the own processes without one", "[pstat]") {
  CHECK(Selection().wants(process({.tty = 0}), Self{.euid = 1000, .tty_nr = 0}));
}

TEST_CASE("BSD's default is the own processes on any terminal", "[pstat]") {
  CHECK(wants(SimpleChoice{.bsd = true}, {.tty = kTty + 1}));
  CHECK_FALSE(wants(SimpleChoice{.bsd = true}, {.tty = 0}));
  CHECK_FALSE(wants(SimpleChoice{.bsd = true}, {.euid = 0}));
}

TEST_CASE("BSD's a is every user's processes on terminals, x the own without, ax all", "[pstat]") {
  CHECK(wants(SimpleChoice{.all_users = true, .bsd = true}, {.tty = 5, .euid = 0}));
  CHECK_FALSE(wants(SimpleChoice{.all_users = true, .bsd = true}, {.tty = 0}));
  CHECK(wants(SimpleChoice{.without_tty = true, .bsd = true}, {.tty = 0}));
  CHECK_FALSE(wants(SimpleChoice{.without_tty = true, .bsd = true}, {.tty = 0, .euid = 0}));
  CHECK(wants(SimpleChoice{.all_users = true, .without_tty = true}, {.tty = 0, .euid = 0}));
}

TEST_CASE("option -a leaves out session leaders and those without a terminal", "[pstat]") {
  CHECK(wants(SimpleChoice{.others_on_ttys = true}, {.tty = 9, .euid = 0}));
  CHECK_FALSE(wants(SimpleChoice{.others_on_ttys = true}, {.pid = 40, .session = 40}));
  CHECK_FALSE(wants(SimpleChoice{.others_on_ttys = true}, {.tty = 0}));
}

TEST_CASE("a process is shown that is in any of the lists", "[pstat]") {
  const Made made{.tty = 9, .euid = 3};
  CHECK(wants(SelectionLists{.pids = {{50}}}, made));
  CHECK(wants(SelectionLists{.ppids = {{10}}}, made));
  CHECK(wants(SelectionLists{.groups = {45}}, made));
  CHECK(wants(SelectionLists{.sessions = {40}}, made));
  CHECK(wants(SelectionLists{.ttys = {9}}, made));
  CHECK(wants(SelectionLists{.effective_users = {3}}, made));
  CHECK(wants(SelectionLists{.real_users = {7}}, made));
  CHECK(wants(SelectionLists{.effective_groups = {5}}, made));
  CHECK(wants(SelectionLists{.real_groups = {8}}, made));
  CHECK(wants(SelectionLists{.commands = {"sleep"}}, made));
  CHECK(wants(SelectionLists{.pids = {{1}}, .commands = {"bash", "sleep"}}, made));
  CHECK_FALSE(wants(SelectionLists{.pids = {{1}}, .commands = {"bash"}}, made));
  CHECK_FALSE(wants(SelectionLists{.effective_users = {7}, .real_users = {3}}, made));
}

TEST_CASE("lists take the place of the default, and add to a rule", "[pstat]") {
  CHECK_FALSE(wants(SelectionLists{.pids = {{1}}}, {}));
  const Selection both(SimpleChoice{.without_tty = true}, SelectionLists{.pids = {{1}}});
  CHECK(both.wants(process({}), kSelf));
  CHECK(both.wants(process({.pid = 1, .euid = 0}), kSelf));
  CHECK_FALSE(both.wants(process({.pid = 2, .euid = 0}), kSelf));
}

TEST_CASE("a name of 15 bytes is the beginning of a longer one", "[pstat]") {
  const Made cut{.comm = "averyveryverylo"};
  CHECK(wants(SelectionLists{.commands = {"averyveryverylongname"}}, cut));
  CHECK(wants(SelectionLists{.commands = {"averyveryverylo"}}, cut));
  CHECK_FALSE(wants(SelectionLists{.commands = {"averyveryveryl"}}, cut));
  CHECK_FALSE(wants(SelectionLists{.commands = {"sleeping"}}, {}));
}

TEST_CASE("option -N shows the others, and r is applied before it", "[pstat]") {
  const Selection others(SimpleChoice{.negated = true}, SelectionLists{.pids = {{50}}});
  CHECK_FALSE(others.wants(process({}), kSelf));
  CHECK(others.wants(process({.pid = 51}), kSelf));
  const Selection resting(SimpleChoice{.everything = true, .running = true, .negated = true}, {});
  CHECK(resting.wants(process({.state = 'S'}), kSelf));
  CHECK_FALSE(resting.wants(process({.state = 'R'}), kSelf));
  CHECK_FALSE(resting.wants(process({.state = 'D'}), kSelf));
}

TEST_CASE("BSD's T is the own terminal, of all users", "[pstat]") {
  CHECK(wants(SelectionLists{.own_tty = true}, {.euid = 0}));
  CHECK_FALSE(wants(SelectionLists{.own_tty = true}, {.tty = 0}));
}

TEST_CASE("a file that could not be read puts a process into no list", "[pstat]") {
  auto unread = process({});
  unread.owner = std::unexpected(Errc::gone);
  unread.stat = std::unexpected(Errc::gone);
  unread.status = std::unexpected(Errc::denied);
  const SelectionLists all{
      .ppids = {{10}}, .effective_users = {1000}, .real_users = {7}, .commands = {"sleep"}};
  CHECK_FALSE(Selection({}, all).wants(unread, kSelf));
  CHECK_FALSE(Selection().wants(unread, kSelf));
}

TEST_CASE("a selection needs only the files that it looks at", "[pstat]") {
  const auto needs = [](SimpleChoice simple, SelectionLists lists) {
    return Selection(simple, std::move(lists)).needs();
  };
  CHECK(needs({.everything = true}, {}).empty());
  CHECK(needs({.all_users = true, .without_tty = true}, {}).empty());
  CHECK(needs({}, {.pids = {{1}}}).empty());
  CHECK(needs({}, {}) == (Source::stat | Source::owner));
  CHECK(needs({.without_tty = true}, {}) == Source::owner);
  CHECK(needs({.others_on_ttys = true}, {}) == Source::stat);
  CHECK(needs({}, {.effective_users = {0}}) == Source::owner);
  CHECK(needs({}, {.real_users = {0}}) == Source::status);
  CHECK(needs({}, {.commands = {"x"}}) == Source::stat);
  CHECK(needs({.everything = true, .running = true}, {.real_users = {0}}) == Source::stat);
}

TEST_CASE("PIDs alone are not looked for: -p ascending and once, -q as given", "[pstat]") {
  const auto named = [](SimpleChoice simple, SelectionLists lists) {
    return Selection(simple, std::move(lists)).named_pids();
  };
  CHECK(named({}, {.pids = {{3}, {1}, {3}}}) == std::vector<Pid>{{1}, {3}});
  CHECK(named({}, {.quick_pids = {{3}, {1}, {3}}}) == std::vector<Pid>{{3}, {1}, {3}});
  CHECK(Selection({}, {.quick_pids = {{3}}}).keeps_order());
  CHECK_FALSE(named({}, {.pids = {{3}}, .commands = {"x"}}));
  CHECK_FALSE(named({.negated = true}, {.pids = {{3}}}));
  CHECK_FALSE(named({.without_tty = true}, {.pids = {{3}}}));
  CHECK_FALSE(named({}, {}));
  CHECK_FALSE(named({.everything = true}, {}));
}

TEST_CASE("the own terminal is that of self/stat, and none without it", "[pstat]") {
  const FakeProc proc;
  CHECK(pstat::current_self(proc.procfs()).tty_nr == 0);
  proc.file("self/stat", "7 (x) S 1 7 7 34817 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4 5 6\n");
  CHECK(pstat::current_self(proc.procfs()).tty_nr == kTty);
}
