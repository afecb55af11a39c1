// SPDX-License-Identifier: MIT
#include "pstat/group_rows.h"

#include <algorithm>
#include <optional>
#include <variant>

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

// Rows are: the key, the number of processes, the sums, the number of those denied.
constexpr std::size_t kSums = 2;

const Field<ProcessRow>& key_field(const Request& request) {
  return **find_field(process_fields(), group_field(*request.group_by));
}

// By what processes are told apart: a name, a number, or why there is neither.
using GroupId = std::variant<Errc, std::int64_t, std::string>;

GroupId id_of(const Value& key) {
  if (const auto* text = std::get_if<std::string_view>(&key)) return std::string(*text);
  if (const auto* number = std::get_if<std::int64_t>(&key)) return *number;
  return std::get<Errc>(key);
}

// The view is of `id`.
Value value_of(const GroupId& id) {
  if (const auto* text = std::get_if<std::string>(&id)) return std::string_view(*text);
  if (const auto* number = std::get_if<std::int64_t>(&id)) return *number;
  return std::get<Errc>(id);
}

class GroupRows : public PassRows {
 public:
  GroupRows(const Request& request, const Shown& shown);

  [[nodiscard]] Columns columns() const override { return columns_; }
  void add(const ProcessRow& row, std::span<const Value> values, Writer& writer) override;
  void finish(Writer& writer) override;

 private:
  const Field<ProcessRow>& key_;
  GroupPlan plan_;
  SumColumns sums_;
  std::vector<const Column*> columns_;
  std::map<GroupId, Totals> groups_;
  std::vector<Value> values_;
};

GroupRows::GroupRows(const Request& request, const Shown& shown)
    : key_(key_field(request)), plan_(*plan_groups(request, shown)), sums_(plan_, shown) {
  columns_ = {&key_.column, &kProcesses};
  columns_.insert(columns_.end(), sums_.columns().begin(), sums_.columns().end());
  columns_.push_back(&kDenied);
  values_.resize(columns_.size());
}

void GroupRows::add(const ProcessRow& row, std::span<const Value> values, Writer& /*writer*/) {
  values_[0] = Errc::not_applicable;
  values_[1] = std::uint64_t{row.process.is_thread() ? 0U : 1U};
  const auto& summed = plan_.summed;
  for (std::size_t i = 0; i < summed.size(); ++i) values_[kSums + i] = values[summed[i]];
  const bool denied = std::ranges::any_of(summed, [&](std::size_t i) { return is_denied(values[i]); });
  values_.back() = std::uint64_t{denied ? 1U : 0U};
  groups_.try_emplace(id_of(key_(row)), columns_).first->second.add(values_);
}

void GroupRows::finish(Writer& writer) {
  RowStore store(columns_.size());
  for (const auto& [id, totals] : groups_) {
    std::ranges::copy(totals.values(), values_.begin());
    values_[0] = value_of(id);
    store.add(values_);
  }
  for (const auto i : sorted_rows(store, plan_.order)) writer.row(store.row(i));
  groups_.clear();
}

std::string no_such_order(const Request& request, const Shown& shown, const GroupPlan& plan,
                          std::string_view name) {
  std::string names(group_field(*request.group_by));
  names += ", processes";
  for (const auto i : plan.summed) names += ", " + std::string(shown.columns()[i]->name);
  return "--group-by has no column '" + std::string(name) + "' to order by; it has " + names + ", denied";
}

// The column of groups that goes by the name.
std::optional<std::size_t> column_called(std::string_view name, const Request& request, const Shown& shown,
                                         const GroupPlan& plan) {
  if (answers_to(key_field(request).column, name)) return 0;
  if (name == kProcesses.name) return 1;
  if (name == kDenied.name) return kSums + plan.summed.size();
  const auto found =
      std::ranges::find_if(plan.summed, [&](std::size_t i) { return answers_to(*shown.columns()[i], name); });
  if (found == plan.summed.end()) return std::nullopt;
  return kSums + static_cast<std::size_t>(found - plan.summed.begin());
}

}  // namespace

std::expected<GroupPlan, std::string> plan_groups(const Request& request, const Shown& shown) {
  GroupPlan plan;
  for (std::size_t i = 0; i < shown.columns().size(); ++i) {
    const auto& column = *shown.columns()[i];
    if (column.fold != Fold::none) {
      plan.summed.push_back(i);
    } else if (request.columns_listed && column.name != key_field(request).column.name) {
      return std::unexpected("'" + std::string(column.name) +
                             "' cannot be summed up, so it does not go with --group-by");
    }
  }
  for (const auto& key : request.sort) {
    const auto column = column_called(key.column, request, shown, plan);
    if (!column) return std::unexpected(no_such_order(request, shown, plan, key.column));
    plan.order.push_back({*column, key.descending});
  }
  // Else by the first sum, largest first; by the number of processes where there is none.
  if (plan.order.empty()) plan.order.push_back({plan.summed.empty() ? 1 : kSums, true});
  return plan;
}

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

SumColumns::SumColumns(const GroupPlan& plan, const Shown& shown) {
  for (const auto i : plan.summed) {
    auto& own = columns_.emplace_back(*shown.columns()[i]);
    if (own.fold == Fold::overlap) {
      own.name = texts_.emplace_back(std::string(own.name) + "_overlapping");
      own.header = texts_.emplace_back(std::string(own.header) + "*");
      if (!own.help.contains("sharer"))
        own.help = texts_.emplace_back(std::string(own.help) + "; what is shared counts in every sharer");
      own.fold = Fold::sum;
    }
    pointers_.push_back(&own);
  }
}

std::unique_ptr<PassRows> make_group_rows(const Request& request, const Shown& shown) {
  return std::make_unique<GroupRows>(request, shown);
}

}  // namespace pageloupe::pstat
