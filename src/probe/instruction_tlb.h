// SPDX-License-Identifier: MIT
// The instruction TLB, by the same method over executable pages.
#pragma once

#include "probe/geometry.h"

namespace pageloupe {

struct InstructionTlb {
  Geometry geometry;  // of the first level, without its associativity; never more than medium confidence
  // Pages at which the first step stands when every page holds two jumps instead of one. Near the capacity if
  // the step is the TLB's; near half of it if it is the branch predictor's.
  double step_with_one_jump = 0;
  double step_with_two_jumps = 0;
};

// The reason for having nothing is often that the step follows the number of jumps, not of pages.
Result<InstructionTlb> measure_instruction_tlb(LatencySource& source, const Budget& budget, Rng& rng,
                                               const Observer& observer);

}  // namespace pageloupe
