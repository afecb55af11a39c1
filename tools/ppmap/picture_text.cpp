// SPDX-License-Identifier: MIT
// The picture as lines of text.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ppmap/picture_glyphs.h"
#include "ppmap/picture_legend.h"
#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

// What a line of the picture is; the lines are made in the order of addresses.
struct Line {
  enum class Part : std::uint8_t { row, border, gap, mark } part = Part::row;
  std::size_t frame = 0;
  const Box* box = nullptr;    // of a row; of a border, the one at whose lower end it is
  const Box* below = nullptr;  // of a border
  std::size_t slice = 0;       // of a row, from the low end
  Address at{};                // of a border and a mark
  std::string note{};
};

class TextDrawer {
 public:
  TextDrawer(const Picture& picture, const TextLook& look)
      : picture_(picture), look_(look), glyphs_(look.ascii ? kAscii : kUnicode) {}

  [[nodiscard]] std::string draw();

 private:
  void place();
  void set_columns();
  void add_frame(std::size_t index);
  void add_parts();
  [[nodiscard]] std::string border_note(const Box* below, const Box* above) const;
  [[nodiscard]] std::string render(std::size_t index) const;
  [[nodiscard]] std::string render_row(const Line& line) const;
  [[nodiscard]] std::string render_border(std::size_t index) const;
  [[nodiscard]] std::string fill_of(const Line& line, std::size_t width) const;
  [[nodiscard]] std::string label_of(const Box& box) const;
  [[nodiscard]] std::size_t shift_of(const LayoutFrame& frame) const;
  [[nodiscard]] std::string address(Address at) const;
  [[nodiscard]] std::string painted(std::string_view text, const Box& box) const;
  [[nodiscard]] std::string cut(std::string_view text, std::size_t columns) const;
  [[nodiscard]] std::string fit(std::string_view words, std::size_t columns) const;

  const Picture& picture_;
  const TextLook& look_;
  const Glyphs& glyphs_;
  std::vector<Landmark> marks_;
  AddressLayout layout_;
  std::vector<Line> lines_;
  std::vector<std::string> legend_;
  std::size_t address_columns_ = 12;
  std::size_t box_columns_ = 20;  // with its sides
  std::size_t label_columns_ = 40;
};

std::string times(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::size_t digits(Address at) {
  std::size_t count = 1;
  for (auto value = at.value >> 4; value != 0; value >>= 4) ++count;
  return count;
}

std::string TextDrawer::cut(std::string_view text, std::size_t columns) const {
  Buffer buffer;
  const auto width = append_escaped(buffer, text, look_.text);
  const auto more = look_.ascii ? std::string_view("+") : std::string_view("…");
  if (width <= columns) return std::string(buffer.view());
  if (columns == 0) return {};
  cut_columns(buffer, 0, columns - 1);
  return std::string(buffer.view()).append(more);
}

// Of this program's own words.
std::string TextDrawer::fit(std::string_view words, std::size_t columns) const {
  if (first_characters(words, columns) == words) return std::string(words);
  const auto kept = first_characters(words, columns - std::min<std::size_t>(columns, 1));
  return std::string(kept) + (look_.ascii ? "+" : "…");
}

std::string TextDrawer::painted(std::string_view text, const Box& box) const {
  if (!look_.color || box.is_hole()) return std::string(text);
  return format_text("\x1b[{}m{}\x1b[0m", look_of(box.family).sgr, text);
}

// The kernel's own page has 16 digits: where there is little room it moves its frame instead of all others.
void TextDrawer::set_columns() {
  constexpr std::size_t kNarrow = 60;
  std::size_t most = 8;
  for (const auto& mapping : picture_.mappings) {
    const bool wide = mapping.start >= kKernelHalf && look_.columns < kNarrow;
    if (!wide) most = std::max({most, digits(mapping.start), digits(mapping.end)});
  }
  for (const auto& mark : marks_) {
    if (look_.columns >= kNarrow || mark.at < kKernelHalf) most = std::max(most, digits(mark.at));
  }
  address_columns_ = most;
  const auto rest = look_.columns - address_columns_ - 2;
  box_columns_ = std::clamp<std::size_t>(rest * 3 / 10, 8, 50);
  label_columns_ = rest - box_columns_;
}

void TextDrawer::place() {
  const std::size_t ends = picture_.is_part ? 0 : 1 + 2 * marks_.size();
  constexpr std::size_t kUsual = 64;
  const auto lines = std::max(look_.lines.value_or(kUsual), kFewestLines);
  if (look_.legend) legend_ = legend_of(picture_, look_, lines / 3);
  const auto legend_lines = legend_.empty() ? 0 : legend_.size() + 1;
  const auto around = (look_.title ? std::size_t{1} : std::size_t{0}) + ends + legend_lines;
  LayoutScale scale{.height = lines - std::min(lines, around)};
  layout_ = lay_out(picture_.mappings, scale);
  if (look_.lines) return;
  // Not more than is good for it: twice what its boxes need.
  std::size_t wanted = 0;
  for (const auto& frame : layout_.frames) wanted += 3 * frame.boxes.size() + 4;
  if (wanted >= scale.height) return;
  scale.height = wanted;
  layout_ = lay_out(picture_.mappings, scale);
}

std::string TextDrawer::border_note(const Box* below, const Box* above) const {
  std::string note;
  const auto add = [&note](const std::string& part) { note += (note.empty() ? "" : ", ") + part; };
  const auto grow = [&](const Growth* growth, std::string_view arrow) {
    if (growth == nullptr) return;
    const auto full = format_text("{} {}", arrow, growth->full);
    add(full.size() + 1 <= label_columns_ + arrow.size() ? full : format_text("{} {}", arrow, growth->brief));
  };
  if (below != nullptr && !below->is_hole())
    grow(growth_above(picture_, *below), look_.low_first ? glyphs_.down : glyphs_.up);
  if (above != nullptr && !above->is_hole()) {
    grow(growth_below(picture_, *above), look_.low_first ? glyphs_.up : glyphs_.down);
    if (above->guard.value != 0) add("guard " + size_text(above->guard));
    if (above->hole_below.value != 0) add("hole " + size_text(above->hole_below));
  }
  return note;
}

void TextDrawer::add_frame(std::size_t index) {
  const auto& boxes = layout_.frames[index].boxes;
  if (boxes.empty()) return;
  for (std::size_t i = 0; i <= boxes.size(); ++i) {
    const auto* below = i == 0 ? nullptr : &boxes[i - 1];
    const auto* above = i == boxes.size() ? nullptr : &boxes[i];
    lines_.push_back({.part = Line::Part::border,
                      .frame = index,
                      .box = above,
                      .below = below,
                      .at = above != nullptr ? above->start : boxes.back().end,
                      .note = border_note(below, above)});
    for (std::size_t slice = 0; above != nullptr && slice < above->height; ++slice)
      lines_.push_back({.frame = index, .box = above, .slice = slice});
  }
}

void TextDrawer::add_parts() {
  for (const auto& part : parts_of(picture_, layout_, marks_)) {
    if (part.frame != nullptr) add_frame(static_cast<std::size_t>(part.frame - layout_.frames.data()));
    if (!part.gap.empty()) lines_.push_back({.part = Line::Part::gap, .note = part.gap});
    if (part.mark == nullptr) continue;
    const auto words = part.mark->full.size() <= label_columns_ ? part.mark->full : part.mark->brief;
    lines_.push_back({.part = Line::Part::mark, .at = part.mark->at, .note = std::string(words)});
  }
}

// A frame's addresses may need more room than others'.
std::size_t TextDrawer::shift_of(const LayoutFrame& frame) const {
  return std::max(address_columns_, digits(frame.end())) - address_columns_;
}

std::string TextDrawer::address(Address at) const {
  Buffer hex;
  const auto width = std::max(digits(at), std::min<std::size_t>(address_columns_, 12));
  append_hex(hex, at.value, width);
  auto text = std::string(hex.view());
  text.insert(0, address_columns_ - std::min(address_columns_, text.size()), ' ');
  return text;
}

std::string TextDrawer::fill_of(const Line& line, std::size_t width) const {
  const auto& box = *line.box;
  if (box.is_hole()) return std::string(width, ' ');
  const auto shades = shades_of(picture_, box, box.height * width);
  std::string fill;
  for (std::size_t i = 0; i < width; ++i) {
    // Addresses run as reading does: from the left, and in the direction of the lines.
    const auto part = line.slice * width + i;
    const auto share = shades[part];
    constexpr double kSteps = 4;
    const auto step = share ? static_cast<std::size_t>(std::ceil(std::clamp(*share, 0.0, 1.0) * kSteps)) : 0;
    fill += share ? glyphs_.shades.at(step) : glyphs_.unknown;
  }
  return fill;
}

// "1.8M  98% heap         [heap]"; without the share and the name where there is no room.
std::string TextDrawer::label_of(const Box& box) const {
  constexpr std::size_t kWithShare = 24;
  constexpr std::size_t kWithKind = 32;
  if (box.is_hole()) return fit(format_text("{:>5} hole", size_text(box.extent())), label_columns_);
  const auto name = name_of(picture_, box, !look_.ascii && look_.text.utf8);
  const auto kind = kind_name(box);
  auto text = format_text("{:>5} ", size_text(box.size));
  if (label_columns_ >= kWithShare) text += format_text("{:>4} ", share_text(box));
  if (label_columns_ >= kWithKind) {
    text += format_text("{:<12} ", kind);
    return text + cut(name, label_columns_ - text.size());
  }
  return text + fit(kind, label_columns_ - text.size());
}

std::string TextDrawer::render_row(const Line& line) const {
  const auto shift = shift_of(layout_.frames[line.frame]);
  const auto width = box_columns_ - 2 - std::min(box_columns_ - 3, shift);
  auto text = std::string(address_columns_ + shift + 1, ' ');
  text += painted(std::string(glyphs_.side) + fill_of(line, width) + std::string(glyphs_.side), *line.box);
  const bool labelled = line.slice == line.box->height / 2;
  return labelled ? text + " " + label_of(*line.box) : text;
}

std::string TextDrawer::render_border(std::size_t index) const {
  const auto& line = lines_[index];
  const auto shift = shift_of(layout_.frames[line.frame]);
  const auto width = box_columns_ - 2 - std::min(box_columns_ - 3, shift);
  const auto* upper = look_.low_first ? line.below : line.box;
  const auto* lower = look_.low_first ? line.box : line.below;
  const auto& corners = upper == nullptr ? glyphs_.top : lower == nullptr ? glyphs_.bottom : glyphs_.middle;
  std::string fill;
  const bool guarded = line.box != nullptr && line.box->guard.value != 0;
  const bool broken = line.box != nullptr && line.box->hole_below.value != 0;
  for (std::size_t i = 0; i < width; ++i)
    fill += guarded ? glyphs_.guard : broken ? glyphs_.hole.at(i % 2) : glyphs_.border;
  auto text = address(line.at);
  text.insert(0, shift + address_columns_ - std::min(shift + address_columns_, text.size()), ' ');
  text += " " + std::string(corners[0]) + fill + std::string(corners[1]);
  return line.note.empty() ? text : text + " " + fit(line.note, label_columns_);
}

std::string TextDrawer::render(std::size_t index) const {
  const auto& line = lines_[index];
  switch (line.part) {
    case Line::Part::row: return render_row(line);
    case Line::Part::border: return render_border(index);
    case Line::Part::gap:
      return std::string(address_columns_ + 1, ' ') + std::string(glyphs_.gap) + " " +
             fit(line.note, box_columns_ + label_columns_ - 1);
    case Line::Part::mark: {
      auto text = address(line.at);
      const auto used = std::max(text.size(), address_columns_);
      const auto width = box_columns_ - std::min(box_columns_ - 1, used - address_columns_);
      return text + " " + times(glyphs_.mark, width) + " " + fit(line.note, label_columns_);
    }
  }
  return {};
}

std::string TextDrawer::draw() {
  std::string text;
  if (look_.title) text += cut(picture_.title, look_.columns) + "\n";
  if (picture_.mappings.empty()) return text + " " + fit(picture_.absence, look_.columns - 1) + "\n";
  marks_ = landmarks_of(picture_);
  set_columns();
  place();
  add_parts();
  if (look_.low_first) {
    for (std::size_t i = 0; i < lines_.size(); ++i) text += render(i) + "\n";
  } else {
    for (auto i = lines_.size(); i > 0; --i) text += render(i - 1) + "\n";
  }
  if (!legend_.empty()) text += "\n";
  for (const auto& line : legend_) text += line + "\n";
  return text;
}

}  // namespace

std::string draw_text(const Picture& picture, const TextLook& look) {
  constexpr std::size_t kFewestColumns = 40;
  constexpr std::size_t kMostColumns = 200;
  auto fitting = look;
  fitting.columns = std::clamp(look.columns, kFewestColumns, kMostColumns);
  return TextDrawer(picture, fitting).draw();
}

}  // namespace pageloupe::ppmap
