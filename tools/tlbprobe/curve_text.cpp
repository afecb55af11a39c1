// SPDX-License-Identifier: MIT
// The curve as lines of text.
#include <algorithm>
#include <cmath>

#include "probe/wording.h"
#include "tlbprobe/curve_picture.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr std::size_t kMargin = 7;  // the labels of the cycles and the axis
constexpr std::size_t kAround = 5;  // lines that are not the plot: title, labels, axis, numbers, legend

// Dots per character, and how they and the lines are written.
struct Style {
  std::size_t dots_across;
  std::size_t dots_down;
  std::string_view measured;
  std::string_view declared;
  std::string_view side;
  std::string_view floor;
};
constexpr Style kBraille{2, 4, "│", "┊", "┤", "─"};
constexpr Style kAscii{1, 2, "|", ":", "|", "-"};

std::string braille(unsigned dots) {
  const auto code = 0x2800U + dots;
  return {static_cast<char>(0xe0U | (code >> 12U)), static_cast<char>(0x80U | ((code >> 6U) & 0x3fU)),
          static_cast<char>(0x80U | (code & 0x3fU))};
}

// Dots that are set, of a raster whose first line is the lowest.
class Raster {
 public:
  Raster(const CurvePicture& picture, PlotSize size, const Style& style)
      : picture_(picture),
        style_(style),
        columns_(size.columns - kMargin),
        lines_(size.lines - kAround),
        width_(columns_ * style.dots_across),
        height_(lines_ * style.dots_down),
        dots_(width_ * height_),
        least_(std::log(picture.points.front().pages)),
        most_(std::log(picture.points.back().pages)),
        top_(std::max(1.0, std::ranges::max(picture.cost))) {
    draw();
  }

  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] double top() const { return top_; }
  // The character column of a page count; nothing outside of the picture.
  [[nodiscard]] std::optional<std::size_t> column_of(double pages) const {
    const auto share = (std::log(pages) - least_) / (most_ - least_);
    if (!(share >= 0 && share <= 1)) return std::nullopt;
    return static_cast<std::size_t>(share * static_cast<double>(width_ - 1)) / style_.dots_across;
  }

  // The character at a column of a line counted from the top; empty without dots.
  [[nodiscard]] std::string cell(std::size_t column, std::size_t line) const {
    const auto low = (lines_ - 1 - line) * style_.dots_down;
    const auto dot = [&](std::size_t x, std::size_t y) {
      return dots_[(low + y) * width_ + column * style_.dots_across + x];
    };
    if (style_.dots_across == 1) return dot(0, 1) ? "'" : dot(0, 0) ? "." : "";
    // Dots 1-3 and 7 of the left column from the top, 4-6 and 8 of the right one.
    constexpr std::array<std::array<unsigned, 2>, 4> kBits{
        {{0x40, 0x80}, {0x04, 0x20}, {0x02, 0x10}, {0x01, 0x08}}};
    unsigned bits = 0;
    for (std::size_t y = 0; y < 4; ++y) {
      for (std::size_t x = 0; x < 2; ++x) bits |= dot(x, y) ? kBits.at(y).at(x) : 0;
    }
    return bits == 0 ? "" : braille(bits);
  }

 private:
  // The cost at a share of the way along the logarithmic axis.
  [[nodiscard]] double cost_at(double share) const {
    const auto pages = std::exp(least_ + share * (most_ - least_));
    const auto& points = picture_.points;
    const auto after =
        std::ranges::find_if(points, [&](const CurvePoint& point) { return point.pages >= pages; });
    if (after == points.begin()) return picture_.cost.front();
    if (after == points.end()) return picture_.cost.back();
    const auto i = static_cast<std::size_t>(after - points.begin());
    const auto part = (pages - points[i - 1].pages) / (points[i].pages - points[i - 1].pages);
    return picture_.cost[i - 1] + part * (picture_.cost[i] - picture_.cost[i - 1]);
  }

  void draw() {
    std::optional<std::size_t> before;
    for (std::size_t x = 0; x < width_; ++x) {
      const auto cost = cost_at(static_cast<double>(x) / static_cast<double>(width_ - 1));
      const auto y =
          static_cast<std::size_t>(std::clamp(cost / top_, 0.0, 1.0) * static_cast<double>(height_ - 1));
      const auto last = before.value_or(y);
      for (auto at = std::min(y, last); at <= std::max(y, last); ++at) dots_[at * width_ + x] = true;
      before = y;
    }
  }

  const CurvePicture& picture_;
  const Style& style_;
  std::size_t columns_;
  std::size_t lines_;
  std::size_t width_;
  std::size_t height_;
  std::vector<bool> dots_;
  double least_;
  double most_;
  double top_;
};

std::string padded(std::string_view text, std::size_t width) {
  std::string line(width - std::min(width, text.size()), ' ');
  return line.append(text);
}

// Where the marks stand; a declared one that falls on a measured one is not drawn.
std::vector<std::string_view> mark_columns(const CurvePicture& picture, const Raster& raster,
                                           const Style& style) {
  std::vector<std::string_view> columns(raster.columns());
  for (const bool measured : {true, false}) {
    for (const auto& mark : picture.marks) {
      const auto at = raster.column_of(mark.pages);
      if (mark.measured != measured || !at || !columns[*at].empty()) continue;
      columns[*at] = measured ? style.measured : style.declared;
    }
  }
  return columns;
}

// The measured marks' labels, each above its line as far as the others leave room.
std::string label_line(const CurvePicture& picture, const Raster& raster) {
  std::string line;
  for (const bool measured : {true, false}) {
    for (const auto& mark : picture.marks) {
      const auto at = raster.column_of(mark.pages);
      if (mark.measured != measured || !at) continue;
      const auto start = kMargin + *at - std::min(kMargin + *at, mark.label.size() / 2);
      const auto end = start + mark.label.size();
      if (line.size() < end + 1) line.resize(end + 1, ' ');
      const auto from = start == 0 ? 0 : start - 1;
      if (line.find_first_not_of(' ', from) < end + 1) continue;
      line.replace(start, mark.label.size(), mark.label);
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string axis_numbers(const CurvePicture& picture, const Raster& raster) {
  std::string line;
  for (double pages = 8; pages <= picture.points.back().pages; pages *= 4) {
    const auto at = raster.column_of(pages);
    if (!at) continue;
    const auto text = fixed(pages, 0);
    const auto start = std::max(kMargin + *at, line.size() + (line.empty() ? 0 : 1));
    line.resize(start, ' ');
    line += text;
  }
  return line;
}

}  // namespace

std::string plot_text(const CurvePicture& picture, PlotSize size, bool utf8) {
  constexpr std::size_t kFewestColumns = 40;
  constexpr std::size_t kFewestLines = 12;
  if (picture.points.size() < 2) return {};
  size = {.columns = std::max(size.columns, kFewestColumns), .lines = std::max(size.lines, kFewestLines)};
  const auto& style = utf8 ? kBraille : kAscii;
  const Raster raster(picture, size, style);
  const auto marks = mark_columns(picture, raster, style);
  std::string text = picture.title + "\n" + label_line(picture, raster) + "\n";
  for (std::size_t line = 0; line < raster.lines(); ++line) {
    const bool numbered = line % 4 == 0;
    const auto share = 1 - static_cast<double>(line) / static_cast<double>(raster.lines());
    text += padded(numbered ? fixed(share * raster.top(), 1) : "", kMargin - 1);
    text += numbered ? style.side : style.measured;
    std::string row;
    for (std::size_t column = 0; column < raster.columns(); ++column) {
      const auto dots = raster.cell(column, line);
      row += !dots.empty() ? dots : marks[column].empty() ? std::string(" ") : std::string(marks[column]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  text += padded("0", kMargin - 1) + (utf8 ? "└" : "+");
  for (std::size_t column = 0; column < raster.columns(); ++column) text += style.floor;
  text += "\n" + axis_numbers(picture, raster) + "\n";
  return text + padded("", kMargin) + std::string(style.measured) + " measured  " +
         std::string(style.declared) + " declared or published, where it differs\n";
}

}  // namespace pageloupe::tlbprobe
