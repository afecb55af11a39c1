// SPDX-License-Identifier: MIT
// The second level's associativity from sets of pages that collide, and with it the exact capacity.
//
// Pages 2^k apart share the low bits of the page number. From some k on they all fall into one set, and then
// exactly as many of them fit as the set has ways.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probe/capacity_model.h"
#include "probe/confidence.h"
#include "probe/meter.h"

namespace pageloupe {

// What pages 2^exponent apart did.
struct ConflictStride {
  unsigned exponent = 0;
  std::vector<std::uint32_t> fitting;  // most pages without a walk, one per placement

  // The second largest: a placement is only ever spoiled downward, and one may be false.
  [[nodiscard]] std::uint32_t threshold() const;
};

struct SecondLevel {
  std::uint32_t entries = 0;            // exact if ways has a value, otherwise about model_entries
  std::optional<std::uint32_t> ways{};  // effective, for pages of this size
  std::uint32_t sets = 0;               // 0 without ways
  std::uint32_t group = 0;   // pages that fit in a conflict group, accepted as ways or not; 0 if unknown
  double model_entries = 0;  // what the knee's shape says; reads a few per cent low
  Replacement model = Replacement::random_like;
  double miss_cost = 0;          // cycles that a miss of both levels costs
  unsigned plateau_strides = 0;  // strides that found the same group
  unsigned halving_strides = 0;  // strides whose group is ways times a power of two
  double group_share = 0;        // of all placements on the plateau
  Confidence confidence = Confidence::low;
  std::string_view doubt = {};  // why not high; a literal, empty if high

  // Between what the true number lies when there are no ways to make it exact.
  [[nodiscard]] std::uint32_t range_low() const;
  [[nodiscard]] std::uint32_t range_high() const;
};

struct ConflictOptions {
  std::uint32_t first_level = 64;  // entries, to be pushed out between two visits
  double walk = 0;                 // cycles that one walk adds
  unsigned placements = 6;
  unsigned first_exponent = 6;  // no less: the pages in between need that many bits of their own
  bool together = false;  // the tested pages come one after the other, so that none stays in the first level
};

// Goes through the strides from 64 pages to as far as the layout reaches. Stops at the budget's end with an
// error; `strides` then holds what was finished.
Result<void> measure_conflicts(Meter& meter, const ConflictOptions& options,
                               std::vector<ConflictStride>& strides);

// The first stride of those on the plateau's far end, where the group no longer shrinks: its last three.
[[nodiscard]] unsigned last_strides(std::span<const ConflictStride> strides);

// Whether the group is the same when its pages come one after the other. It is not if the first level held a
// part of it, as in front of an exclusive second level; the number of ways is then not to be believed.
void confirm_group(std::span<const ConflictStride> together, SecondLevel& level);

// Associativity and capacity from the strides and the model.
[[nodiscard]] SecondLevel second_level_from(const CapacityFit& fit, std::span<const ConflictStride> strides);

}  // namespace pageloupe
