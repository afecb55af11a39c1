// SPDX-License-Identifier: MIT
#include "sample/address_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sample/address_merge.h"
#include "sample/address_space.h"

namespace pageloupe {
namespace {

using Mappings = std::span<const PlacedMapping>;

bool begins_frame(Mappings mappings, std::size_t index, Bytes split) {
  const bool other_half = mappings[index].start >= kKernelHalf && mappings[index - 1].start < kKernelHalf;
  return other_half || gap_below(mappings, index) > split;
}

std::vector<MappingRun> frames_split_at(Mappings mappings, Bytes split) {
  std::vector<MappingRun> frames;
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    if (i == 0 || begins_frame(mappings, i, split)) frames.push_back({i, 0});
    ++frames.back().count;
  }
  return frames;
}

// As many frames as the height has room for, each at its least.
std::vector<MappingRun> split_into_frames(Mappings mappings, const LayoutScale& scale, Bytes& split) {
  const auto least = 2 * scale.border + std::max(scale.least_box, scale.least_growing) + scale.between;
  const auto most = std::max<std::size_t>(2, (scale.height + scale.between) / least);
  auto frames = frames_split_at(mappings, split);
  while (frames.size() > most && split < Bytes{1ULL << 62}) {
    split = split + split;
    frames = frames_split_at(mappings, split);
  }
  return frames;
}

struct Weight {
  Bytes resident{};
  Bytes size{};
  auto operator<=>(const Weight&) const = default;
  Weight& operator+=(const Weight& other) {
    resident += other.resident;
    size += other.size;
    return *this;
  }
};

Weight weight_of(const PlacedMapping& mapping) {
  return {mapping.resident.value_or(Bytes{}), mapping.size()};
}

bool is_guard(const PlacedMapping& mapping) { return mapping.kind == VmaKind::guard; }

void add_sums(Mappings of_box, Box& box) {
  bool below = true;
  box.resident = Bytes{};
  for (const auto& mapping : of_box) {
    box.size += mapping.size();
    if (!mapping.resident) box.resident.reset();
    if (box.resident) *box.resident += *mapping.resident;
    below = below && is_guard(mapping);
    if (below) box.guard += mapping.size();
  }
  if (below) box.guard = Bytes{};  // nothing is guarded
}

// The kind of most of a box's memory in use, or of most of its addresses where none is in use.
void describe(Mappings mappings, Box& box) {
  const auto of_box = mappings.subspan(box.first, box.count);
  add_sums(of_box, box);
  const bool all_guards = std::ranges::all_of(of_box, is_guard);
  const auto counts = [&](const PlacedMapping& mapping) { return all_guards || !is_guard(mapping); };
  std::array<Weight, kVmaKinds.size()> kinds{};
  std::array<Weight, kVmaFamilies.size()> families{};
  for (const auto& mapping : of_box) {
    if (!counts(mapping)) continue;
    kinds.at(static_cast<std::size_t>(mapping.kind)) += weight_of(mapping);
    families.at(static_cast<std::size_t>(mapping.family)) += weight_of(mapping);
  }
  const auto kind = std::ranges::max_element(kinds) - kinds.begin();
  const auto family = std::ranges::max_element(families) - families.begin();
  box.kind = kVmaKinds.at(static_cast<std::size_t>(kind)).kind;
  box.family = kVmaFamilies.at(static_cast<std::size_t>(family)).family;
  box.one_kind = std::ranges::count_if(kinds, [](const Weight& w) { return w.size.value != 0; }) <= 1;
  Weight heaviest;
  for (auto i = box.first; i < box.first + box.count; ++i) {
    const auto& mapping = mappings[i];
    if (mapping.family != box.family || !counts(mapping) || weight_of(mapping) <= heaviest) continue;
    heaviest = weight_of(mapping);
    box.main = i;
  }
  const auto same_name = [&](const PlacedMapping& m) { return m.name == mappings[box.main].name; };
  box.named_so = static_cast<std::size_t>(std::ranges::count_if(of_box, same_name));
}

LayoutFrame make_frame(Mappings mappings, std::span<const MappingRun> runs) {
  LayoutFrame frame;
  const auto last = runs.back().first + runs.back().count - 1;
  const auto extent = mappings[last].end - mappings[runs.front().first].start;
  for (const auto& run : runs) {
    Box box{.start = mappings[run.first].start,
            .end = mappings[run.first + run.count - 1].end,
            .first = run.first,
            .count = run.count,
            .main = run.first};
    const auto gap = frame.boxes.empty() ? Bytes{} : gap_below(mappings, run.first);
    if (is_drawn_hole(gap, extent)) {
      frame.boxes.push_back({.start = frame.boxes.back().end, .end = box.start});
    } else {
      box.hole_below = gap;
    }
    describe(mappings, box);
    frame.boxes.push_back(box);
  }
  return frame;
}

// Shares out a number of units by weight, so that all of them are given.
std::vector<std::size_t> share_out(std::size_t units, std::span<const double> weights) {
  std::vector<std::size_t> shares(weights.size());
  const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum <= 0) return shares;
  std::vector<std::pair<double, std::size_t>> rests;
  std::size_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto exact = static_cast<double>(units) * weights[i] / sum;
    shares[i] = std::min(static_cast<std::size_t>(exact), units - given);
    given += shares[i];
    rests.emplace_back(static_cast<double>(shares[i]) - exact, i);
  }
  std::ranges::sort(rests);
  for (std::size_t i = 0; given < units; ++i, ++given) ++shares[rests[i % rests.size()].second];
  return shares;
}

std::size_t least_height(const Box& box, Mappings mappings, const LayoutScale& scale) {
  const bool growing =
      std::ranges::any_of(mappings.subspan(box.first, box.count), is_growing, &PlacedMapping::kind);
  return growing ? scale.least_growing : scale.least_box;
}

// Where frames had to be put together, what is between them would leave no room for themselves.
double extent_of(const Box& box) {
  constexpr std::uint64_t kLargestHole = 1ULL << 30;
  return static_cast<double>(box.is_hole() ? std::min(box.extent().value, kLargestHole) : box.extent().value);
}

// Heights in proportion to the boxes' extents, where these are not less than the least.
void stretch(LayoutFrame& frame, std::size_t extra) {
  const auto least = [](const Box& box) { return static_cast<double>(box.height); };
  std::vector<bool> fixed(frame.boxes.size());
  std::vector<double> weights(frame.boxes.size());
  auto room = extra;
  for (const auto& box : frame.boxes) room += box.height;
  for (bool changed = true; changed;) {
    changed = false;
    auto left = static_cast<double>(room);
    double sum = 0;
    for (std::size_t i = 0; i < frame.boxes.size(); ++i) {
      const auto extent = extent_of(frame.boxes[i]);
      (fixed[i] ? left : sum) += fixed[i] ? -least(frame.boxes[i]) : extent;
    }
    for (std::size_t i = 0; i < frame.boxes.size(); ++i) {
      if (fixed[i]) continue;
      const auto height = left * extent_of(frame.boxes[i]) / sum;
      weights[i] = std::max(0.0, height - least(frame.boxes[i]));
      if (height >= least(frame.boxes[i])) continue;
      fixed[i] = changed = true;
      weights[i] = 0;
    }
  }
  const auto shares = share_out(extra, weights);
  for (std::size_t i = 0; i < frame.boxes.size(); ++i) frame.boxes[i].height += shares[i];
}

// A frame of more boxes, and of more addresses, gets more of what is left: by the logarithm, since the stack
// and the libraries are a millionth apart.
double weight_of(const LayoutFrame& frame) {
  constexpr double kPage = 4096;
  const auto pages = static_cast<double>((frame.end() - frame.start()).value) / kPage;
  return std::log2(1 + pages) * (static_cast<double>(frame.boxes.size()) - 0.5);
}

void set_heights(AddressLayout& layout, Mappings mappings, const LayoutScale& scale) {
  std::size_t used = (layout.frames.size() - 1) * scale.between;
  std::vector<double> weights;
  for (auto& frame : layout.frames) {
    used += scale.border;
    for (auto& box : frame.boxes) {
      box.height = least_height(box, mappings, scale);
      used += box.height + scale.border;
    }
    weights.push_back(weight_of(frame));
  }
  const auto shares = share_out(used < scale.height ? scale.height - used : 0, weights);
  layout.height = (layout.frames.size() - 1) * scale.between;
  for (std::size_t i = 0; i < layout.frames.size(); ++i) {
    auto& frame = layout.frames[i];
    stretch(frame, shares[i]);
    frame.height = scale.border;
    for (const auto& box : frame.boxes) frame.height += box.height + scale.border;
    layout.height += frame.height;
  }
}

}  // namespace

AddressLayout lay_out(std::span<const PlacedMapping> mappings, const LayoutScale& scale) {
  AddressLayout layout{.split = Bytes{1ULL << 30}};
  if (mappings.empty()) return layout;
  const auto frames = split_into_frames(mappings, scale, layout.split);
  for (const auto& runs : merge_into_boxes(mappings, frames, scale))
    layout.frames.push_back(make_frame(mappings, runs));
  set_heights(layout, mappings, scale);
  return layout;
}

std::vector<std::optional<double>> heat_of(const Box& box, std::span<const HeatRange> heat,
                                           std::size_t parts) {
  std::vector<std::optional<double>> shares(parts);
  const auto extent = box.extent().value;
  const auto edge = [&](std::size_t part) {  // without an overflow of extent times part
    return box.start.value + extent / parts * part + extent % parts * part / parts;
  };
  auto range = std::ranges::upper_bound(heat, box.start, {}, &HeatRange::end);
  for (std::size_t i = 0; i < parts; ++i) {
    double sum = 0;
    double covered = 0;
    for (auto at = range; at != heat.end() && at->start.value < edge(i + 1); ++at) {
      const auto from = std::max(at->start.value, edge(i));
      const auto to = std::min(at->end.value, edge(i + 1));
      if (at->end.value <= edge(i + 1)) range = at + 1;
      if (from >= to) continue;
      covered += static_cast<double>(to - from);
      sum += at->share * static_cast<double>(to - from);
    }
    if (covered > 0) shares[i] = sum / covered;
  }
  return shares;
}

}  // namespace pageloupe
