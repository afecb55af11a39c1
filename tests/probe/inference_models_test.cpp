// SPDX-License-Identifier: MIT
// The inference against TLBs like those of known cores. The hashes and the replacement are assumptions about
// these cores; the geometries are published ones.
#include <string>

#include "probe/inference.h"
#include "probe/simulated_tlb.h"
#include "probe/wording.h"
#include "support/catch.h"

namespace pageloupe::test {
namespace {

struct Model {
  std::string name;
  SimulatedMachine machine;
  std::optional<std::uint32_t> first_ways;  // nothing: fully associative
};

SimulatedMachine machine_of(SimulatedLevel first, std::optional<SimulatedLevel> second) {
  SimulatedMachine machine;
  machine.first = first;
  machine.second = second;
  return machine;
}

std::vector<Model> models() {
  using enum Policy;
  const auto full = [](std::uint32_t entries, Policy policy = lru) {
    return SimulatedLevel{.ways = entries, .policy = policy};
  };
  const SimulatedLevel skylake_first{.ways = 4, .sets = 16};
  const auto skylake = [&](Policy policy) {
    return machine_of(skylake_first, SimulatedLevel{12, 128, policy, Index::folded});
  };
  return {
      {"Zen 4", machine_of(full(72), SimulatedLevel{12, 256, random, Index::bit_nine}), {}},
      {"Skylake, tree", skylake(tree_plru), 4},
      {"Skylake, LRU", skylake(lru), 4},
      {"Skylake, NRU", skylake(nru), 4},
      {"Broadwell", machine_of(skylake_first, SimulatedLevel{6, 256, lru, Index::folded}), 4},
      {"Ice Lake", machine_of(skylake_first, SimulatedLevel{16, 128, lru, Index::linear}), 4},
      {"Golden Cove", machine_of({.ways = 6, .sets = 16}, SimulatedLevel{16, 128, lru, Index::folded}), 6},
      {"Zen 2, 16 ways", machine_of(full(64), SimulatedLevel{16, 128, random, Index::linear}), {}},
      {"Zen 2, 8 ways", machine_of(full(64), SimulatedLevel{8, 256, lru, Index::linear}), {}},
      {"Zen 5", machine_of(full(96), SimulatedLevel{16, 256, random, Index::linear}), {}},
      {"Neoverse N1", machine_of(full(48), SimulatedLevel{5, 256, random, Index::linear}), {}},
      {"Neoverse V2", machine_of(full(48), SimulatedLevel{8, 256, lru, Index::linear}), {}},
      {"Apple M1", machine_of({.ways = 5, .sets = 32}, SimulatedLevel{12, 256, lru, Index::linear}), 5},
      {"Gracemont", machine_of(full(48), SimulatedLevel{4, 512, lru, Index::linear}), {}},
  };
}

ProbeReport infer(const SimulatedMachine& machine, std::uint64_t seed) {
  SimulatedTlb tlb(machine, seed);
  const ProbeClock stopped = [] { return std::chrono::nanoseconds(0); };
  const InferenceOptions options{.seed = seed, .walk_tiers = false, .granule = false, .code = false};
  return TlbInference(tlb, stopped, options).run();
}

void check_exact(const Model& model, const ProbeReport& report) {
  REQUIRE(report.base.first);
  INFO("first: " << describe(*report.base.first));
  CHECK(report.base.first->entries == model.machine.first.entries());
  CHECK(report.base.first->confidence == Confidence::high);
  CHECK(report.base.first->ways_known);
  CHECK(report.base.first->ways == model.first_ways);
  REQUIRE(report.base.second);
  INFO("second: " << describe(*report.base.second) << ", model " << report.base.second->model_entries);
  CHECK(report.base.second->entries == model.machine.second->entries());
  CHECK(report.base.second->ways == model.machine.second->ways);
  CHECK(report.base.second->confidence >= Confidence::medium);
}

}  // namespace

TEST_CASE("the inference finds the exact geometry of TLBs like those of known cores", "[probe]") {
  const auto all = models();
  const auto& model = all[static_cast<std::size_t>(GENERATE(range(0, 14)))];
  INFO(model.name);
  check_exact(model, infer(model.machine, 1));
}

TEST_CASE("outliers, steal, frequency steps and a burst of false readings change no answer", "[probe]") {
  const auto all = models();
  auto model = all[static_cast<std::size_t>(GENERATE(0, 1, 5, 9))];
  SECTION("1 % of the chunks are off either way") { model.machine.noise.outliers = 0.01; }
  SECTION("5 % of the orders are spoiled") { model.machine.noise.steal = 0.05; }
  SECTION("2 % of the orders are calibrated 3 % wrong") { model.machine.noise.frequency_step = 0.02; }
  SECTION("40 chunks early on read three times too low") { model.machine.noise.low_from = 900; }
  SECTION("40 chunks later read three times too low") { model.machine.noise.low_from = 3500; }
  INFO(model.name);
  check_exact(model, infer(model.machine, 7));
}

TEST_CASE("one level of TLB is reported as one", "[probe]") {
  const auto report = infer(machine_of({.ways = 64}, std::nullopt), 1);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 64);
  CHECK_FALSE(report.base.second);
  CHECK(report.base.second.error().code == Errc::not_applicable);
}

TEST_CASE("a machine on which translation costs nothing has no step", "[probe]") {
  SimulatedMachine machine;
  machine.flat = true;
  const auto report = infer(machine, 1);
  CHECK_FALSE(report.base.shape.has_knee);
  CHECK_FALSE(report.base.first);
  CHECK(not_measured(report.base.first.error()) == "not measured: no step of the curve");
}

TEST_CASE("a second level larger than the layout is not guessed", "[probe]") {
  const auto report = infer(machine_of({.ways = 64}, SimulatedLevel{8, 4096}), 1);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 64);
  CHECK_FALSE(report.base.second);
  CHECK(no_second_knee(report.base.facts.pages) ==
        "no second knee up to 12288 pages: either one level, or more than 12288 entries");
}

TEST_CASE("an exclusive second level is not reported with high confidence", "[probe]") {
  auto machine = machine_of({.ways = 64}, SimulatedLevel{8, 128, Policy::nru, Index::linear});
  machine.exclusive = true;
  const auto report = infer(machine, 1);
  REQUIRE(report.base.first);
  CHECK(report.base.first->entries == 64);
  REQUIRE(report.base.second);
  INFO(describe(*report.base.second));
  CHECK(report.base.second->confidence == Confidence::low);
}

}  // namespace pageloupe::test
