// SPDX-License-Identifier: MIT
// What the meters are drawn with: bars, figures, and items that flow over lines.
#pragma once

#include <optional>
#include <span>

#include "ptop/meters.h"
#include "render/format.h"

namespace pageloupe::ptop {

// A part of a bar: how much of the whole, 0 to 1.
struct BarPart {
  double share = 0;
  Paint paint = Paint::part1;
};

// One meter's view of a refresh.
class MeterPen {
 public:
  MeterPen(Frame& frame, const MeterData& data, const MeterLayout& layout, std::size_t columns)
      : frame_(frame), data_(data), layout_(layout), columns_(columns) {}

  [[nodiscard]] Frame& frame() const { return frame_; }
  [[nodiscard]] const MeterData& data() const { return data_; }
  [[nodiscard]] const MachineSample& now() const { return *data_.now; }
  [[nodiscard]] const MeterLayout& layout() const { return layout_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

  // How wide the bar of a line of its own is, without its brackets.
  [[nodiscard]] std::size_t bar_columns() const;

  // "[|||||     ]": the parts side by side, blanks for what is free; that many columns between the brackets.
  void bar(Line& line, std::size_t columns, std::span<const BarPart> parts) const;

  // A size in the unit that was asked for; "?" where it is not known.
  void size(Line& line, Paint paint, std::optional<Bytes> size);

  // "7", "1234", "12.3k", "456k", "4.5M".
  void count(Line& line, Paint paint, double count);

  // What may not be more than ASCII.
  template <class... Arguments>
  void format(Line& line, Paint paint, fmt::format_string<const Arguments&...> text,
              const Arguments&... arguments) {
    scratch_.clear();
    append_format(scratch_, text, arguments...);
    line.add(paint, scratch_.view());
  }
  // An empty buffer for other texts, and what was written to it.
  [[nodiscard]] Buffer& scratch() {
    scratch_.clear();
    return scratch_;
  }
  [[nodiscard]] std::string_view last() const { return scratch_.view(); }

 private:
  [[nodiscard]] bool blocks() const { return layout_.utf8 && layout_.colour; }
  [[nodiscard]] static std::size_t last_of(std::span<const BarPart> parts);
  void cells(Line& line, std::size_t count, Paint paint) const;

  Frame& frame_;
  const MeterData& data_;
  const MeterLayout& layout_;
  std::size_t columns_;
  Buffer scratch_;
};

// Items beside each other, as many as fit, on as many lines as it may take. None is cut, except where it
// alone is wider than a line.
class Flow {
 public:
  enum class Begin : std::uint8_t { new_line, last_line };

  // In a new line of the frame, or behind what its last line has already.
  Flow(const MeterPen& pen, std::size_t rows, Begin begin = Begin::new_line)
      : frame_(pen.frame()),
        columns_(pen.columns()),
        rows_(rows),
        begun_(begin == Begin::last_line ? 1 : 0) {}

  // write(Line&) adds one item. False where there was no room for it.
  template <class Write>
  bool item(Write write) {
    if (begun_ == 0 && !begin_line()) return false;
    if (place(write)) return true;
    return begin_line() && place(write);
  }

 private:
  // What stands between two items.
  static constexpr std::string_view kGap = "  ";

  [[nodiscard]] Line& line() { return frame_.line(frame_.rows() - 1); }

  bool begin_line() {
    if (begun_ == rows_) return false;
    ++begun_;
    frame_.next();
    return true;
  }

  template <class Write>
  bool place(Write& write) {
    const auto before = line().columns();
    if (before != 0) line().add(Paint::plain, kGap);
    write(line());
    if (line().columns() <= columns_) return true;
    line().cut(before == 0 ? columns_ : before);
    return before == 0;
  }

  Frame& frame_;
  std::size_t columns_;
  std::size_t rows_;
  std::size_t begun_;
};

}  // namespace pageloupe::ptop
