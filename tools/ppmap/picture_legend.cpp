// SPDX-License-Identifier: MIT
// What stands below the picture on a terminal.
#include "ppmap/picture_legend.h"

#include <algorithm>

#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr std::size_t kEntryColumns = 30;  // "## thread-stack  8.0M   1.2M  "

std::string paint(std::string_view text, std::string_view sgr, bool color) {
  return color ? format_text("\x1b[{}m{}\x1b[0m", sgr, text) : std::string(text);
}

std::string entry(const KindTotal& total, bool resident_known, const TextLook& look) {
  auto text = paint(look.ascii ? "##" : "██", look_of(family_of(total.kind)).sgr, look.color);
  text += format_text(" {:<12}{:>6} {:>6}", name(total.kind), size_text(total.size),
                      resident_known ? size_text(total.resident) : "-");
  return text;
}

// Words to lines; what stands between two blanks stays together.
void add_wrapped(std::vector<std::string>& lines, const std::vector<std::string>& parts,
                 std::size_t columns) {
  std::size_t used = columns;  // none of which is left
  for (const auto& part : parts) {
    const auto width = static_cast<std::size_t>(
        std::ranges::count_if(part, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (used + 2 + width > columns) {
      lines.push_back(part);
      used = width;
    } else {
      lines.back() += "  " + part;
      used += 2 + width;
    }
  }
}

}  // namespace

std::vector<std::string> legend_of(const Picture& picture, const TextLook& look, std::size_t most) {
  const auto abreast = std::max<std::size_t>(1, (look.columns + 2) / kEntryColumns);
  const auto known = picture.resident_known;
  std::vector<std::string> lines;
  const auto shown = [&](std::size_t rows) { return std::min(rows * abreast, picture.kinds.size()); };
  auto rows = (picture.kinds.size() + abreast - 1) / abreast;
  constexpr std::size_t kOthers = 7;  // lines, at most
  rows = std::clamp<std::size_t>(rows, 1, std::max<std::size_t>(most, kOthers + 1) - kOthers);
  std::string heading;
  for (std::size_t i = 0; i < std::min(abreast, picture.kinds.size()); ++i)
    heading += format_text("{}   {:<12}{:>6} {:>6}", i == 0 ? "" : "  ", "kind", "size", "resid.");
  lines.push_back(heading);
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (auto i = row * abreast; i < std::min((row + 1) * abreast, picture.kinds.size()); ++i)
      line += (line.empty() ? "" : "  ") + entry(picture.kinds[i], known, look);
    lines.push_back(line);
  }
  std::vector<std::string> sum{format_text("{} in {} {}", size_text(picture.total.size), picture.total.count,
                                           picture.total.count == 1 ? "mapping" : "mappings")};
  if (known) sum.push_back(size_text(picture.total.resident) + " resident");
  if (const auto left = picture.kinds.size() - shown(rows); left != 0)
    sum.push_back(format_text("({} kinds not listed)", left));
  add_wrapped(lines, sum, look.columns);
  std::vector<std::string> key;
  if (known) {
    key.emplace_back(look.ascii ? "resident: blank none, . to 25%," : "resident: blank none, ░ to 25%,");
    key.emplace_back(look.ascii ? ": 50%, + 75%, # more" : "▒ 50%, ▓ 75%, █ more");
  } else {
    key.emplace_back(look.ascii ? "? what is resident is not known" : "· what is resident is not known");
  }
  key.emplace_back(look.ascii ? "- hole" : "╌ hole");
  key.emplace_back(look.ascii ? "/ guard" : "╱ guard");
  add_wrapped(lines, key, look.columns);
  return lines;
}

}  // namespace pageloupe::ppmap
