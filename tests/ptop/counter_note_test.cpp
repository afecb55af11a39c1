// SPDX-License-Identifier: MIT
#include "ptop/counter_note.h"

#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

Process with(perf::Cell<std::uint64_t> loads) {
  Process process;
  process.counters = perf::Counts{};
  (*process.counters)[perf::Group::loads].values.fill(loads);
  return process;
}

TEST_CASE("a counter that cannot be had says why, in a cell and in words", "[ptop]") {
  CHECK(counter_reason(Errc::no_pmu) == "no PMU");
  CHECK(counter_reason(Errc::gone).empty());
  CHECK(counter_note(with(std::unexpected(Errc::no_pmu)), {}) ==
        "counters: no performance counters in this machine");
}

TEST_CASE("of counters that count there is nothing to be said, unless the kernel's part is missing",
          "[ptop]") {
  auto process = with(7);
  CHECK(counter_note(process, {}).empty());
  process.counters->user_only = true;
  CHECK(counter_note(process, {.paranoid = 2}) ==
        "counters of user space only: run as root or with CAP_PERFMON, or lower kernel.perf_event_paranoid "
        "(2) to "
        "see the kernel's");
}

TEST_CASE("where counters are denied the note says what helps", "[ptop]") {
  CHECK(counter_note(with(std::unexpected(Errc::denied)), {}) ==
        "counters denied: run as root or with CAP_PERFMON");
}

TEST_CASE("a process that did not run needs no note", "[ptop]") {
  CHECK(counter_note(with(std::unexpected(Errc::did_not_run)), {}).empty());
  CHECK(counter_note(Process{}, {}).empty());
}

}  // namespace
}  // namespace pageloupe::ptop
