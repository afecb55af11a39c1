// SPDX-License-Identifier: MIT
// Elements of SVG files: self-contained, without scripts.
#pragma once

#include <string>
#include <string_view>

namespace pageloupe {

// Strangers' text as character data or an attribute's value of XML: printable by render/escape, with the
// marks of XML written as entities. Cut down to so many columns of a terminal, the last one then a "…".
[[nodiscard]] std::string xml_text(std::string_view text, std::size_t columns = ~std::size_t{0});

// "12.3": a point for the decimal sign whatever the locale.
[[nodiscard]] std::string svg_number(double value);

struct SvgPoint {
  double x = 0;
  double y = 0;
};
struct SvgArea {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// A picture of this size, in pixels, which a browser may zoom. `style` is CSS.
[[nodiscard]] std::string svg_begin(double width, double height, std::string_view style);
inline constexpr std::string_view kSvgEnd = "</svg>\n";

// Elements. `attributes` follow the place: R"(class="axis")"; `title` is shown where the mouse rests, empty
// for none; `text` and `title` are taken for XML that xml_text() gave, or that needs none of it.
[[nodiscard]] std::string svg_text(SvgPoint at, std::string_view attributes, std::string_view text);
[[nodiscard]] std::string svg_line(SvgPoint from, SvgPoint to, std::string_view attributes,
                                   std::string_view title = {});
[[nodiscard]] std::string svg_rect(SvgArea area, std::string_view attributes, std::string_view title = {});

}  // namespace pageloupe
