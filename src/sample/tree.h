// SPDX-License-Identifier: MIT
// Processes in the order of their family.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/units.h"

namespace pageloupe {

struct Kinship {
  Pid pid{};
  Pid parent{};
};

// One process in the tree.
struct TreeNode {
  std::size_t row = 0;          // its index in the span that the tree was made of
  std::size_t depth = 0;        // 0 for a root
  std::size_t descendants = 0;  // the nodes that follow it and are below it
  bool last_child = false;
  std::vector<bool> open{};  // for each level above: whether that ancestor has siblings still to come
};

// Every process once: parents before their children, the order of `family` kept among siblings. A process
// whose parent is not in the span is a root; so is the first of a circle, which a changing system can show.
[[nodiscard]] std::vector<TreeNode> make_tree(std::span<const Kinship> family);

}  // namespace pageloupe
