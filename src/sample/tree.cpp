// SPDX-License-Identifier: MIT
#include "sample/tree.h"

#include <unordered_map>

namespace pageloupe {
namespace {

class TreeMaker {
 public:
  explicit TreeMaker(std::span<const Kinship> family)
      : family_(family), children_(family.size()), seen_(family.size()) {
    std::unordered_map<std::int32_t, std::size_t> by_pid;
    for (std::size_t i = 0; i < family.size(); ++i) by_pid.emplace(family[i].pid.value, i);
    for (std::size_t i = 0; i < family.size(); ++i) {
      const auto parent = by_pid.find(family[i].parent.value);
      if (parent == by_pid.end() || parent->second == i) {
        roots_.push_back(i);
      } else {
        children_[parent->second].push_back(i);
      }
    }
  }

  std::vector<TreeNode> make() {
    nodes_.reserve(family_.size());
    grow(roots_);
    // What hangs on nothing hangs in a circle: it is opened at its first process.
    for (std::size_t i = 0; i < family_.size(); ++i) {
      if (!seen_[i]) grow({i});
    }
    return std::move(nodes_);
  }

 private:
  // Without recursion: a chain of parents can be as long as there are processes.
  struct Level {
    const std::vector<std::size_t>* siblings = nullptr;
    std::size_t next = 0;
    std::size_t node = 0;  // whose children they are
  };

  void grow(const std::vector<std::size_t>& roots) {
    std::vector<Level> levels{{&roots}};
    while (!levels.empty()) {
      auto& level = levels.back();
      while (level.next < level.siblings->size() && seen_[(*level.siblings)[level.next]]) ++level.next;
      if (level.next == level.siblings->size()) {
        if (levels.size() > 1) nodes_[level.node].descendants = nodes_.size() - level.node - 1;
        levels.pop_back();
        continue;
      }
      const auto row = (*level.siblings)[level.next++];
      seen_[row] = true;
      TreeNode node{.row = row, .depth = levels.size() - 1};
      for (const auto& above : levels) node.open.push_back(above.next < above.siblings->size());
      node.last_child = !node.open.back();
      node.open.pop_back();
      nodes_.push_back(std::move(node));
      levels.push_back({&children_[row], 0, nodes_.size() - 1});
    }
  }

  std::span<const Kinship> family_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
  std::vector<bool> seen_;
  std::vector<TreeNode> nodes_;
};

}  // namespace

std::vector<TreeNode> make_tree(std::span<const Kinship> family) { return TreeMaker(family).make(); }

}  // namespace pageloupe
