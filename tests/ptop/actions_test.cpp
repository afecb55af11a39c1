// SPDX-License-Identifier: MIT
#include "ptop/actions.h"

#include "support/catch.h"
#include "support/child.h"
#include "support/fake_proc.h"

namespace pageloupe::ptop {
namespace {

ActionTarget target_of(const ProcFs& procfs, const Child& child, std::string name) {
  return {.target = child.target(procfs), .name = std::move(name)};
}

std::string id_of(const Child& child) { return std::to_string(child.pid().value); }

TEST_CASE("a signal to one process is reported with its ID and name", "[ptop]") {
  const auto procfs = *ProcFs::open();
  Child child;
  const std::vector<ActionTarget> targets{target_of(procfs, child, "sleep")};
  const auto report = send_signal_to(procfs, targets, SIGTERM);
  CHECK(report.text == "SIGTERM sent to " + id_of(child) + " (sleep)");
  CHECK(report.paint() == Paint::plain);
  CHECK(child.reap() == SIGTERM);
}

TEST_CASE("one process of several that is gone does not keep the others from the signal", "[ptop]") {
  const auto procfs = *ProcFs::open();
  Child first;
  const Child reused;
  Child last;
  std::vector<ActionTarget> targets{target_of(procfs, first, "a"), target_of(procfs, reused, "b"),
                                    target_of(procfs, last, "c")};
  ++targets[1].target.start.value;
  const auto report = send_signal_to(procfs, targets, SIGKILL);
  CHECK(report.done == 2);
  CHECK(report.failed == 1);
  CHECK(report.text == "SIGKILL sent to 2 processes; not " + id_of(reused) + " (b): it has exited");
  CHECK(report.paint() == Paint::error);
  CHECK(first.reap() == SIGKILL);
  CHECK(last.reap() == SIGKILL);
  CHECK(::kill(reused.pid().value, 0) == 0);
}

TEST_CASE("failures of one cause are told together", "[ptop]") {
  const FakeProc captured;
  const auto procfs = captured.procfs();
  const std::vector<ActionTarget> targets{{.target = {.tgid = {7}, .pid = {7}}, .name = "a"},
                                          {.target = {.tgid = {8}, .pid = {8}}, .name = "b"},
                                          {.target = {.tgid = {9}, .pid = {9}}, .name = "c"}};
  CHECK(send_signal_to(procfs, targets, SIGHUP).text ==
        "SIGHUP not sent to 7 (a) and 2 others: these are not the processes of this machine");
  CHECK(renice(procfs, targets, {.value = 1}).text ==
        "not reniced: 7 (a) and 2 others: these are not the processes of this machine");
}

TEST_CASE("a nice value that was set is reported, and a change that led to several values", "[ptop]") {
  const auto procfs = *ProcFs::open();
  const Child first;
  const Child second;
  const std::vector<ActionTarget> one{target_of(procfs, first, "a")};
  const std::vector<ActionTarget> both{target_of(procfs, first, "a"), target_of(procfs, second, "b")};
  CHECK(renice(procfs, one, {.value = 12}).text == "nice 12 for " + id_of(first) + " (a)");
  CHECK(renice(procfs, both, {.value = 1, .relative = true}).text == "nice +1 for 2 processes");
  CHECK(first.stat(procfs).nice == 13);
  CHECK(renice(procfs, both, {.value = 19}).text == "nice 19 for 2 processes");
}

TEST_CASE("a nice value is a number from -20 to 19, or + and how much", "[ptop]") {
  CHECK(parse_nice("10")->value == 10);
  CHECK(parse_nice(" -20 ")->value == -20);
  CHECK_FALSE(parse_nice("-20")->relative);
  REQUIRE(parse_nice("+3"));
  CHECK(parse_nice("+3")->relative);
  CHECK(parse_nice("+3")->value == 3);
  for (const auto* text : {"", "20", "-21", "+", "+-3", "++3", "1.5", "x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_nice(text));
  }
}

}  // namespace
}  // namespace pageloupe::ptop
