// SPDX-License-Identifier: MIT
#include "pstat/export_groups.h"

#include "render/prometheus.h"
#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::pstat;

namespace {

constexpr Column kComm{.name = "comm", .help = "name", .type = Type::text};
constexpr auto kSums = std::to_array<Column>({
    {.name = "pss", .fold = Fold::sum, .help = "pss", .type = Type::bytes},
    {.name = "flt", .fold = Fold::sum, .counts_up = true, .help = "faults", .type = Type::count},
});
constexpr auto kPointers = pointers_to(kSums);
constexpr std::size_t kFirstSum = 6;

struct Seen {
  std::int32_t pid = 0;
  std::string group{};
  Value pss{};
  Value faults{};
  std::uint64_t start = 1;
  bool is_new = false;
};

std::string text_of(const Value& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value)) return std::to_string(bytes->value);
  if (const auto* count = std::get_if<std::uint64_t>(&value)) return std::to_string(*count);
  const auto* code = std::get_if<Errc>(&value);
  return code == nullptr ? "?" : std::string(name(*code));
}

// "group processes/denied pss faults" of each row.
std::string pass(ExportGroups& groups, const std::vector<Seen>& processes) {
  for (const auto& one : processes) {
    const auto values = std::to_array<Value>({one.pss, one.faults});
    groups.add({.id = {{one.pid}, {one.start}}, .is_new = one.is_new, .group = one.group, .values = values});
  }
  groups.end_pass();
  std::string text;
  for (std::size_t i = 0; i < groups.rows().size(); ++i) {
    const auto row = groups.rows().row(i);
    text += (text.empty() ? "" : "; ") + std::string(std::get<std::string_view>(row[0])) + " " +
            text_of(row[1]) + "/" + text_of(row[2]) + " " + text_of(row[kFirstSum]) + " " +
            text_of(row[kFirstSum + 1]);
  }
  return text;
}

Seen process(std::int32_t pid, std::string group, std::uint64_t pss, std::uint64_t faults) {
  return {.pid = pid, .group = std::move(group), .pss = Bytes{pss}, .faults = faults};
}

Seen begun(std::int32_t pid, std::string group, std::uint64_t faults, std::uint64_t start) {
  return {.pid = pid,
          .group = std::move(group),
          .pss = Bytes{1},
          .faults = faults,
          .start = start,
          .is_new = true};
}

}  // namespace

TEST_CASE("once, all columns are summed as they are", "[export]") {
  ExportGroups groups(kComm, kPointers, {});
  CHECK(pass(groups, {process(1, "a", 10, 5), process(2, "a", 20, 6), process(3, "b", 1, 1)}) ==
        "a 2/0 30 11; b 1/0 1 1");
}

TEST_CASE("counters count from the first pass on, whatever processes had counted before", "[export]") {
  ExportGroups groups(kComm, kPointers, {.counters = true});
  CHECK(pass(groups, {process(1, "a", 10, 500)}) == "a 1/0 10 0");
  CHECK(pass(groups, {process(1, "a", 10, 507)}) == "a 1/0 10 7");
  // What began since the pass before has all of its counts since then.
  CHECK(pass(groups, {process(1, "a", 10, 508), begun(2, "a", 30, 9)}) == "a 2/0 11 38");
  // What ended takes nothing back.
  CHECK(pass(groups, {process(1, "a", 10, 508)}) == "a 1/0 10 38");
  // One that was there all the time and is seen now adds nothing until it counts on.
  CHECK(pass(groups, {process(1, "a", 10, 508), process(7, "a", 1, 9000)}) == "a 2/0 11 38");
}

TEST_CASE("a PID that is used again is another process", "[export]") {
  ExportGroups groups(kComm, kPointers, {.counters = true});
  (void)pass(groups, {process(1, "a", 10, 500)});
  CHECK(pass(groups, {begun(1, "a", 20, 77)}) == "a 1/0 1 20");
  CHECK(pass(groups, {begun(1, "a", 25, 77)}) == "a 1/0 1 25");
}

TEST_CASE("what a process counts belongs to the group that it is in then", "[export]") {
  ExportGroups groups(kComm, kPointers, {.counters = true});
  (void)pass(groups, {process(1, "sh", 10, 100)});
  CHECK(pass(groups, {process(1, "make", 10, 130)}) == "make 1/0 10 30");
  CHECK(pass(groups, {process(1, "sh", 10, 135)}) == "sh 1/0 10 5");
}

TEST_CASE("counters of a group that comes back go on", "[export]") {
  ExportGroups groups(kComm, kPointers, {.counters = true});
  (void)pass(groups, {});
  CHECK(pass(groups, {begun(1, "job", 40, 2)}) == "job 1/0 1 40");
  CHECK(pass(groups, {}).empty());
  CHECK(pass(groups, {begun(2, "job", 2, 3)}) == "job 1/0 1 42");
}

TEST_CASE("the largest groups stand alone, and the others are one whose counters never fall", "[export]") {
  ExportGroups groups(kComm, kPointers, {.most = 2, .counters = true});
  CHECK(pass(groups, {process(1, "a", 30, 0), process(2, "b", 20, 0), process(3, "c", 12, 0)}) ==
        "a 1/0 30 0; b 1/0 20 0; other 1/0 12 0");
  CHECK(groups.groups() == 3);
  CHECK(groups.left_out() == 1);
  // Half as much again is not enough to take the place of one that is shown.
  CHECK(pass(groups, {process(1, "a", 30, 1), process(2, "b", 20, 2), process(3, "c", 39, 4)}) ==
        "a 1/0 30 1; b 1/0 20 2; other 1/0 39 4");
  CHECK(pass(groups, {process(1, "a", 30, 1), process(2, "b", 20, 2), process(3, "c", 70, 9)}) ==
        "a 1/0 30 1; c 1/0 70 5; other 1/0 20 4");
  // One called so is a part of them.
  CHECK(pass(groups, {process(1, "a", 30, 1), process(3, "c", 70, 9), process(4, "other", 500, 0)}) ==
        "a 1/0 30 1; c 1/0 70 5; other 1/0 500 4");
}

TEST_CASE("what may not be read is missing in a sum, and counted", "[export]") {
  ExportGroups groups(kComm, kPointers, {});
  const Seen secret{.pid = 2, .group = "a", .pss = Errc::denied, .faults = std::uint64_t{3}};
  CHECK(pass(groups, {process(1, "a", 10, 1), secret}) == "a 2/1 10 4");
  CHECK(pass(groups, {secret}) == "a 1/1 denied 3");
}

TEST_CASE("a counter that cannot be read for a while goes on from where it is then", "[export]") {
  ExportGroups groups(kComm, kPointers, {.counters = true});
  const Seen secret{.pid = 1, .group = "a", .pss = Bytes{1}, .faults = Errc::denied};
  (void)pass(groups, {process(1, "a", 1, 100)});
  CHECK(pass(groups, {secret}) == "a 1/1 1 denied");
  CHECK(pass(groups, {process(1, "a", 1, 130)}) == "a 1/0 1 30");
}

TEST_CASE("age, blocked and unread are those of a group's processes", "[export]") {
  ExportGroups groups(kComm, kPointers, {});
  const auto values = std::to_array<Value>({Bytes{1}, std::uint64_t{0}});
  groups.add({.group = "a", .values = values, .blocked = true, .age = Nanoseconds{5}});
  groups.add({.group = "a", .values = values, .unread = true});
  groups.add({.group = "a", .values = values, .age = Nanoseconds{9}});
  groups.end_pass();
  const auto row = groups.rows().row(0);
  CHECK(row[3] == Value(std::uint64_t{1}));
  CHECK(row[4] == Value(std::uint64_t{1}));
  CHECK(row[5] == Value(Nanoseconds{9}));
}
