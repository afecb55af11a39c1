// SPDX-License-Identifier: MIT
#include "pstat/group_rows.h"

#include <algorithm>

namespace pageloupe::pstat {
namespace {

constexpr Column kProcesses{.name = "processes",
                            .header = "PROCS",
                            .fold = Fold::sum,
                            .help = "number of processes",
                            .type = Type::count,
                            .width = 5};

constexpr Column kDenied{.name = "denied",
                         .header = "DENIED",
                         .fold = Fold::sum,
                         .help = "processes that may not be read and are missing in a sum",
                         .type = Type::count,
                         .width = 6};

class GroupRows : public PassRows {
 public:
  GroupRows(const Request& request, const Shown& shown);

  [[nodiscard]] Columns columns() const override { return columns_; }
  void add(const ProcessRow& row, std::span<const Value> values, Writer& writer) override;
  [[nodiscard]] bool finish(Writer& writer) override;

 private:
  const Shown& shown_;
  const Field<ProcessRow>& key_;
  std::vector<std::size_t> summed_;  // indices of the shown columns that groups can show
  std::vector<const Column*> columns_;
  std::deque<Column> marked_;
  std::deque<std::string> texts_;
  std::map<std::string, Totals, std::less<>> groups_;
  std::vector<Value> values_;
};

GroupRows::GroupRows(const Request& request, const Shown& shown)
    : shown_(shown), key_(**find_field(process_fields(), group_field(*request.group_by))) {
  columns_ = {&key_.column, &kProcesses};
  for (std::size_t i = 0; i < shown.columns().size(); ++i) {
    const auto* column = shown.columns()[i];
    if (column->fold == Fold::none) continue;
    summed_.push_back(i);
    auto& own = marked_.emplace_back(*column);
    if (column->fold == Fold::overlap) {
      // Added up like any other, and marked: what is shared is in it once for each sharer.
      own.name = texts_.emplace_back(std::string(column->name) + "_overlapping");
      own.header = texts_.emplace_back(std::string(column->header) + "*");
      own.fold = Fold::sum;
    }
    columns_.push_back(&own);
  }
  columns_.push_back(&kDenied);
  values_.resize(columns_.size());
}

void GroupRows::add(const ProcessRow& row, std::span<const Value> values, Writer& /*writer*/) {
  const auto key = key_(row);
  const auto* text = std::get_if<std::string_view>(&key);
  const auto* number = std::get_if<std::int64_t>(&key);
  std::string name = number != nullptr ? std::to_string(*number) : text != nullptr ? std::string(*text) : "-";
  values_[0] = std::string_view();
  values_[1] = std::uint64_t{row.process.is_thread() ? 0U : 1U};
  for (std::size_t i = 0; i < summed_.size(); ++i) values_[2 + i] = values[summed_[i]];
  const bool denied = std::ranges::any_of(summed_, [&](std::size_t i) { return is_denied(values[i]); });
  values_.back() = std::uint64_t{denied ? 1U : 0U};
  auto group = groups_.find(name);
  if (group == groups_.end()) group = groups_.emplace(std::move(name), Totals(columns_)).first;
  group->second.add(values_);
}

// Ordered by the first sort key where it is a column of groups, else by the first that is summed, largest
// first.
bool GroupRows::finish(Writer& writer) {
  RowStore store(columns_.size());
  for (const auto& [name, totals] : groups_) {
    std::ranges::copy(totals.values(), values_.begin());
    values_[0] = std::string_view(name);
    store.add(values_);
  }
  OrderKey order{.column = columns_.size() > 2 ? 2U : 1U, .descending = true};
  if (!shown_.order().empty()) {
    const auto wanted = std::ranges::find(summed_, shown_.order().front().column);
    if (wanted != summed_.end())
      order = {2 + static_cast<std::size_t>(wanted - summed_.begin()), shown_.order().front().descending};
  }
  for (const auto i : sorted_rows(store, std::span(&order, 1))) writer.row(store.row(i));
  groups_.clear();
  return true;
}

}  // namespace

std::string_view group_field(GroupKey key) {
  switch (key) {
    case GroupKey::user: return "user";
    case GroupKey::comm: return "comm";
    case GroupKey::exe: return "exe";
    case GroupKey::cgroup: return "cgroup";
    case GroupKey::container: return "container";
    case GroupKey::session: return "sid";
  }
  std::unreachable();
}

std::unique_ptr<PassRows> make_group_rows(const Request& request, const Shown& shown) {
  return std::make_unique<GroupRows>(request, shown);
}

}  // namespace pageloupe::pstat
