// SPDX-License-Identifier: MIT
// What a sample in a stream says of the whole machine.
#pragma once

#include <vector>

#include "ptop/feed.h"
#include "render/writer.h"

namespace pageloupe::ptop {

// The columns of SampleFacts, for schemas: when, tasks by state, shares of CPU time since the sample before,
// load, memory.
[[nodiscard]] Columns sample_columns();

class SampleFacts {
 public:
  explicit SampleFacts(const Feed& feed);
  [[nodiscard]] Facts facts() const { return {sample_columns(), values_}; }

 private:
  std::vector<Value> values_;
};

}  // namespace pageloupe::ptop
