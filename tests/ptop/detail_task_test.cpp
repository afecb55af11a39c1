// SPDX-License-Identifier: MIT
#include "ptop/detail_task.h"

#include <filesystem>

#include "support/catch.h"
#include "support/detail_fixture.h"

namespace pageloupe::ptop {
namespace {

template <class T>
const T& part_of(const DetailReading& reading) {
  REQUIRE(reading.part);
  const auto* part = std::get_if<T>(&*reading.part);
  REQUIRE(part != nullptr);
  return *part;
}

Value cell(const DetailTable& table, std::size_t row, std::string_view column) {
  const auto at = table.find(column);
  REQUIRE(at);
  REQUIRE(row < table.rows.size());
  return table.rows.row(row)[*at];
}

TEST_CASE("a map is read with what its mappings hold, by kind and one by one", "[ptop]") {
  const DetailFixture fixture;
  const auto reading = fixture.read(DetailTab::map);
  const auto& map = part_of<MapPart>(reading);
  CHECK(map.with_usage);
  REQUIRE(map.mappings.rows.size() == 4);
  CHECK(cell(map.mappings, 1, "kind") == Value(std::string_view("heap")));
  CHECK(cell(map.mappings, 1, "swap") == Value(Bytes{16 << 10}));
  CHECK(map.kinds.rows.size() == 4);
  const auto resident = map.kinds.find("resident");
  REQUIRE(resident);
  CHECK(map.kinds.totals[*resident] == Value(Bytes{532 << 10}));
  CHECK(reading.cost == Nanoseconds{12'000'000});
}

TEST_CASE("where a kernel has no smaps, the map has sizes and the reason for the rest", "[ptop]") {
  const DetailFixture fixture;
  std::filesystem::remove(fixture.proc().root() / "42/smaps");
  const auto reading = fixture.read(DetailTab::map);
  const auto& map = part_of<MapPart>(reading);
  CHECK_FALSE(map.with_usage);
  CHECK(cell(map.mappings, 0, "size") == Value(Bytes{8 << 10}));
  CHECK(cell(map.mappings, 0, "pss") == Value(Errc::not_sampled));
}

TEST_CASE("a process that has the ID of the one shown, but began at another time, is not read", "[ptop]") {
  const DetailFixture fixture;
  for (const auto& info : kDetailTabInfos) {
    const auto reading = fixture.read(info.tab, 901);
    REQUIRE_FALSE(reading.part);
    CHECK(reading.part.error() == Errc::gone);
  }
}

TEST_CASE("a process without memory has no map and no environment, not an empty one", "[ptop]") {
  const DetailFixture fixture;
  fixture.proc().file(42, "smaps", "");
  fixture.proc().file(42, "environ", "");
  fixture.proc().file(42, "statm", "0 0 0 0 0 0 0\n");
  CHECK(fixture.read(DetailTab::map).part.error() == Errc::no_memory);
  CHECK(fixture.read(DetailTab::environment).part.error() == Errc::no_memory);
}

TEST_CASE("an environment that is empty is no reason", "[ptop]") {
  const DetailFixture fixture;
  fixture.proc().file(42, "environ", "");
  CHECK(part_of<EnvironmentPart>(fixture.read(DetailTab::environment)).entries.empty());
}

TEST_CASE("the map of a process whose first thread has ended is read through one that lives", "[ptop]") {
  const DetailFixture fixture;
  const auto& proc = fixture.proc();
  proc.file(42, "stat", stat_text({.state = 'Z'}));
  proc.file(42, "statm", "0 0 0 0 0 0 0\n");
  proc.file(42, "smaps", "");
  proc.file(43, "stat", stat_text({.pid = 43, .state = 'S'}));
  proc.file(43, "smaps",
            smaps_text({"01000000-01800000 rw-p 00000000 00:00 0                                  [heap]",
                        8192, 4, 4, 4, 0}));
  const auto reading = fixture.read(DetailTab::map);
  CHECK(part_of<MapPart>(reading).mappings.rows.size() == 1);
}

TEST_CASE("memory has the columns of all sections, and the reason of each that has no value", "[ptop]") {
  const DetailFixture fixture;
  const auto reading = fixture.read(DetailTab::memory);
  const auto& memory = part_of<FactsPart>(reading);
  CHECK(cell(memory.facts, 0, "uss") == Value(Bytes{520 << 10}));
  CHECK(cell(memory.facts, 0, "hwm") == Value(Bytes{700 << 10}));
  CHECK(cell(memory.facts, 0, "ksm_merged") == Value(Errc::unsupported));
  REQUIRE(memory.headroom);
  CHECK(memory.headroom->front().name == "stack");
  CHECK(memory.headroom->front().headroom == Value(Bytes{(8192 - 132) << 10}));
}

TEST_CASE("threads have rates from the second sample on, and none where the thread is another", "[ptop]") {
  const DetailFixture fixture;
  const auto first = part_of<ThreadSamples>(fixture.read(DetailTab::threads));
  REQUIRE(first.size() == 2);
  auto now = first;
  now[0].stat.utime.value += 50;
  *now[0].voluntary += 30;
  now[1].stat.starttime.value += 1;
  const auto alone = join_threads(first, {}, 0, {});
  CHECK(cell(alone.threads, 0, "cpu") == Value(Errc::no_previous));
  const auto joined = join_threads(now, first, 2.0, {});
  CHECK(std::get<Percent>(cell(joined.threads, 0, "cpu")).value == Approx(25));
  CHECK(std::get<Rate>(cell(joined.threads, 0, "vcsw_rate")).value == Approx(15));
  CHECK(cell(joined.threads, 1, "vcsw_rate") == Value(Errc::no_previous));
  CHECK(cell(joined.threads, 1, "comm") == Value(std::string_view("worker")));
}

TEST_CASE("the group has the cgroup's memory, the limit none, and namespaces by number", "[ptop]") {
  const DetailFixture fixture;
  const auto reading = fixture.read(DetailTab::group);
  const auto& group = part_of<FactsPart>(reading);
  CHECK(cell(group.facts, 0, "unit") == Value(std::string_view("pool.service")));
  CHECK(cell(group.facts, 0, "oom_score_adj") == Value(std::int64_t{-17}));
  CHECK(cell(group.facts, 0, "pidns") == Value(std::uint64_t{4026531836}));
  CHECK(group.cgroup.current == Bytes{1 << 20});
  CHECK(group.cgroup.swap.error() == Errc::unsupported);
}

TEST_CASE("an environment is its entries, as they are", "[ptop]") {
  const DetailFixture fixture;
  const auto reading = fixture.read(DetailTab::environment);
  const auto& entries = part_of<EnvironmentPart>(reading).entries;
  REQUIRE(entries.size() == 3);
  CHECK(entries[1] == "TERM=xterm");
  CHECK(entries[2] == "BAD=\x1b[2J");
}

}  // namespace
}  // namespace pageloupe::ptop
