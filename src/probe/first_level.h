// SPDX-License-Identifier: MIT
// The exact capacity of the first level, from misses per lap.
//
// With C entries a cycle of C pages or fewer never misses once it is warm; a cycle of C+1 pages misses at
// least once per lap whatever is replaced. One miss per lap is therefore a threshold that needs no tuning.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probe/confidence.h"
#include "probe/curve.h"
#include "probe/meter.h"

namespace pageloupe {

// Page counts first..last, each of them measured.
struct KneeWindow {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  [[nodiscard]] std::size_t size() const { return last - first + 1; }
};

// Pages per lap that missed, for every count of a window.
struct MissProfile {
  KneeWindow window;
  std::vector<double> misses;

  // The last count before two in a row that miss once per lap or more; nothing if the first does already, or
  // none does.
  [[nodiscard]] std::optional<std::uint32_t> capacity() const;
  [[nodiscard]] double at(std::uint32_t pages) const { return misses[pages - window.first]; }
};

struct FirstLevel {
  std::uint32_t entries = 0;
  std::optional<std::uint32_t>
      ways{};  // nothing: fully associative as far as strides can tell, if ways_known
  bool ways_known = false;
  double penalty = 0;       // cycles that a miss costs when the next level has the entry
  double hit = 0;           // cycles of a hit when the core was quietest; see is_whole()
  double misses_at = 0;     // per lap of `entries` pages
  double misses_above = 0;  // per lap of one page more
  double agreement = 0;     // share of the passes in which `entries` pages fit and one more did not
  double chance = 1;        // that disturbances alone would have made the next two counts miss
  unsigned passes = 0;
  Confidence confidence = Confidence::low;
  std::string_view doubt = {};  // why not high; a literal, empty if high
};

// Measures a window around the first knee in passes, which are better spread over the run: a neighbour on the
// core can only make the TLB look smaller, and seldom stays.
class FirstLevelSearch {
 public:
  FirstLevelSearch(Meter& meter, std::span<const CurvePoint> curve, const CurveShape& shape);

  // Settles the window. Needed once, before the first pass.
  Result<void> prepare();
  Result<void> pass();

  [[nodiscard]] unsigned passes() const { return passes_; }
  // What the passes so far say together; an error with its reason if they give no capacity.
  [[nodiscard]] Result<FirstLevel> result() const;

 private:
  [[nodiscard]] std::vector<std::uint32_t> hit_counts() const;
  Result<double> misses_once(std::uint32_t pages);
  Result<bool> fits(std::uint32_t pages);
  [[nodiscard]] double least_hit() const;
  [[nodiscard]] std::vector<MissProfile> pass_profiles() const;

  Meter& meter_;
  double base_;
  double penalty_;
  KneeWindow window_;
  unsigned passes_ = 0;
  std::vector<double> hits_;                // [pass]: raw − dense of few pages, cycles
  std::vector<std::vector<double>> raw_;    // [pass][page count]
  std::vector<std::vector<double>> dense_;  // the same
};

// Whether a hit takes a whole number of cycles, as it does on a core of one's own. Where another thread runs
// on the same core, it takes a little more, and that thread's entries make the TLB look smaller.
[[nodiscard]] bool is_whole(double cycles);

// The chance that of `passes` at most one was undisturbed, when a share `quiet` of them is.
[[nodiscard]] double chance_of_none_quiet(double quiet, unsigned passes);

// high: the step is clear on both sides, and could not come of disturbances.
[[nodiscard]] Confidence first_level_confidence(const FirstLevel& level);

}  // namespace pageloupe
