// SPDX-License-Identifier: MIT
// Many random geometries: the answer is right or says that it is not sure. Half a minute and more, so these
// run only where they are asked for: [mass1], [mass2].
#include <algorithm>
#include <array>
#include <string>

#include "probe/inference.h"
#include "probe/simulated_tlb.h"
#include "probe/wording.h"
#include "support/catch.h"

namespace pageloupe::test {
namespace {

template <class T, std::size_t N>
T pick(const std::array<T, N>& choices, Rng& rng) {
  return choices[rng.below(static_cast<std::uint32_t>(N))];
}

// The first level is never so large beside the second as not to be told apart from it.
constexpr std::uint32_t kLeastRatio = 8;

SimulatedLevel random_first(Rng& rng, std::uint32_t most) {
  constexpr std::array kEntries{16U, 24U, 32U, 40U, 48U, 56U, 64U, 72U, 96U, 128U, 160U, 192U, 224U, 256U};
  constexpr std::array kPolicies{Policy::lru, Policy::lru, Policy::random, Policy::tree_plru, Policy::nru};
  constexpr std::array kWays{4U, 5U, 6U, 7U, 8U};
  constexpr std::array kSets{8U, 16U, 32U};
  SimulatedLevel level{.policy = pick(kPolicies, rng)};
  do {
    const bool full = rng.below(2) == 0;
    level.ways = full ? pick(kEntries, rng) : pick(kWays, rng);
    level.sets = full ? 1 : pick(kSets, rng);
  } while (level.entries() > most);
  return level;
}

SimulatedLevel random_second(Rng& rng) {
  constexpr std::array kWays{4U, 5U, 6U, 8U, 10U, 12U, 16U};
  constexpr std::array kSets{64U, 128U, 256U, 512U};
  constexpr std::array kPolicies{Policy::lru, Policy::random, Policy::tree_plru, Policy::nru};
  constexpr std::array kIndexes{Index::linear, Index::folded, Index::bit_nine};
  SimulatedLevel level{.policy = pick(kPolicies, rng), .index = pick(kIndexes, rng)};
  do {
    level.ways = pick(kWays, rng);
    level.sets = pick(kSets, rng);
    // Bit 9 of the page number in place of bit 7: known of 256 sets only.
    if (level.index == Index::bit_nine) level.sets = 256;
  } while (level.entries() < 512 || level.entries() > 4096);
  return level;
}

SimulatedMachine random_machine(Rng& rng) {
  SimulatedMachine machine;
  if (rng.below(20) != 0) machine.second = random_second(rng);
  const auto second = machine.second ? machine.second->entries() : 2048;
  machine.first = random_first(rng, second / kLeastRatio);
  machine.pages = std::clamp(3 * second, 2048U, 12288U);
  machine.flat = rng.below(50) == 0;
  machine.exclusive = rng.below(50) == 0;
  machine.penalty = 5 + 5 * rng.unit();
  machine.walk = 20 + 60 * rng.unit();
  machine.noise.jitter = 0.001 + 0.004 * rng.unit();
  machine.noise.spikes = 0.05 * rng.unit();
  machine.noise.outliers = rng.below(4) == 0 ? 0.01 : 0;
  machine.noise.steal = rng.below(4) == 0 ? 0.1 * rng.unit() : 0;
  machine.noise.frequency_step = rng.below(8) == 0 ? 0.02 : 0;
  machine.noise.low_from = rng.below(10) == 0 ? rng.below(20000) + 1 : 0;
  return machine;
}

// How one level came out.
struct Tally {
  unsigned exact = 0;
  unsigned exact_and_high = 0;
  unsigned wrong_and_high = 0;
  unsigned wrong_and_medium = 0;
  unsigned unsure = 0;
  unsigned wrong_ways = 0;

  void add(bool right, Confidence confidence) {
    exact += right ? 1 : 0;
    exact_and_high += right && confidence == Confidence::high ? 1 : 0;
    wrong_and_high += !right && confidence == Confidence::high ? 1 : 0;
    wrong_and_medium += !right && confidence == Confidence::medium ? 1 : 0;
    unsure += confidence == Confidence::low ? 1 : 0;
  }
  [[nodiscard]] std::string text() const {
    return std::to_string(exact) + " exact (" + std::to_string(exact_and_high) +
           " high), wrong: " + std::to_string(wrong_and_high) + " high, " + std::to_string(wrong_and_medium) +
           " medium; " + std::to_string(unsure) + " low; ways wrong: " + std::to_string(wrong_ways);
  }
};

struct Outcome {
  Tally first;
  Tally second;
};

ProbeReport infer(const SimulatedMachine& machine, std::uint64_t seed) {
  SimulatedTlb tlb(machine, seed);
  const ProbeClock stopped = [] { return std::chrono::nanoseconds(0); };
  const InferenceOptions options{
      .seed = seed, .attempts = 1, .walk_tiers = false, .granule = false, .code = false};
  return TlbInference(tlb, stopped, options).run();
}

std::string words(const SimulatedLevel& level) {
  return std::to_string(level.ways) + " x " + std::to_string(level.sets) + ", policy " +
         std::to_string(static_cast<int>(level.policy)) + ", index " +
         std::to_string(static_cast<int>(level.index));
}

// Says which seeds went wrong, so that they can be looked at alone.
template <class Level>
void judge(Tally& tally, const Level& found, const std::optional<SimulatedLevel>& truth,
           const std::string& run) {
  const bool right = truth && found.entries == truth->entries();
  tally.add(right, found.confidence);
  if (!right && found.confidence != Confidence::low) {
    WARN(run << ": " << describe(found) << "; true: " << (truth ? words(*truth) : "none"));
  }
}

void judge_ways(Tally& tally, std::uint32_t found, std::uint32_t truth, const std::string& run) {
  if (found == truth) return;
  ++tally.wrong_ways;
  WARN(run << ": " << found << " ways; true: " << truth);
}

void run_seed(std::uint64_t seed, Outcome& outcome) {
  Rng rng(seed);
  const auto machine = random_machine(rng);
  const auto report = infer(machine, seed);
  const auto run = "seed " + std::to_string(seed) + (machine.exclusive ? " (exclusive)" : "");
  if (report.base.first) {
    const auto& found = *report.base.first;
    judge(outcome.first, found, machine.flat ? std::nullopt : std::optional(machine.first), run);
    const auto ways = machine.first.sets == 1 ? 0 : machine.first.ways;
    const bool sure = found.ways_known && found.confidence == Confidence::high;
    judge_ways(outcome.first, sure ? found.ways.value_or(0) : ways, ways, run);
  }
  if (report.base.second) {
    const auto& found = *report.base.second;
    judge(outcome.second, found, machine.flat ? std::nullopt : machine.second, run);
    const bool sure = machine.second && found.ways && found.confidence == Confidence::high;
    judge_ways(outcome.second, sure ? *found.ways : 0, sure ? machine.second->ways : 0, run);
  }
}

#if defined(__SANITIZE_ADDRESS__)
constexpr unsigned kRuns = 12;  // some fifteen times slower
#else
constexpr unsigned kRuns = 500;
#endif

void run_seeds(std::uint64_t from) {
  Outcome outcome;
  for (auto seed = from; seed < from + kRuns; ++seed) run_seed(seed, outcome);
  WARN("first level: " << outcome.first.text());
  WARN("second level: " << outcome.second.text());
  constexpr unsigned kAllowed = kRuns / 200;  // 0.5 %
  CHECK(outcome.first.wrong_and_high <= kAllowed);
  CHECK(outcome.second.wrong_and_high <= kAllowed);
  CHECK(outcome.first.wrong_ways <= kAllowed);
  CHECK(outcome.second.wrong_ways <= kAllowed);
  // Saying nothing would be easy.
  CHECK(outcome.first.exact_and_high >= kRuns * 8 / 10);
  CHECK(outcome.second.exact_and_high >= kRuns * 5 / 10);
}

}  // namespace

// Two halves, a test each, so that they can run side by side.
TEST_CASE("one of 200 random machines at most is wrong with high confidence, seeds 1 to 500", "[.mass1]") {
  run_seeds(1);
}
TEST_CASE("one of 200 random machines at most is wrong with high confidence, seeds 501 to 1000", "[.mass2]") {
  run_seeds(501);
}

}  // namespace pageloupe::test
