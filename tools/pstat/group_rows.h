// SPDX-License-Identifier: MIT
// --group-by: processes that have something in common, summed up.
#pragma once

#include "pstat/pass_rows.h"

namespace pageloupe::pstat {

// The name of the field that a key groups by.
[[nodiscard]] std::string_view group_field(GroupKey key);

// What is shown of groups: the key, the number of processes, the sums, the number of those denied.
struct GroupPlan {
  std::vector<std::size_t> summed{};  // indices of the shown columns that can be added up
  std::vector<OrderKey> order{};      // over the columns of groups
};

// Errors: a message. A column of -o that cannot be added up, or of --sort that groups do not have.
[[nodiscard]] std::expected<GroupPlan, std::string> plan_groups(const Request& request, const Shown& shown);

// The columns of the sums. Those in which shared memory counts once for each sharer are added up like any
// other, and marked.
class SumColumns {
 public:
  SumColumns(const GroupPlan& plan, const Shown& shown);
  SumColumns(const SumColumns&) = delete;
  SumColumns& operator=(const SumColumns&) = delete;

  // One for each of the plan's `summed`, in that order.
  [[nodiscard]] Columns columns() const { return pointers_; }

 private:
  std::deque<Column> columns_;
  std::deque<std::string> texts_;
  std::vector<const Column*> pointers_;
};

// The request has a plan.
[[nodiscard]] std::unique_ptr<PassRows> make_group_rows(const Request& request, const Shown& shown);

}  // namespace pageloupe::pstat
