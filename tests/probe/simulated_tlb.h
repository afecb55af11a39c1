// SPDX-License-Identifier: MIT
// A machine with a TLB of known geometry behind the interface of a real one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/latency_source.h"
#include "probe/rng.h"

namespace pageloupe::test {

enum class Policy { lru, random, tree_plru, nru };

enum class Index {
  linear,    // the low bits of the page number
  folded,    // low bits XOR the next ones
  bit_nine,  // bits 0-6 and bit 9
};

struct SimulatedLevel {
  std::uint32_t ways = 0;
  std::uint32_t sets = 1;  // a power of two
  Policy policy = Policy::lru;
  Index index = Index::linear;

  [[nodiscard]] std::uint32_t entries() const { return ways * sets; }
};

struct Noise {
  double jitter = 0.002;        // of each chunk
  double spikes = 0.02;         // share of chunks that are up to three times as long
  double outliers = 0.0;        // share of chunks off by half either way
  double pollution = 1e-5;      // foreign entries per access
  double steal = 0.0;           // share of orders that are spoiled as a whole
  double frequency_step = 0.0;  // share of orders whose calibration is 3 % off
  std::uint64_t low_from = 0;   // chunks from..from+40 read three times too low; 0: none do
};

struct SimulatedMachine {
  SimulatedLevel first{.ways = 64};
  std::optional<SimulatedLevel> second;
  bool exclusive = false;  // the second level holds what the first evicts
  bool flat = false;       // no translation costs anything
  double hit = 4;          // cycles
  double penalty = 7;
  double walk = 40;
  std::uint32_t pages = 12288;
  std::uint64_t span = 1ULL << 29U;
  std::uint32_t piece = 1;   // base pages that one entry covers in the granule layout
  std::uint32_t joined = 1;  // the same where a huge page is cut
  bool has_huge = true;
  bool jumps_follow_pages = true;  // false: a branch predictor of as many entries as the first level
  Noise noise{};
};

// One array of entries. Pages are small numbers, counted from 0, with their set worked out before.
class SimulatedArray {
 public:
  explicit SimulatedArray(const SimulatedLevel& level);

  // Empties the array for pages of these sets, which must stay as long as they are used.
  void start(std::span<const std::uint32_t> set_of_page, std::uint64_t seed);
  bool touch(std::uint32_t page);            // whether it was there; marks it used
  std::uint32_t insert(std::uint32_t page);  // gives the page that made room, or kNobody
  void remove(std::uint32_t page);
  void pollute();  // a stranger's entry takes a place

  static constexpr std::uint32_t kNobody = ~0U;

 private:
  void clear(std::uint32_t set);
  std::uint32_t victim(std::uint32_t set);
  std::uint32_t unused_since(std::uint32_t set);
  std::uint32_t put(std::uint32_t page, std::uint32_t set);
  void use(std::uint32_t slot, std::uint32_t set);
  void move_to_front(std::uint32_t slot, std::uint32_t set);
  void use_tree(std::uint32_t set, std::uint32_t way);
  std::uint32_t tree_victim(std::uint32_t set);

  // An entry. Each set's entries are a ring from the least lately used to the most, through the set's own
  // node.
  struct Slot {
    std::uint32_t page = kNobody;
    std::uint32_t older = 0;  // of the set's node: the most lately used
    std::uint32_t newer = 0;  // of the set's node: the least lately used
    bool used = false;        // lately
  };
  struct Set {
    std::uint32_t run = 0;      // whose entries it holds
    std::uint32_t filled = 0;   // ways that were ever used
    std::uint32_t free = 0;     // ways whose page was removed
    std::uint32_t scanned = 0;  // ways before this one are all used
  };

  SimulatedLevel level_;
  Rng rng_{0};
  std::uint32_t leaves_;
  std::uint32_t run_ = 0;
  std::vector<Slot> slots_;  // the sets' nodes follow the entries
  std::vector<Set> sets_;
  std::vector<std::uint8_t> tree_;
  std::span<const std::uint32_t> set_of_;  // by page
  std::vector<std::uint32_t> slot_of_;     // by page, or kNobody
};

class SimulatedTlb final : public LatencySource {
 public:
  SimulatedTlb(const SimulatedMachine& machine, std::uint64_t seed);

  Result<LayoutFacts> open(Layout layout) override;
  void close(Layout layout) override;
  Result<double> chase(Layout layout, std::span<const Access> cycle, Effort effort) override;
  Result<double> dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) override;
  [[nodiscard]] SourceStatistics statistics() const override { return statistics_; }

  // What statistics() will say: set by a test.
  SourceStatistics& reported() { return statistics_; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  double cycles_per_access();
  void miss(std::uint32_t page, double& cost);
  void number_pages(Layout layout, std::span<const Access> cycle);
  std::uint32_t translated(Layout layout, const Access& access) const;
  double data(std::size_t lines) const;
  double observed(double cycles, Effort effort);

  SimulatedMachine machine_;
  Rng rng_;
  SimulatedArray first_;
  SimulatedArray second_;
  std::vector<std::uint32_t> cycle_;  // pages, numbered by the order of their first visit
  std::vector<std::uint32_t> first_sets_;
  std::vector<std::uint32_t> second_sets_;
  std::uint64_t calls_ = 0;
  std::uint64_t chunks_ = 0;
  SourceStatistics statistics_{};
};

// The set of a page: what tests of the simulator itself look at.
std::uint32_t set_of(const SimulatedLevel& level, std::uint32_t page);

}  // namespace pageloupe::test
