// SPDX-License-Identifier: MIT
// Which processes are listed, and in which order.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "field/filter.h"
#include "ptop/row_maker.h"
#include "sample/tree.h"

namespace pageloupe::ptop {

struct Order {
  const Field<ProcessRow>* field = nullptr;  // nullptr: by process ID
  bool descending = true;
};

// What is left out. Everything is shown of an empty choice.
struct Choice {
  const Filter* filter = nullptr;      // over the columns of process_fields()
  bool kernel = true;                  // threads of the kernel
  bool idle = true;                    // those that did nothing in the interval
  std::optional<std::uint32_t> uid{};  // the effective user
  bool other_users = false;            // all but that user
};

// A line of the list.
struct Listed {
  WatchedTask* task = nullptr;
  std::uint32_t first = 0;        // in subtree order, itself
  std::uint32_t descendants = 0;  // that follow it there
  std::uint16_t depth = 0;
  bool last_child = false;
  bool collapsed = false;  // its descendants are not listed
  std::uint64_t open = 0;  // for each of 64 levels above: siblings of that ancestor are still to come
};

class ProcessList {
 public:
  // Lists the tasks of the last pass. With `tree` children stand below their parents, and those below a
  // member of `collapsed` are left out.
  struct Shape {
    bool tree = false;
    const std::set<ProcessId>* collapsed = nullptr;
  };
  void build(const TaskList& list, RowMaker& rows, const Order& order, const Choice& choice,
             const Shape& shape);

  // Lists nothing: the tasks that it points to may go.
  void clear();

  [[nodiscard]] std::span<const Listed> lines() const { return lines_; }

  // A line's task and, in a tree, all below it.
  [[nodiscard]] std::span<WatchedTask* const> subtree(const Listed& line) const;

  // How many were left out by the choice.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

  // The line of a process; nothing where it is not listed.
  [[nodiscard]] std::optional<std::size_t> find(ProcessId id) const;

 private:
  struct Candidate {
    Value key{};
    WatchedTask* task = nullptr;
  };

  [[nodiscard]] static bool wanted(const WatchedTask& task, const Choice& choice);
  void gather(const TaskList& list, RowMaker& rows, const Order& order, const Choice& choice);
  void sort(bool descending);
  void flatten();
  void grow_tree(const std::set<ProcessId>* collapsed);

  std::vector<Candidate> candidates_;
  std::vector<WatchedTask*> in_order_;
  std::vector<Kinship> family_;
  std::vector<Listed> lines_;
  std::size_t left_out_ = 0;
};

}  // namespace pageloupe::ptop
