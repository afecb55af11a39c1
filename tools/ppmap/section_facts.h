// SPDX-License-Identifier: MIT
// What a view says of a process besides its head.
#pragma once

#include <string>
#include <vector>

#include "field/value.h"
#include "render/writer.h"

namespace pageloupe::ppmap {

struct SectionFacts {
  std::vector<const Column*> columns{};
  std::vector<Value> values{};  // views into what outlives the section
  std::string note{};           // lines below a table
};

}  // namespace pageloupe::ppmap
