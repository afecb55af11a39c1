// SPDX-License-Identifier: MIT
#include "sample/address_merge.h"

#include <cmath>
#include <queue>

#include "sample/vma_family.h"

namespace pageloupe {
namespace {

constexpr std::size_t kNone = ~std::size_t{0};

double log_pages(Bytes size) {
  constexpr double kPage = 4096;
  return std::log2(1 + static_cast<double>(size.value) / kPage);
}

// A box that may still become a part of a larger one.
struct Piece {
  MappingRun run{};
  Bytes size{};
  Bytes resident{};
  std::size_t name_of = 0;  // the mapping whose name all of it has
  bool one_name = true;
  bool growing = false;
  VmaFamily family = VmaFamily::kernel;  // of the most important part
  std::size_t before = kNone;            // in the same frame
  std::size_t after = kNone;
  bool hole_below = false;  // one that is drawn
  unsigned version = 0;     // counts the changes, so that what was planned before is known to be void
  bool gone = false;

  // Memory in use counts twice what is merely reserved does. A process has one heap and some stacks, but many
  // libraries.
  [[nodiscard]] double importance() const {
    constexpr double kStack = 8;
    constexpr double kLibrary = -6;
    const auto bonus = family == VmaFamily::stack ? kStack : family == VmaFamily::library ? kLibrary : 0;
    return log_pages(size) + 2 * log_pages(resident) + bonus;
  }
};

// To put `left` and the piece behind it together, as it was planned.
struct Plan {
  double cost = 0;
  std::size_t left = 0;
  unsigned version_left = 0;
  unsigned version_right = 0;

  bool operator>(const Plan& other) const {
    return cost != other.cost ? cost > other.cost : left > other.left;
  }
};

class Merger {
 public:
  Merger(std::span<const PlacedMapping> mappings, const LayoutScale& scale)
      : mappings_(mappings), scale_(scale) {}

  void add_frame(MappingRun frame);
  void merge();
  [[nodiscard]] std::vector<std::vector<MappingRun>> boxes() const;

 private:
  [[nodiscard]] Piece piece_of(std::size_t index) const;
  [[nodiscard]] bool is_same_name(const Piece& left, const Piece& right) const;
  [[nodiscard]] double cost(const Piece& left, const Piece& right) const;
  [[nodiscard]] std::size_t units(const Piece& piece) const;
  void plan(std::size_t left);
  void join(std::size_t left);

  std::span<const PlacedMapping> mappings_;
  const LayoutScale& scale_;
  std::vector<Piece> pieces_;
  std::vector<std::size_t> frames_;  // the first piece of each
  std::priority_queue<Plan, std::vector<Plan>, std::greater<>> plans_;
  std::size_t used_ = 0;  // of the height
};

Piece Merger::piece_of(std::size_t index) const {
  const auto& mapping = mappings_[index];
  return {.run = {index, 1},
          .size = mapping.size(),
          .resident = mapping.resident.value_or(Bytes{}),
          .name_of = index,
          .growing = is_growing(mapping.kind),
          .family = mapping.family};
}

// What it takes of the height, with one of its borders.
std::size_t Merger::units(const Piece& piece) const {
  const auto box = (piece.growing ? scale_.least_growing : scale_.least_box) + scale_.border;
  return box + (piece.hole_below ? scale_.least_box + scale_.border : 0);
}

// A guard page is a part of what it guards from the beginning.
void Merger::add_frame(MappingRun frame) {
  const auto last = frame.first + frame.count - 1;
  const auto extent = mappings_[last].end - mappings_[frame.first].start;
  auto before = kNone;
  used_ += scale_.border + (frames_.empty() ? 0 : scale_.between);
  frames_.push_back(pieces_.size());
  for (auto i = frame.first; i <= last; ++i) {
    const auto first = i;
    while (i < last && mappings_[i].kind == VmaKind::guard && mappings_[i].end == mappings_[i + 1].start) ++i;
    auto piece = piece_of(i);
    piece.run = {first, i - first + 1};
    for (auto guard = first; guard < i; ++guard) piece.size += mappings_[guard].size();
    piece.before = before;
    piece.hole_below = before != kNone && is_drawn_hole(gap_below(mappings_, first), extent);
    used_ += units(piece);
    if (before != kNone) pieces_[before].after = pieces_.size();
    before = pieces_.size();
    pieces_.push_back(piece);
  }
}

// A file with its .bss; memory without a name only where it is of the same kind.
bool Merger::is_same_name(const Piece& left, const Piece& right) const {
  const auto file = [this](const Piece& piece) {
    constexpr std::string_view kBss = " [bss]";
    std::string_view name = mappings_[piece.name_of].name;
    if (name.ends_with(kBss)) name.remove_suffix(kBss.size());
    return name;
  };
  const auto name = file(left);
  if (!left.one_name || !right.one_name || name.empty() || name != file(right)) return false;
  return name.front() != '[' || left.family == right.family;
}

// The less important one of them is what is no longer seen by itself.
double Merger::cost(const Piece& left, const Piece& right) const {
  constexpr double kSameFile = -12;
  constexpr double kSameFamily = 2;
  constexpr double kOtherFamily = 8;
  constexpr double kOnlyOneStack = 12;
  constexpr double kAcrossHole = 40;
  constexpr double kGrowing = 200;
  const bool same_name = is_same_name(left, right);
  auto cost = std::min(left.importance(), right.importance());
  // Of the program, its parts are what one wants to see.
  const bool same_file = same_name && left.family == VmaFamily::library;
  cost += same_file ? kSameFile : left.family == right.family ? kSameFamily : kOtherFamily;
  const bool one_stack = (left.family == VmaFamily::stack) != (right.family == VmaFamily::stack);
  if (one_stack) cost += kOnlyOneStack;
  if (right.hole_below) cost += kAcrossHole;
  if ((left.growing || right.growing) && !same_name) cost += kGrowing;
  return cost;
}

void Merger::plan(std::size_t left) {
  const auto right = left == kNone ? kNone : pieces_[left].after;
  if (right == kNone) return;
  plans_.push({cost(pieces_[left], pieces_[right]), left, pieces_[left].version, pieces_[right].version});
}

void Merger::join(std::size_t left) {
  auto& into = pieces_[left];
  auto& from = pieces_[into.after];
  used_ -= units(into) + units(from);
  if (from.importance() > into.importance()) into.family = from.family;
  into.one_name = is_same_name(into, from);
  into.growing = into.growing || from.growing;
  into.run.count += from.run.count;
  into.size += from.size;
  into.resident += from.resident;
  into.after = from.after;
  ++into.version;
  from.gone = true;
  used_ += units(into);
  if (into.after != kNone) pieces_[into.after].before = left;
}

void Merger::merge() {
  // One box in each frame has to be, whatever it takes.
  const auto fixed = frames_.size() * (2 * scale_.border + scale_.least_box + scale_.between);
  const auto rest = static_cast<double>(scale_.height - std::min(scale_.height, fixed));
  const auto most = fixed + static_cast<std::size_t>(rest * scale_.least_share);
  if (used_ <= most) return;
  for (std::size_t i = 0; i < pieces_.size(); ++i) plan(i);
  while (used_ > most && !plans_.empty()) {
    const auto next = plans_.top();
    plans_.pop();
    const auto& left = pieces_[next.left];
    const bool holds = !left.gone && left.after != kNone && left.version == next.version_left &&
                       pieces_[left.after].version == next.version_right;
    if (!holds) continue;
    join(next.left);
    plan(pieces_[next.left].before);
    plan(next.left);
  }
}

std::vector<std::vector<MappingRun>> Merger::boxes() const {
  std::vector<std::vector<MappingRun>> all;
  for (const auto first : frames_) {
    auto& boxes = all.emplace_back();
    for (auto at = first; at != kNone; at = pieces_[at].after) boxes.push_back(pieces_[at].run);
  }
  return all;
}

}  // namespace

Bytes gap_below(std::span<const PlacedMapping> mappings, std::size_t index) {
  if (index == 0 || mappings[index].start <= mappings[index - 1].end) return {};
  return mappings[index].start - mappings[index - 1].end;
}

std::vector<std::vector<MappingRun>> merge_into_boxes(std::span<const PlacedMapping> mappings,
                                                      std::span<const MappingRun> frames,
                                                      const LayoutScale& scale) {
  Merger merger(mappings, scale);
  for (const auto& frame : frames) merger.add_frame(frame);
  merger.merge();
  return merger.boxes();
}

}  // namespace pageloupe
