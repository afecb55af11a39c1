// SPDX-License-Identifier: MIT
// Processes to the groups that are exported: sums of this pass, counters that only grow, and a limit on how
// many groups there are.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "field/row_store.h"
#include "field/totals.h"
#include "render/writer.h"
#include "sample/process.h"

namespace pageloupe::pstat {

// The group of those that are left out. One that is called so itself is a part of it.
inline constexpr std::string_view kOtherGroups = "other";

// One process as a pass saw it.
struct ExportedProcess {
  ProcessId id{};
  bool is_new = false;               // began since the pass before
  std::string group{};               // as its label reads
  std::span<const Value> values{};   // of the columns to be summed
  bool blocked = false;              // its memory does not answer
  bool unread = false;               // its turn to be read has not come yet
  std::optional<Nanoseconds> age{};  // of what was read in turn
};

class ExportGroups {
 public:
  struct Options {
    std::size_t most = 100;  // groups; the others are one, kOtherGroups
    // Columns that count up: summed over time, by what each process added since the pass before. Else their
    // values are summed as they are.
    bool counters = false;
  };

  // `key`: names the label. The columns must outlive this.
  ExportGroups(const Column& key, Columns sums, const Options& options);

  // A row's columns: the key, numbers of processes, the age, the sums.
  [[nodiscard]] Columns columns() const { return columns_; }

  void add(const ExportedProcess& process);

  // The pass is over: rows() has a row for each group that has processes, until the next pass is. Those with
  // the most of the first sum that is no counter have a group of their own; one that had it in the pass
  // before keeps it until another has twice as much, so that groups of a size do not take turns.
  void end_pass();
  [[nodiscard]] const RowStore& rows() const { return rows_; }

  // Of the last pass.
  [[nodiscard]] std::uint64_t groups() const { return group_count_; }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  using Counts = std::vector<std::uint64_t>;  // one for each counter

  struct Group {
    explicit Group(std::vector<const Column*> sums) : totals(std::move(sums)) {}
    Totals totals;
    Counts grown{};
    std::uint64_t processes = 0;
    std::uint64_t denied = 0;
    std::uint64_t blocked = 0;
    std::uint64_t unread = 0;
    std::optional<Nanoseconds> age{};  // of the oldest
  };
  // What a process had counted.
  struct Seen {
    Ticks start{};
    std::uint64_t pass = 0;
    std::vector<std::optional<std::uint64_t>> counts{};
  };
  // What a group has counted, since it was exported first.
  struct Counted {
    Counts sums{};
    std::uint64_t pass = 0;  // the last that exported it
  };

  [[nodiscard]] Group new_group() const;
  void count(const ExportedProcess& process, Group& group);
  void merge(const Group& from, Group& to) const;
  void leave_out();
  [[nodiscard]] double weight(const std::string& name, const Group& group) const;
  void add_row(const std::string& name, const Group& group);
  void forget();

  Options options_;
  std::vector<const Column*> sums_;
  std::vector<const Column*> columns_;
  std::vector<std::size_t> counters_;   // indices of sums_
  std::optional<std::size_t> ranking_;  // index of sums_
  std::map<std::string, Group> groups_;
  std::unordered_map<std::int32_t, Seen> seen_;
  std::map<std::string, Counted> counted_;
  std::set<std::string> exported_;  // in the pass before
  std::vector<Value> values_;
  RowStore rows_;
  std::uint64_t pass_ = 1;
  std::uint64_t group_count_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace pageloupe::pstat
