// SPDX-License-Identifier: MIT
#include "pstat/export_groups.h"

#include <algorithm>
#include <array>

namespace pageloupe::pstat {
namespace {

// What a group counted is kept for so many passes after its last process: a job that comes back goes on
// counting.
constexpr std::uint64_t kRememberedPasses = 240;
// By this a group that was exported outweighs another.
constexpr double kStay = 2;

constexpr auto kNumbers = std::to_array<Column>({
    {.name = "processes", .header = "PROCS", .help = "number of processes", .type = Type::count},
    {.name = "denied_processes",
     .header = "DENIED",
     .help = "processes that may not be read and are missing in a sum",
     .type = Type::count},
    {.name = "blocked_processes",
     .header = "BLOCKED",
     .help = "processes whose memory does not answer; what was read before stands in the sums",
     .type = Type::count},
    {.name = "unread_processes",
     .header = "UNREAD",
     .help = "processes missing in the sums of smaps_rollup, which are read in turn",
     .type = Type::count},
    {.name = "rollup_age",
     .header = "AGE",
     .help = "how long ago smaps_rollup was read, of the process for which it is longest",
     .type = Type::duration},
});
constexpr std::size_t kSums = 1 + kNumbers.size();

std::optional<std::uint64_t> whole(const Value& value) {
  if (const auto* count = std::get_if<std::uint64_t>(&value)) return *count;
  if (const auto* bytes = std::get_if<Bytes>(&value)) return bytes->value;
  if (const auto* time = std::get_if<Nanoseconds>(&value)) return time->value;
  return std::nullopt;
}

Value of_type(Type type, std::uint64_t count) {
  if (type == Type::bytes) return Bytes{count};
  if (type == Type::duration) return Nanoseconds{count};
  return count;
}

double size_of(const Value& value) {
  if (const auto* share = std::get_if<Percent>(&value)) return share->value;
  return static_cast<double>(whole(value).value_or(0));
}

void add_up(std::vector<std::uint64_t>& to, const std::vector<std::uint64_t>& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

ExportGroups::ExportGroups(const Column& key, Columns sums, const Options& options)
    : options_(options),
      sums_(sums.begin(), sums.end()),
      columns_{&key},
      rows_(1 + kNumbers.size() + sums.size()) {
  for (const auto& column : kNumbers) columns_.push_back(&column);
  columns_.insert(columns_.end(), sums_.begin(), sums_.end());
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (sums_[i]->counts_up && options_.counters) {
      counters_.push_back(i);
    } else if (!ranking_) {
      ranking_ = i;
    }
  }
  values_.resize(columns_.size());
}

ExportGroups::Group ExportGroups::new_group() const {
  Group group(sums_);
  group.grown.resize(counters_.size());
  return group;
}

void ExportGroups::add(const ExportedProcess& process) {
  auto found = groups_.find(process.group);
  if (found == groups_.end()) found = groups_.emplace(process.group, new_group()).first;
  auto& group = found->second;
  group.totals.add(process.values);
  ++group.processes;
  if (std::ranges::any_of(process.values, is_denied)) ++group.denied;
  if (process.blocked) ++group.blocked;
  if (process.unread) ++group.unread;
  if (process.age) group.age = std::max(group.age.value_or(Nanoseconds{}), *process.age);
  if (!counters_.empty()) count(process, group);
}

// What one that was there before the first pass, or outside of the selection, had counted by then is
// nobody's.
void ExportGroups::count(const ExportedProcess& process, Group& group) {
  auto& seen = seen_[process.id.pid.value];
  if (seen.pass == 0 || seen.start != process.id.start) {
    seen.start = process.id.start;
    seen.counts.assign(counters_.size(), process.is_new ? std::optional<std::uint64_t>(0) : std::nullopt);
  }
  seen.pass = pass_;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    const auto now = whole(process.values[counters_[i]]);
    auto& before = seen.counts[i];
    if (now && before && *now > *before) group.grown[i] += *now - *before;
    if (now) before = now;
  }
}

void ExportGroups::merge(const Group& from, Group& to) const {
  to.totals.add(from.totals.values());
  add_up(to.grown, from.grown);
  to.processes += from.processes;
  to.denied += from.denied;
  to.blocked += from.blocked;
  to.unread += from.unread;
  if (from.age) to.age = std::max(to.age.value_or(Nanoseconds{}), *from.age);
}

double ExportGroups::weight(const std::string& name, const Group& group) const {
  const auto size =
      ranking_ ? size_of(group.totals.values()[*ranking_]) : static_cast<double>(group.processes);
  return exported_.contains(name) ? size * kStay : size;
}

void ExportGroups::leave_out() {
  group_count_ = groups_.size();
  left_out_ = 0;
  const std::string other(kOtherGroups);
  struct Rank {
    double weight = 0;
    std::string name{};
  };
  std::vector<Rank> ranks;
  for (const auto& [name, group] : groups_) {
    if (name != other) ranks.push_back({weight(name, group), name});
  }
  if (ranks.size() <= options_.most) return;
  std::ranges::stable_sort(ranks, std::greater<>{}, &Rank::weight);
  auto& rest = groups_.try_emplace(other, new_group()).first->second;
  for (auto rank = ranks.begin() + static_cast<std::ptrdiff_t>(options_.most); rank != ranks.end(); ++rank) {
    const auto group = groups_.find(rank->name);
    merge(group->second, rest);
    groups_.erase(group);
    ++left_out_;
  }
}

void ExportGroups::add_row(const std::string& name, const Group& group) {
  values_[0] = std::string_view(name);
  const auto numbers = std::to_array<Value>({group.processes, group.denied, group.blocked, group.unread,
                                             group.age ? Value(*group.age) : Value(Errc::not_applicable)});
  std::ranges::copy(numbers, values_.begin() + 1);
  std::ranges::copy(group.totals.values(), values_.begin() + kSums);
  if (!counters_.empty()) {
    auto& counted = counted_[name];
    counted.sums.resize(counters_.size());
    counted.pass = pass_;
    add_up(counted.sums, group.grown);
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      auto& value = values_[kSums + counters_[i]];
      if (has_value(value)) value = of_type(sums_[counters_[i]]->type, counted.sums[i]);
    }
  }
  rows_.add(values_);
}

void ExportGroups::forget() {
  std::erase_if(seen_, [&](const auto& seen) { return seen.second.pass != pass_; });
  std::erase_if(counted_,
                [&](const auto& counted) { return counted.second.pass + kRememberedPasses < pass_; });
}

void ExportGroups::end_pass() {
  leave_out();
  exported_.clear();
  rows_.clear();
  for (const auto& [name, group] : groups_) {
    add_row(name, group);
    exported_.insert(name);
  }
  groups_.clear();
  forget();
  ++pass_;
}

}  // namespace pageloupe::pstat
