// SPDX-License-Identifier: MIT
// Columns of counters and of TLB entries.

#include "field/process_fields.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

using perf::Group;

Value cell(std::string_view name, const ProcessRow& row) {
  return (**find_field(process_fields(), name))(row);
}
Errc why(std::string_view name, const ProcessRow& row) { return std::get<Errc>(cell(name, row)); }

constexpr std::array kCounterColumns{
    "dtlb_loads",        "dtlb_load_misses", "dtlb_loads_pki",        "dtlb_load_misses_pki", "dtlb_stores",
    "dtlb_store_misses", "dtlb_stores_pki",  "dtlb_store_misses_pki", "walk_cycles",          "ipc",
    "tlb_flushes"};

// Two samples of a process, two seconds apart.
struct Fixture {
  Process before{};
  Process now{};
  SystemFacts system{};
  Names names{};
  TextPool pool{};

  Fixture() { before.counters = now.counters = perf::Counts{}; }
  ProcessRow row() { return {now, system, names, pool, &before, 2.0, 2.0}; }
  ProcessRow first() { return {now, system, names, pool}; }
  void set(Group group, std::array<std::uint64_t, 3> values, std::uint64_t ms) {
    auto& counts = (*now.counters)[group];
    for (std::size_t i = 0; i < values.size(); ++i) {
      counts.values[i] = values[i];
      (*before.counters)[group].values[i] = 0;
    }
    counts.enabled = counts.running = Nanoseconds{ms * 1'000'000};
  }
  void fail(Errc code) {
    for (auto& group : now.counters->groups) group.values.fill(std::unexpected(code));
  }
};

TEST_CASE("counters are shown per second and per 1,000 instructions", "[field]") {
  Fixture fixture;
  fixture.set(Group::loads, {40, 2000, 10'000}, 50);
  CHECK(std::get<Rate>(cell("dtlb_load_misses", fixture.row())).value == Approx(20));
  CHECK(std::get<Rate>(cell("dtlb_loads", fixture.row())).value == Approx(1000));
  CHECK(std::get<Number>(cell("dtlb_load_misses_pki", fixture.row())).value == Approx(4));
  CHECK(std::get<Number>(cell("dtlb_loads_pki", fixture.row())).value == Approx(200));
  fixture.set(Group::cycles, {5000, 10'000, 0}, 50);
  CHECK(std::get<Number>(cell("ipc", fixture.row())).value == Approx(2));
  fixture.set(Group::walks, {30, 10, 200}, 50);
  CHECK(std::get<Percent>(cell("walk_cycles", fixture.row())).value == Approx(20));
}

TEST_CASE("without a PMU every cell says so, in the first sample as in the second", "[field]") {
  Fixture fixture;
  fixture.fail(Errc::no_pmu);
  for (const auto* name : kCounterColumns) {
    INFO(name);
    CHECK(why(name, fixture.row()) == Errc::no_pmu);
    CHECK(why(name, fixture.first()) == Errc::no_pmu);
  }
  CHECK(why("counter_scope", fixture.row()) == Errc::no_pmu);
  CHECK(why("counter_coverage", fixture.row()) == Errc::no_pmu);
}

TEST_CASE("of the first sample there is no rate", "[field]") {
  Fixture fixture;
  fixture.set(Group::loads, {40, 2000, 10'000}, 50);
  CHECK(why("dtlb_loads", fixture.first()) == Errc::no_previous);
  CHECK(why("dtlb_loads_pki", fixture.first()) == Errc::no_previous);
}

TEST_CASE("counts of two attachments have no difference", "[field]") {
  Fixture fixture;
  fixture.set(Group::loads, {40, 2000, 10'000}, 50);
  fixture.now.counters->attachment = 2;
  fixture.before.counters->attachment = 1;
  CHECK(why("dtlb_loads", fixture.row()) == Errc::no_previous);
  CHECK(why("dtlb_loads_pki", fixture.row()) == Errc::no_previous);
}

TEST_CASE("a process without counters has its own reason in every cell", "[field]") {
  Fixture fixture;
  fixture.now.counters = std::unexpected(Errc::not_applicable);
  for (const auto* name : kCounterColumns) CHECK(why(name, fixture.row()) == Errc::not_applicable);
}

TEST_CASE("coverage is that of the group that saw least", "[field]") {
  Fixture fixture;
  fixture.set(Group::loads, {1, 1, 1}, 90);
  fixture.set(Group::cycles, {1, 1, 1}, 40);
  fixture.before.counters->cpu = Nanoseconds{0};
  fixture.now.counters->cpu = Nanoseconds{100'000'000};
  CHECK(std::get<Percent>(cell("counter_coverage", fixture.row())).value == Approx(40));
  CHECK(std::get<std::string_view>(cell("counter_scope", fixture.row())) == "all");
  fixture.now.counters->user_only = true;
  CHECK(std::get<std::string_view>(cell("counter_scope", fixture.row())) == "user");
}

TEST_CASE("each counter's column asks for its own group and for the start of the process", "[field]") {
  for (const auto* name : kCounterColumns) {
    const auto& column = (*find_field(process_fields(), name))->column;
    INFO(name);
    CHECK(column.needs_before);
    CHECK(column.origin.files.has(Source::stat));
    CHECK(column.origin.files.size() == 2);
  }
}

TEST_CASE("TLB entries are counted by the size of pages, and covered by each level", "[field]") {
  constexpr std::uint64_t kMib = 1U << 20U;
  Fixture fixture;
  SmapsUsage usage;
  usage.set(SmapsKey::rss, 72 * kMib);
  usage.set(SmapsKey::anon_huge_pages, 64 * kMib);
  fixture.now.rollup = usage;
  CHECK(std::get<std::uint64_t>(cell("tlb_entries", fixture.row())) == 2048 + 32);
  CHECK(why("tlb_l1", fixture.row()) == Errc::not_sampled);
  DataTlbs tlbs;
  tlbs.levels[0] = DataTlb{.base = 1024, .huge = 16};
  fixture.system.cpu.data_tlbs = tlbs;
  CHECK(std::get<Percent>(cell("tlb_l1", fixture.row())).value == Approx(50));
  CHECK(std::get<Bytes>(cell("tlb_l1_reach", fixture.row())) == Bytes{36 * kMib});
  CHECK(why("tlb_l2", fixture.row()) == Errc::unsupported);
}

}  // namespace
}  // namespace pageloupe
