// SPDX-License-Identifier: MIT
// What changed between two maps. Mappings are the same where they are of the same memory: the same file at
// the same place of it, or anonymous memory at the same addresses. One that mprotect(2) or munmap(2) cut into
// pieces is one change, and so are pieces that became one.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "field/map_snapshot.h"

namespace pageloupe {

struct MapChange {
  enum class What : std::uint8_t {
    appeared,
    vanished,
    split,
    merged,
    rearranged,  // several became several others
    perms,
    renamed,
    grew,  // the first of the measures that is another one
    shrank,
    count_
  };

  What what = What::appeared;
  // The mappings it is about: how many there were and are, and the first of each in its snapshot, where there
  // is one.
  std::uint32_t count_before = 0;
  std::uint32_t count_after = 0;
  std::uint32_t first_before = 0;
  std::uint32_t first_after = 0;
  // Of the mappings as they are, or were where none is left.
  Address start{};
  Address end{};
  Measures before{};
  Measures after{};
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(MapChange::What::count_)>
    kChangeNames = {"appeared", "vanished", "split", "merged", "rearranged",
                    "perms",    "renamed",  "grew",  "shrank"};

enum class MatchBy : std::uint8_t {
  address,  // two moments of one process
  name,     // two processes, or two runs of a program, whose addresses say nothing: kind and name
};

struct MapDiff {
  static constexpr std::uint32_t kUnchanged = ~std::uint32_t{0};

  // Each mapping of either map belongs to one change at most; the rest did not change. So the growth of all
  // changes is that of the totals.
  std::vector<MapChange> changes{};
  // For each mapping of the later map, the change it belongs to or kUnchanged.
  std::vector<std::uint32_t> owners{};
  std::uint64_t unchanged = 0;  // mappings of the later map
};

// Both are finished snapshots.
[[nodiscard]] MapDiff compare_maps(const MapSnapshot& before, const MapSnapshot& after, MatchBy by);

// What the mappings of one kind have together.
struct KindChange {
  VmaKind kind = VmaKind::anon;
  std::uint64_t count_before = 0;
  std::uint64_t count_after = 0;
  Measures before{};
  Measures after{};
};

// Of every kind that either map has. A mapping whose kind changed left one and came to the other.
[[nodiscard]] std::vector<KindChange> compare_kinds(const MapSnapshot& before, const MapSnapshot& after);

}  // namespace pageloupe
