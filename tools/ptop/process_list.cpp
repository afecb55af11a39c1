// SPDX-License-Identifier: MIT
#include "ptop/process_list.h"

#include <algorithm>

#include "field/process_fields.h"

namespace pageloupe::ptop {

bool ProcessList::wanted(const WatchedTask& task, const Choice& choice) {
  if (!choice.kernel && task.is_kernel_thread()) return false;
  if (!choice.idle) {
    const bool ran = task.stat.utime != task.before.utime || task.stat.stime != task.before.stime;
    if (!ran && task.stat.state != 'R') return false;
  }
  if (choice.uid) {
    const bool theirs = task.owner && task.owner->uid == *choice.uid;
    if (theirs == choice.other_users) return false;
  }
  return true;
}

void ProcessList::gather(const TaskList& list, RowMaker& rows, const Order& order, const Choice& choice) {
  candidates_.clear();
  left_out_ = 0;
  for (auto* task : list.tasks()) {
    if (!wanted(*task, choice)) {
      ++left_out_;
      continue;
    }
    Candidate candidate{.task = task};
    if (choice.filter != nullptr || order.field != nullptr) {
      const auto row = rows(*task);
      const auto cell = [&row](std::size_t index) { return process_fields()[index](row); };
      if (choice.filter != nullptr && !choice.filter->matches(cell)) {
        ++left_out_;
        continue;
      }
      if (order.field != nullptr) order.field->set(candidate.key, row);
      if (auto* text = std::get_if<std::string_view>(&candidate.key)) *text = rows.keep(*text);
    }
    candidates_.push_back(candidate);
  }
}

// Equal ones by process ID, ascending in either direction.
void ProcessList::sort(bool descending) {
  const auto before = [descending](const Candidate& a, const Candidate& b) {
    if (a.key < b.key) return !descending;
    if (b.key < a.key) return descending;
    return a.task->pid < b.task->pid;
  };
  std::ranges::sort(candidates_, before);
}

void ProcessList::clear() {
  candidates_.clear();
  in_order_.clear();
  lines_.clear();
}

void ProcessList::flatten() {
  for (const auto& candidate : candidates_) {
    lines_.push_back({.task = candidate.task, .first = static_cast<std::uint32_t>(in_order_.size())});
    in_order_.push_back(candidate.task);
  }
}

void ProcessList::grow_tree(const std::set<ProcessId>* collapsed) {
  constexpr std::size_t kLevels = 64;
  family_.clear();
  for (const auto& candidate : candidates_) {
    const auto& task = *candidate.task;
    family_.push_back({.pid = task.pid, .parent = task.is_thread() ? task.tgid : task.stat.ppid});
  }
  std::size_t hidden = 0;
  for (const auto& node : make_tree(family_)) {
    auto* task = candidates_[node.row].task;
    in_order_.push_back(task);
    if (hidden != 0) {
      --hidden;
      continue;
    }
    Listed line{.task = task,
                .first = static_cast<std::uint32_t>(in_order_.size() - 1),
                .descendants = static_cast<std::uint32_t>(node.descendants),
                .depth = static_cast<std::uint16_t>(std::min<std::size_t>(node.depth, UINT16_MAX)),
                .last_child = node.last_child};
    line.collapsed = node.descendants != 0 && collapsed != nullptr && collapsed->contains(task->id());
    for (std::size_t level = 0; level < std::min(node.open.size(), kLevels); ++level) {
      if (node.open[level]) line.open |= std::uint64_t{1} << level;
    }
    if (line.collapsed) hidden = node.descendants;
    lines_.push_back(line);
  }
}

void ProcessList::build(const TaskList& list, RowMaker& rows, const Order& order, const Choice& choice,
                        const Shape& shape) {
  gather(list, rows, order, choice);
  sort(order.descending && order.field != nullptr);
  lines_.clear();
  in_order_.clear();
  if (shape.tree) {
    grow_tree(shape.collapsed);
  } else {
    flatten();
  }
}

std::span<WatchedTask* const> ProcessList::subtree(const Listed& line) const {
  return std::span(in_order_).subspan(line.first, std::size_t{1} + line.descendants);
}

std::optional<std::size_t> ProcessList::find(ProcessId id) const {
  const auto found = std::ranges::find(lines_, id, [](const Listed& line) { return line.task->id(); });
  if (found == lines_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - lines_.begin());
}

}  // namespace pageloupe::ptop
