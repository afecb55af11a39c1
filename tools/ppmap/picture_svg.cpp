// SPDX-License-Identifier: MIT
// The picture as SVG, by itself or in a page.
#include <algorithm>

#include "ppmap/picture.h"
#include "ppmap/picture_style.h"
#include "render/cell.h"
#include "render/format.h"
#include "render/svg.h"

namespace pageloupe::ppmap {
namespace {

std::string hex(Address at) {
  Buffer buffer;
  append_hex(buffer, at.value, 1);
  return std::string(buffer.view());
}

// Draws from the top down.
class SvgDrawer {
 public:
  SvgDrawer(const Picture& picture, const SvgLook& look, double top)
      : picture_(picture), look_(look), y_(top) {}

  // Returns where it ends.
  double draw(std::string& to);

 private:
  void heading();
  void place();
  void frame(const LayoutFrame& frame);
  void box(const Box& box);
  void shades(const Box& box, std::string_view title);
  void labels(const Box& box);
  void growth(const Box& box);
  void edge_address(Address at, double y);
  void gap(const std::string& note);
  void mark(const Landmark& mark);
  void legend();
  void text(SvgPoint at, std::string_view attributes, std::string_view words) {
    svg_ += svg_text(at, attributes, words);
  }
  [[nodiscard]] std::string tooltip(const Box& box) const;

  const Picture& picture_;
  SvgLook look_;
  double y_;
  AddressLayout layout_{};
  std::string svg_{};
};

void SvgDrawer::heading() {
  y_ += kMargin + 8;
  text({kMargin, y_}, R"(class="title")", xml_text(picture_.title, kTitleColumns));
  y_ += kLine;
  if (picture_.mappings.empty()) {
    text({kMargin, y_}, R"(class="dim")", xml_text(picture_.absence));
    y_ += kMargin;
    return;
  }
  auto words = format_text("{} reserved in {} {}", size_text(picture_.total.size), picture_.total.count,
                           picture_.total.count == 1 ? "mapping" : "mappings");
  words += picture_.resident_known ? format_text(", {} resident", size_text(picture_.total.resident))
                                   : std::string(", what is resident is not known");
  text({kMargin, y_}, R"(class="dim")", words);
  y_ += kLine;
}

void SvgDrawer::place() {
  constexpr std::size_t kMostHeight = 1500;
  constexpr std::size_t kGoodBox = 44;
  LayoutScale scale{.height = kMostHeight,
                    .least_share = 0.55,
                    .least_box = kLeastBox,
                    .least_growing = kLeastGrowing,
                    .border = 0,
                    .between = kGap};
  layout_ = lay_out(picture_.mappings, scale);
  std::size_t wanted = 0;
  for (const auto& frame : layout_.frames) wanted += kGoodBox * frame.boxes.size() + kGap;
  if (wanted >= kMostHeight) return;
  scale.height = wanted;
  layout_ = lay_out(picture_.mappings, scale);
}

std::string SvgDrawer::tooltip(const Box& box) const {
  constexpr std::size_t kMostRows = 16;
  constexpr std::size_t kColumns = 80;
  auto words = format_text("{}-{}  {}", hex(box.start), hex(box.end), size_text(box.extent()));
  if (box.is_hole()) return words + "\nno mapping";
  if (box.resident) words += format_text(", {} resident ({})", size_text(*box.resident), share_text(box));
  if (box.count > 1) words += format_text("\n{} mappings:", box.count);
  for (std::size_t i = 0; i < std::min(box.count, kMostRows); ++i) {
    const auto& mapping = picture_.mappings[box.first + i];
    words += format_text("\n{}  {}  {}  {}", hex(mapping.start), size_text(mapping.size()),
                         name(mapping.kind), xml_text(mapping.name, kColumns));
  }
  if (box.count > kMostRows) words += format_text("\nand {} more", box.count - kMostRows);
  return words;
}

void SvgDrawer::shades(const Box& box, std::string_view title) {
  const auto height = static_cast<double>(box.height);
  constexpr std::size_t kSlice = 4;
  const auto parts = picture_.heat.empty() ? 1 : std::max<std::size_t>(1, box.height / kSlice);
  const auto slices = shades_of(picture_, box, parts);
  const auto kind = static_cast<std::size_t>(box.family);
  svg_ += format_text("<g><title>{}</title>\n", title);
  svg_ += svg_rect({kBoxStart, y_, kBoxWidth, height}, format_text(R"(class="box k{}")", kind));
  const auto one = height / static_cast<double>(parts);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto part = look_.low_first ? i : parts - 1 - i;
    const auto share = slices[part].value_or(0);
    if (share <= 0) continue;
    constexpr double kInset = 1.5;
    constexpr double kFaintest = 0.15;
    constexpr double kStrongest = 0.9;
    // What is between it and its box tells it from its neighbours.
    const auto from = std::max(y_ + kInset, y_ + one * static_cast<double>(i));
    const auto to = std::min(y_ + height - kInset, y_ + one * static_cast<double>(i + 1));
    svg_ += svg_rect({kBoxStart + kInset, from, kBoxWidth - 2 * kInset, to - from},
                     format_text(R"(class="res k{}" fill-opacity="{:.2f}")", kind,
                                 kFaintest + std::min(share, 1.0) * (kStrongest - kFaintest)));
  }
  if (box.guard.value != 0) {
    constexpr double kStrip = 5;
    const auto y = look_.low_first ? y_ : y_ + height - kStrip;
    svg_ += svg_rect({kBoxStart, y, kBoxWidth, kStrip}, R"-(fill="url(#hatch)")-",
                     "guard " + size_text(box.guard));
  }
  svg_ += "</g>\n";
}

// A heap and a stack say how far they may grow, on the side to which they do.
void SvgDrawer::growth(const Box& box) {
  const auto* above = growth_above(picture_, box);
  const auto* growth = above != nullptr ? above : growth_below(picture_, box);
  if (growth == nullptr) return;
  const bool upwards = (above != nullptr) != look_.low_first;
  const auto middle = y_ + static_cast<double>(box.height) / 2;
  const auto y = middle + (upwards ? -kLine / 2 : kLine / 2) + kBaseline;
  text({kKindStart, y}, R"(class="dim")", format_text("{} {}", upwards ? "↑" : "↓", growth->full));
  constexpr double kArrow = 9;
  const auto tip = upwards ? -kArrow : kArrow;
  const auto x = kBoxStart + kBoxWidth / 2;
  svg_ += format_text(R"(<path class="arrow" d="M{} {}V{}M{} {}L{} {}L{} {}"/>)", svg_number(x),
                      svg_number(middle - tip), svg_number(middle + tip), svg_number(x - 5),
                      svg_number(middle + tip / 3), svg_number(x), svg_number(middle + tip),
                      svg_number(x + 5), svg_number(middle + tip / 3)) +
          "\n";
}

void SvgDrawer::labels(const Box& box) {
  auto y = y_ + static_cast<double>(box.height) / 2 + kBaseline;
  if (box.is_hole()) {
    text({kSizeEnd, y}, R"(class="end dim")", size_text(box.extent()));
    return text({kKindStart, y}, R"(class="dim")", "hole");
  }
  const auto* above = growth_above(picture_, box);
  if (above != nullptr || growth_below(picture_, box) != nullptr)
    y += ((above != nullptr) != look_.low_first ? kLine : -kLine) / 2;
  text({kSizeEnd, y}, R"(class="end")", size_text(box.size));
  text({kShareEnd, y}, R"(class="end dim")", share_text(box));
  text({kKindStart, y}, "", kind_name(box));
  text({kNameStart, y}, R"(class="dim")", xml_text(name_of(picture_, box, true), kNameColumns));
}

void SvgDrawer::box(const Box& box) {
  const auto height = static_cast<double>(box.height);
  const auto title = tooltip(box);
  if (box.is_hole()) {
    svg_ += svg_rect({kBoxStart, y_, kBoxWidth, height}, R"(class="hole" pointer-events="all")", title);
  } else {
    shades(box, title);
    growth(box);
  }
  labels(box);
  if (box.hole_below.value != 0) {
    const auto y = look_.low_first ? y_ : y_ + height;
    svg_ += svg_line({kBoxStart - 8, y}, {kBoxStart + kBoxWidth + 8, y},
                     R"(class="hatch" stroke-dasharray="6 5")", "hole of " + size_text(box.hole_below));
  }
  y_ += height;
}

void SvgDrawer::edge_address(Address at, double y) {
  text({kAddressEnd, y + kBaseline}, R"(class="end dim")", hex(at));
}

void SvgDrawer::frame(const LayoutFrame& frame) {
  const auto& boxes = frame.boxes;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const auto& one = boxes[look_.low_first ? i : boxes.size() - 1 - i];
    edge_address(look_.low_first ? one.start : one.end, y_);
    box(one);
  }
  edge_address(look_.low_first ? frame.end() : frame.start(), y_);
}

void SvgDrawer::gap(const std::string& note) {
  constexpr double kGapHeight = kGap;
  const auto x = kBoxStart + kBoxWidth / 2;
  svg_ += svg_line({x - 60, y_ + 6}, {x - 60, y_ + kGapHeight - 6}, R"(class="gap")");
  text({x - 48, y_ + kGapHeight / 2 + kBaseline}, R"(class="dim")", note);
  y_ += kGapHeight;
}

void SvgDrawer::mark(const Landmark& mark) {
  y_ += 2;
  edge_address(mark.at, y_);
  svg_ += svg_line({kBoxStart, y_}, {kBoxStart + kBoxWidth, y_}, R"(class="mark")");
  text({kKindStart, y_ + kBaseline}, R"(class="dim")", mark.full);
  y_ += 2;
}

void SvgDrawer::legend() {
  constexpr double kAbreast = 3;
  constexpr double kEntry = 310;
  y_ += kMargin + kLine;
  for (std::size_t i = 0; i < picture_.kinds.size(); ++i) {
    const auto& total = picture_.kinds[i];
    const auto column = static_cast<double>(i % static_cast<std::size_t>(kAbreast));
    if (i != 0 && column == 0) y_ += kLine;
    const auto x = kMargin + column * kEntry;
    svg_ += svg_rect({x, y_ - 9, 12, 12},
                     format_text(R"(class="k{}")", static_cast<std::size_t>(family_of(total.kind))));
    text({x + 20, y_}, "", name(total.kind));
    text({x + 170, y_}, R"(class="end")", size_text(total.size));
    text({x + 180, y_}, R"(class="dim")",
         picture_.resident_known ? size_text(total.resident) + " resident" : "not known");
  }
  y_ += kLine + 6;
  text(
      {kMargin, y_}, R"(class="dim")",
      "The stronger the colour, the more of it is resident. Heights are to scale within a frame, but for the "
      "least one.");
  y_ += kMargin;
}

double SvgDrawer::draw(std::string& to) {
  heading();
  if (!picture_.mappings.empty()) {
    place();
    y_ += 4;
    const auto marks = landmarks_of(picture_);
    auto parts = parts_of(picture_, layout_, marks);
    if (!look_.low_first) std::ranges::reverse(parts);
    for (const auto& part : parts) {
      if (part.frame != nullptr) frame(*part.frame);
      if (part.mark != nullptr) mark(*part.mark);
      if (!part.gap.empty()) gap(part.gap);
    }
    legend();
  }
  to += svg_;
  return y_;
}

}  // namespace

std::string draw_svg(const std::vector<Picture>& pictures, const SvgLook& look) {
  std::string body;
  double y = 0;
  for (const auto& picture : pictures) y = SvgDrawer(picture, look, y).draw(body);
  return svg_begin(kWidth, y, picture_style()) +
         R"-(<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse")-"
         R"-( patternTransform="rotate(45)">)-"
         "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" class=\"hatch\"/></pattern></defs>\n"
         "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n" +
         body + std::string(kSvgEnd);
}

std::string draw_html(const std::vector<Picture>& pictures, const SvgLook& look) {
  const auto title =
      pictures.size() == 1 ? xml_text(pictures.front().title, kTitleColumns) : std::string("Address spaces");
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light "
         "dark\">\n"
         "<title>" +
         title + "</title>\n<style>body{margin:0}svg{display:block;margin:auto}" +
         "@media(prefers-color-scheme:dark){body{background:#0d1117}}</style></head><body>\n" +
         draw_svg(pictures, look) + "</body></html>\n";
}

}  // namespace pageloupe::ppmap
