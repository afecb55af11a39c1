// SPDX-License-Identifier: MIT
// The inference as a whole: stages beyond the base page, time, cancellation, conditions.
#include "probe/inference.h"

#include "probe/simulated_tlb.h"
#include "support/catch.h"

namespace pageloupe::test {
namespace {

constexpr InferenceOptions kBaseOnly{.walk_tiers = false, .granule = false, .code = false};

SimulatedMachine small_machine() {
  SimulatedMachine machine;
  machine.first = {.ways = 32};
  machine.second = SimulatedLevel{.ways = 8, .sets = 64};
  machine.pages = 2048;
  return machine;
}

std::chrono::nanoseconds stopped() { return std::chrono::nanoseconds(0); }

ProbeReport infer(SimulatedTlb& tlb, const InferenceOptions& options) {
  return TlbInference(tlb, stopped, options).run();
}

}  // namespace

TEST_CASE("the same seed gives the same report", "[probe]") {
  SimulatedTlb one(small_machine(), 3);
  SimulatedTlb two(small_machine(), 3);
  const auto a = infer(one, kBaseOnly);
  const auto b = infer(two, kBaseOnly);
  REQUIRE(a.base.first);
  REQUIRE(b.base.first);
  CHECK(a.base.first->penalty == b.base.first->penalty);
  CHECK(one.calls() == two.calls());
}

TEST_CASE("everything is measured, and huge pages too where the TLB holds them whole", "[probe]") {
  auto machine = small_machine();
  machine.piece = 512;
  SimulatedTlb tlb(machine, 1);
  const auto report = infer(tlb, {});
  REQUIRE(report.granule);
  CHECK(report.granule->holds_huge());
  CHECK(granule_finding(*report.granule).empty());
  REQUIRE(report.huge_2m);
  REQUIRE(report.huge_2m->first);
  CHECK(report.huge_2m->first->entries == 32);
  REQUIRE(report.huge_2m->second);
  CHECK(report.huge_2m->second->entries == 512);
  CHECK_FALSE(report.huge_1g);
  CHECK(not_measured(report.huge_1g.error()) == "not measured: the hugetlb pool has no free page");
  CHECK(report.walk_tiers.size() == 3);
}

TEST_CASE("huge pages held in base-size pieces are said to be, not measured", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  const auto report = infer(tlb, {});
  REQUIRE(report.granule);
  CHECK(report.granule->huge_regions() == 0);
  CHECK(report.granule->common_piece() == Bytes{4096});
  CHECK_FALSE(report.huge_2m);
  CHECK(
      granule_finding(*report.granule) ==
      "2 MiB pages: backed with smaller ones, as by a hypervisor; the TLB holds 4 KiB pieces; 2 MiB geometry "
      "cannot be measured here");
}

TEST_CASE("pieces between a base page and a huge one are recognised", "[probe]") {
  auto machine = small_machine();
  const auto pages = GENERATE(4U, 8U, 16U);
  machine.piece = pages;
  machine.joined = 4;
  SimulatedTlb tlb(machine, 1);
  auto options = kBaseOnly;
  options.granule = true;
  const auto report = infer(tlb, options);
  REQUIRE(report.granule);
  CHECK(report.granule->common_piece() == Bytes{4096U * pages});
  REQUIRE(report.granule->contiguous);
  CHECK(*report.granule->contiguous == Bytes{16384});
}

TEST_CASE("a kernel that gives no huge page is a reason", "[probe]") {
  auto machine = small_machine();
  machine.has_huge = false;
  SimulatedTlb tlb(machine, 1);
  auto options = kBaseOnly;
  options.granule = true;
  const auto report = infer(tlb, options);
  REQUIRE_FALSE(report.granule);
  CHECK(not_measured(report.granule.error()) == "not measured: the kernel gave no huge page");
  CHECK(not_measured(report.huge_2m.error()) == "not measured: the kernel gave no huge page");
}

TEST_CASE("the instruction TLB is reported, but never with high confidence", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  auto options = kBaseOnly;
  options.code = true;
  const auto report = infer(tlb, options);
  REQUIRE(report.code);
  REQUIRE(report.code->geometry.first);
  CHECK(report.code->geometry.first->entries == 32);
  CHECK(report.code->geometry.first->confidence <= Confidence::medium);
}

TEST_CASE("a branch predictor's step is not taken for an instruction TLB's", "[probe]") {
  auto machine = small_machine();
  machine.jumps_follow_pages = false;
  SimulatedTlb tlb(machine, 1);
  auto options = kBaseOnly;
  options.code = true;
  const auto report = infer(tlb, options);
  REQUIRE_FALSE(report.code);
  CHECK(not_measured(report.code.error()) ==
        "not measured: the step follows the number of jumps, not of pages");
}

TEST_CASE("a run that is cancelled at once has reasons in every place", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  const std::atomic<bool> cancelled{true};
  const auto report = TlbInference(tlb, stopped, {}, &cancelled).run();
  CHECK(report.cancelled);
  CHECK(tlb.calls() == 0);
  REQUIRE_FALSE(report.base.first);
  CHECK(not_measured(report.base.first.error()) == "not measured: stopped before this stage");
  CHECK_FALSE(report.base.second);
  CHECK_FALSE(report.granule);
  CHECK_FALSE(report.code);
}

TEST_CASE("a run that is cancelled on the way gives what it knows", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  std::atomic<bool> cancelled{false};
  Observer observer;
  observer.progress = [&](std::string_view stage, double) {
    if (stage == "conflict sets") cancelled = true;
  };
  const auto report = TlbInference(tlb, stopped, kBaseOnly, &cancelled, observer).run();
  CHECK(report.cancelled);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 32);
  REQUIRE(report.base.second);
  CHECK(report.base.second->confidence == Confidence::low);
  CHECK_FALSE(report.base.curve.empty());
}

TEST_CASE("an emulator's latencies are never believed", "[probe]") {
  auto machine = small_machine();
  machine.hit = 15;
  SimulatedTlb tlb(machine, 1);
  const auto report = infer(tlb, kBaseOnly);
  REQUIRE(report.base.first);
  CHECK(report.base.first->confidence == Confidence::low);
  REQUIRE(report.base.second);
  CHECK(report.base.second->confidence == Confidence::low);
}

TEST_CASE("a core that is shared all the time is a step less sure", "[probe]") {
  auto machine = small_machine();
  machine.hit = 4.1;
  SimulatedTlb tlb(machine, 1);
  const auto report = infer(tlb, kBaseOnly);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 32);
  CHECK(report.base.first->confidence == Confidence::medium);
  CHECK(report.base.first->doubt == "other load seems to share the core");
}

TEST_CASE("without the second level only the first is measured", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  auto options = kBaseOnly;
  options.second_level = false;
  const auto report = infer(tlb, options);
  CHECK(report.base.first);
  CHECK_FALSE(report.base.second);
  CHECK(report.attempts == 1);
  CHECK(report.base.curve.front().orders.size() == 6);
}

TEST_CASE("a slow machine ends within its budget, with less looked at", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  // Every look at the clock takes so long that the whole run would need several budgets.
  auto now = std::chrono::nanoseconds(0);
  const ProbeClock slow = [&] { return now += std::chrono::milliseconds(4); };
  const auto report = TlbInference(tlb, slow, {}).run();
  CHECK(report.elapsed < std::chrono::seconds(11));
  REQUIRE(report.base.economy);
  CHECK(report.base.economy->passes == 3);
}

TEST_CASE("a budget that ends while passes are repeated ends the run", "[probe]") {
  auto machine = small_machine();
  machine.hit = 4.1;  // never sure, so passes go on
  SimulatedTlb tlb(machine, 1);
  auto now = std::chrono::nanoseconds(0);
  const auto step = std::chrono::microseconds(GENERATE(500, 1000, 1500, 2000, 3000));
  const ProbeClock slow = [&] { return now += step; };
  CHECK(TlbInference(tlb, slow, {}).run().elapsed < std::chrono::seconds(11));
}

TEST_CASE("a machine too slow for one sweep ends within its budget", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  auto now = std::chrono::nanoseconds(0);
  const ProbeClock slow = [&] { return now += std::chrono::milliseconds(100); };
  const auto report = TlbInference(tlb, slow, {}).run();
  CHECK(report.elapsed < std::chrono::seconds(11));
  REQUIRE_FALSE(report.base.first);
  CHECK(not_measured(report.base.first.error()) == "not measured: the time budget was spent");
}

TEST_CASE("what is left out for want of time grows with the time a sweep takes", "[probe]") {
  CHECK(economy_for(0.05) == Economy{});
  CHECK(economy_for(0.13).passes == 3);
  CHECK(economy_for(0.13).placements == 6);
  CHECK(economy_for(0.15).placements == 4);
  CHECK(economy_for(0.15).second_sweep);
  CHECK_FALSE(economy_for(0.17).second_sweep);
  CHECK(economy_for(0.19).granule_regions == 2);
  CHECK(economy_for(0.19).walk_tiers);
  CHECK_FALSE(economy_for(0.5).walk_tiers);
}

TEST_CASE("a disturbed run is a step less sure", "[probe]") {
  SimulatedTlb tlb(small_machine(), 1);
  tlb.reported().steal = 0.2;
  const auto report = infer(tlb, kBaseOnly);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 32);
  CHECK(report.base.first->confidence == Confidence::medium);
  CHECK(report.base.first->doubt == "the hypervisor took the CPU away");
}

}  // namespace pageloupe::test
