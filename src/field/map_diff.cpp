// SPDX-License-Identifier: MIT
#include "field/map_diff.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

namespace pageloupe {
namespace {

using Entry = MapSnapshot::Entry;

// Sets of numbers that become one.
class Groups {
 public:
  explicit Groups(std::size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), 0U); }

  std::uint32_t find(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return static_cast<std::uint32_t>(i);
  }
  void join(std::size_t a, std::size_t b) { parents_[find(b)] = find(a); }

 private:
  std::vector<std::uint32_t> parents_;
};

bool is_kernels(VmaKind kind) {
  return kind == VmaKind::vdso || kind == VmaKind::vvar || kind == VmaKind::vsyscall;
}

// Whether two mappings that overlap are of the same memory. Kinds say nothing of it: which anonymous memory
// is a stack is found by the threads, and changes with them.
bool same_memory(const Entry& a, const Entry& b) {
  if (a.inode != b.inode || a.device != b.device || a.perms.shared != b.perms.shared) return false;
  if (a.inode != 0) return a.start.value - a.offset.value == b.start.value - b.offset.value;
  return (is_kernels(a.kind) || is_kernels(b.kind)) ? a.kind == b.kind : true;
}

// Calls pair(i, j) for the mappings that overlap and are of the same memory.
template <class Pair>
void for_each_overlap(const MapSnapshot& before, const MapSnapshot& after, Pair pair) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() && j < after.size()) {
    const auto& a = before[i];
    const auto& b = after[j];
    const bool overlap = a.start < b.end && b.start < a.end;
    if (overlap && same_memory(a, b)) pair(i, j);
    if (a.end < b.end) {
      ++i;
    } else {
      ++j;
    }
  }
}

// The mapping of the other map that most of a mapping without a partner was.
struct Nearest {
  std::uint32_t partner = 0;
  std::uint64_t bytes = 0;
  void consider(std::size_t other, std::uint64_t overlap) {
    if (overlap > bytes) *this = {static_cast<std::uint32_t>(other), overlap};
  }
};

// Nothing of it changed. No other mapping of either map is in its place.
bool is_settled(const MapSnapshot& before, const MapSnapshot& after, std::size_t i, std::size_t j) {
  const auto& was = before[i];
  const auto& is = after[j];
  return was.start == is.start && was.end == is.end && was.perms == is.perms &&
         before.name(was) == after.name(is) && before.measures_of(i) == after.measures_of(j);
}

// The mappings of both maps, those of the earlier one numbered first, and which belong together.
struct Grouping {
  Groups groups;
  std::vector<bool> settled;  // did not change

  explicit Grouping(std::size_t count) : groups(count), settled(count) {}
};

// What has the same rights is joined first, so that memory whose border moved, as between the used and the
// unused part of an arena, stays two mappings; what is left over joins the memory it was cut from.
Grouping group_by_address(const MapSnapshot& before, const MapSnapshot& after) {
  const auto first = before.size();
  Grouping grouping(first + after.size());
  std::vector<bool> has_partner(first + after.size());
  for_each_overlap(before, after, [&](std::size_t i, std::size_t j) {
    if (before[i].perms != after[j].perms) return;
    has_partner[i] = has_partner[first + j] = true;
    if (is_settled(before, after, i, j)) {
      grouping.settled[i] = grouping.settled[first + j] = true;
    } else {
      grouping.groups.join(i, first + j);
    }
  });
  std::vector<Nearest> nearest(first + after.size());
  for_each_overlap(before, after, [&](std::size_t i, std::size_t j) {
    const auto bytes = std::min(before[i].end, after[j].end) - std::max(before[i].start, after[j].start);
    if (!has_partner[i]) nearest[i].consider(first + j, bytes.value);
    if (!has_partner[first + j]) nearest[first + j].consider(i, bytes.value);
  });
  for (std::size_t n = 0; n < nearest.size(); ++n) {
    if (nearest[n].bytes != 0 && !grouping.settled[nearest[n].partner])
      grouping.groups.join(n, nearest[n].partner);
  }
  return grouping;
}

Grouping group_by_name(const MapSnapshot& before, const MapSnapshot& after) {
  Grouping grouping(before.size() + after.size());
  std::unordered_map<std::string, std::size_t> first_of_name;
  std::string key;
  const auto add = [&](const MapSnapshot& map, std::size_t i, std::size_t number) {
    const auto& entry = map[i];
    key = name(entry.kind);
    key += '\n';
    // Threads have other numbers in another process.
    if (entry.kind == VmaKind::bss) key += map.label(entry);
    if (entry.kind != VmaKind::bss && entry.kind != VmaKind::thread_stack) key += map.name(entry);
    const auto [known, is_new] = first_of_name.try_emplace(key, number);
    if (!is_new) grouping.groups.join(known->second, number);
  };
  for (std::size_t i = 0; i < before.size(); ++i) add(before, i, i);
  for (std::size_t j = 0; j < after.size(); ++j) add(after, j, before.size() + j);
  return grouping;
}

void add_entry(MapChange& change, const MapSnapshot& map, std::size_t i, bool is_after) {
  auto& count = is_after ? change.count_after : change.count_before;
  const auto& entry = map[i];
  // Where some are left, those say where it is.
  if (change.count_before + change.count_after == 0 || (is_after && change.count_after == 0)) {
    change.start = entry.start;
    change.end = entry.end;
  } else if (is_after == (change.count_after != 0)) {
    change.end = std::max(change.end, entry.end);
  }
  if (count++ == 0) (is_after ? change.first_after : change.first_before) = static_cast<std::uint32_t>(i);
  (is_after ? change.after : change.before) += map.measures_of(i);
}

MapChange::What grew_or_shrank(const MapChange& change) {
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const auto by = growth(change.before, change.after, static_cast<Measure>(i)).value_or(0);
    if (by != 0) return by > 0 ? MapChange::What::grew : MapChange::What::shrank;
  }
  return MapChange::What::rearranged;
}

MapChange::What what_of(const MapChange& change, const MapSnapshot& before, const MapSnapshot& after,
                        MatchBy by) {
  using enum MapChange::What;
  if (change.count_before == 0) return appeared;
  if (change.count_after == 0) return vanished;
  if (by == MatchBy::name) return grew_or_shrank(change);
  if (change.count_before == 1 && change.count_after > 1) return split;
  if (change.count_before > 1) return change.count_after == 1 ? merged : rearranged;
  const auto& was = before[change.first_before];
  const auto& is = after[change.first_after];
  if (was.perms != is.perms) return perms;
  if (before.name(was) != after.name(is)) return renamed;
  return grew_or_shrank(change);
}

// Nothing that is kept of them differs.
bool is_same(const MapChange& change, const MapSnapshot& before, const MapSnapshot& after, MatchBy by) {
  if (change.count_before != change.count_after || change.before != change.after) return false;
  if (by == MatchBy::name) return true;
  if (change.count_before != 1) return false;
  const auto& was = before[change.first_before];
  const auto& is = after[change.first_after];
  return was.start == is.start && was.perms == is.perms && before.name(was) == after.name(is);
}

}  // namespace

MapDiff compare_maps(const MapSnapshot& before, const MapSnapshot& after, MatchBy by) {
  auto grouping = by == MatchBy::address ? group_by_address(before, after) : group_by_name(before, after);
  const auto first = before.size();
  std::vector<std::uint32_t> group_of(first + after.size(), MapDiff::kUnchanged);
  std::vector<MapChange> groups;
  const auto add = [&](const MapSnapshot& map, std::size_t i, bool is_after) {
    const auto number = is_after ? first + i : i;
    if (grouping.settled[number]) return;
    auto& group = group_of[grouping.groups.find(number)];
    if (group == MapDiff::kUnchanged) {
      group = static_cast<std::uint32_t>(groups.size());
      groups.emplace_back();
    }
    add_entry(groups[group], map, i, is_after);
  };
  for (std::size_t i = 0; i < first; ++i) add(before, i, false);
  for (std::size_t j = 0; j < after.size(); ++j) add(after, j, true);

  MapDiff diff;
  std::vector<std::uint32_t> change_of(groups.size(), MapDiff::kUnchanged);
  for (std::size_t n = 0; n < groups.size(); ++n) {
    if (is_same(groups[n], before, after, by)) continue;
    groups[n].what = what_of(groups[n], before, after, by);
    change_of[n] = static_cast<std::uint32_t>(diff.changes.size());
    diff.changes.push_back(groups[n]);
  }
  diff.owners.assign(after.size(), MapDiff::kUnchanged);
  for (std::size_t j = 0; j < after.size(); ++j) {
    if (grouping.settled[first + j]) continue;
    diff.owners[j] = change_of[group_of[grouping.groups.find(first + j)]];
  }
  diff.unchanged = static_cast<std::uint64_t>(std::ranges::count(diff.owners, MapDiff::kUnchanged));
  return diff;
}

std::vector<KindChange> compare_kinds(const MapSnapshot& before, const MapSnapshot& after) {
  std::array<KindChange, static_cast<std::size_t>(VmaKind::count_)> kinds{};
  for (std::size_t i = 0; i < before.size(); ++i) {
    auto& kind = kinds[static_cast<std::size_t>(before[i].kind)];
    ++kind.count_before;
    kind.before += before.measures_of(i);
  }
  for (std::size_t j = 0; j < after.size(); ++j) {
    auto& kind = kinds[static_cast<std::size_t>(after[j].kind)];
    ++kind.count_after;
    kind.after += after.measures_of(j);
  }
  std::vector<KindChange> found;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    kinds[k].kind = static_cast<VmaKind>(k);
    if (kinds[k].count_before + kinds[k].count_after != 0) found.push_back(kinds[k]);
  }
  return found;
}

}  // namespace pageloupe
