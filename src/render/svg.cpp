// SPDX-License-Identifier: MIT
#include "render/svg.h"

#include "render/escape.h"
#include "render/format.h"
#include "render/utf8.h"

namespace pageloupe {
namespace {

std::string element(std::string_view name, std::string_view place, std::string_view attributes,
                    std::string_view title) {
  auto text = format_text("<{} {}{}{}", name, place, attributes.empty() ? "" : " ", attributes);
  if (title.empty()) return text + "/>\n";
  return text + format_text("><title>{}</title></{}>\n", title, name);
}

void append_entities(std::string& xml, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '&': xml += "&amp;"; break;
      case '"': xml += "&quot;"; break;
      case '\'': xml += "&#39;"; break;
      default: xml += c;
    }
  }
}

}  // namespace

std::string xml_text(std::string_view text, std::size_t columns) {
  std::string xml;
  Buffer printable;
  std::size_t used = 0;
  std::size_t most_for_cut = 0;  // of `xml`: what stays when it is cut
  while (!text.empty()) {
    const auto character = text.substr(0, first_code_point(text).length);
    text.remove_prefix(character.size());
    printable.clear();
    used += append_escaped(printable, character, {.utf8 = true, .by_locale = false});
    if (used > columns) return xml.substr(0, most_for_cut) + "…";
    append_entities(xml, printable.view());
    if (used < columns) most_for_cut = xml.size();
  }
  return xml;
}

std::string svg_number(double value) {
  auto text = format_text("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string svg_begin(double width, double height, std::string_view style) {
  auto text = format_text(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}">)",
      svg_number(width), svg_number(height));
  if (!style.empty()) text += format_text("<style>{}</style>", style);
  return text + "\n";
}

std::string svg_text(SvgPoint at, std::string_view attributes, std::string_view text) {
  return format_text("<text x=\"{}\" y=\"{}\"{}{}>{}</text>\n", svg_number(at.x), svg_number(at.y),
                     attributes.empty() ? "" : " ", attributes, text);
}

std::string svg_line(SvgPoint from, SvgPoint to, std::string_view attributes, std::string_view title) {
  const auto place = format_text(R"(x1="{}" y1="{}" x2="{}" y2="{}")", svg_number(from.x), svg_number(from.y),
                                 svg_number(to.x), svg_number(to.y));
  return element("line", place, attributes, title);
}

std::string svg_rect(SvgArea area, std::string_view attributes, std::string_view title) {
  const auto place = format_text(R"(x="{}" y="{}" width="{}" height="{}")", svg_number(area.x),
                                 svg_number(area.y), svg_number(area.width), svg_number(area.height));
  return element("rect", place, attributes, title);
}

}  // namespace pageloupe
