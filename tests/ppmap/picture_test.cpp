// SPDX-License-Identifier: MIT
// The picture of an address space as text.
#include "ppmap/picture.h"

#include <algorithm>

#include "support/catch.h"
#include "support/random_map.h"

namespace pageloupe::ppmap {
namespace {

VmaRow row_of(const PlacedMapping& mapping) {
  VmaRow row;
  row.record.vma.start = mapping.start;
  row.record.vma.end = mapping.end;
  row.identity.kind = mapping.kind;
  row.has_usage = mapping.resident.has_value();
  if (mapping.resident) row.record.usage.set(SmapsKey::rss, mapping.resident->value);
  return row;
}

Picture picture_of(const std::vector<PlacedMapping>& map) {
  Picture picture{.title = "7:   program"};
  for (const auto& mapping : map) picture.add(row_of(mapping), mapping.name);
  picture.heap = {"127T more", "may grow 127T; no RLIMIT_DATA"};
  picture.stack = {"7.9M more", "may grow 7.9M; RLIMIT_STACK 8.0M"};
  picture.finish(AddressRules::x86);
  return picture;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(take_line(text));
  return lines;
}

// Without the colours.
std::string plain(std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = text.find('m', i);
    else
      all += text[i];
  }
  return all;
}

std::size_t columns_of(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

const std::vector<PlacedMapping>& small_map() {
  static const std::vector<PlacedMapping> map = [] {
    const auto one = [](std::uint64_t start, std::uint64_t end, VmaKind kind, std::string name,
                        std::uint64_t resident) {
      return PlacedMapping{Address{start},  Address{end},    kind,
                           family_of(kind), Bytes{resident}, std::move(name)};
    };
    return std::vector{one(0x400000, 0x500000, VmaKind::text, "program", 0x40000),
                       one(0x1000000, 0x1100000, VmaKind::heap, "[heap]", 0x100000),
                       one(0x7f0000000000, 0x7f0000001000, VmaKind::guard, "[guard]", 0),
                       one(0x7f0000001000, 0x7f0000801000, VmaKind::thread_stack, "[stack:8]", 0x2000),
                       one(0x7ffd1c2f0000, 0x7ffd1c311000, VmaKind::stack, "[stack]", 0x10000),
                       one(0xffffffffff600000, 0xffffffffff601000, VmaKind::vsyscall, "[vsyscall]", 0)};
  }();
  return map;
}

}  // namespace

TEST_CASE("random maps fit their columns and lines, in both alphabets", "[ppmap]") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const auto picture = picture_of(random_map(seed));
    for (const std::size_t columns : {40U, 47U, 59U, 60U, 80U, 120U, 200U}) {
      for (const std::size_t height : {kFewestLines, std::size_t{33}, std::size_t{50}, std::size_t{200}}) {
        const bool ascii = (seed + columns + height) % 2 == 0;
        INFO("seed " << seed << ", " << columns << " columns, " << height << " lines, ascii " << ascii);
        TextLook look{.text = {.utf8 = !ascii}, .ascii = ascii, .color = seed % 3 == 0};
        look.low_first = seed % 2 == 0;
        look.columns = columns;
        look.lines = height;
        const auto lines = lines_of(plain(draw_text(picture, look)));
        CHECK(lines.size() <= height);
        const auto widest = std::ranges::max(lines, {}, columns_of);
        INFO(widest);
        CHECK(columns_of(widest) <= columns);
        if (!ascii) continue;
        CHECK(std::ranges::all_of(lines, [](const std::string& line) {
          return std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
        }));
      }
    }
  }
}

TEST_CASE("the picture has the ends of the address space, the growth and the guard", "[ppmap]") {
  const auto text = draw_text(picture_of(small_map()), {.text = {.utf8 = true}});
  INFO(text);
  CHECK(text.contains("800000000000 ══════"));
  CHECK(text.contains("ffff800000000000 ══════"));
  CHECK(text.contains("no canonical addresses"));
  CHECK(text.contains("↑ may grow 127T; no RLIMIT_DATA"));
  CHECK(text.contains("↓ may grow 7.9M; RLIMIT_STACK 8.0M"));
  CHECK(text.contains("╱┤ guard 4K") == false);  // the lowest of its frame
  CHECK(text.contains("╱┘ guard 4K"));
  CHECK(text.contains("4.0M free, down to 0"));
  CHECK(text.find("[vsyscall]") < text.find("[stack]"));
  CHECK(text.find("[stack]") < text.find("[heap]"));
}

TEST_CASE("low addresses may stand above, and then growth points the other way", "[ppmap]") {
  const auto text = draw_text(picture_of(small_map()), {.text = {.utf8 = true}, .low_first = true});
  INFO(text);
  CHECK(text.find("[heap]") < text.find("[stack]"));
  CHECK(text.contains("↓ may grow 127T"));
  CHECK(text.contains("↑ may grow 7.9M"));
}

TEST_CASE("a part of the addresses has no ends", "[ppmap]") {
  auto picture = picture_of(small_map());
  picture.is_part = true;
  const auto text = draw_text(picture, {.text = {.utf8 = true}});
  CHECK_FALSE(text.contains("══"));
  CHECK_FALSE(text.contains("down to 0"));
}

TEST_CASE("32-bit addresses end at 4 GiB", "[ppmap]") {
  auto map = small_map();
  map.pop_back();
  map.erase(map.begin() + 2, map.end());
  map.push_back(map.back());
  map.back() = {Address{0xffe00000}, Address{0xffe21000}, VmaKind::stack,
                VmaFamily::stack,    Bytes{4096},         "[stack]"};
  const auto text = draw_text(picture_of(map), {.text = {.utf8 = true}});
  INFO(text);
  CHECK(text.contains("100000000 ══"));
  CHECK(text.contains("32-bit addresses end here"));
  CHECK_FALSE(text.contains("canonical"));
}

TEST_CASE("five levels of page tables have longer addresses", "[ppmap]") {
  auto map = small_map();
  map.insert(map.end() - 1, {Address{0xff000000000000}, Address{0xff000000001000}, VmaKind::anon,
                             VmaFamily::anon, Bytes{4096}, "[anon]"});
  const auto text = draw_text(picture_of(map), {.text = {.utf8 = true}});
  INFO(text);
  CHECK(text.contains("100000000000000 ══"));
  CHECK(text.contains("ff00000000000000 ══"));
}

TEST_CASE("what is not known to be resident is not drawn as empty", "[ppmap]") {
  auto map = small_map();
  for (auto& mapping : map) mapping.resident.reset();
  const auto text = draw_text(picture_of(map), {.text = {.utf8 = true}});
  CHECK(text.contains("│··"));
  CHECK(text.contains("what is resident is not known"));
  CHECK_FALSE(text.contains("0%"));
}

TEST_CASE("heat shades parts of a box in place of its resident share", "[ppmap]") {
  auto picture = picture_of({small_map().front()});
  picture.heat = {{Address{0x400000}, Address{0x480000}, 1.0}, {Address{0x480000}, Address{0x500000}, 0.0}};
  const auto text = draw_text(picture, {.text = {.utf8 = true}, .lines = kFewestLines});
  INFO(text);
  CHECK(text.contains("│████"));
  CHECK(text.contains("│    "));
}

TEST_CASE("a share is 0% and 100% only where it is exact", "[ppmap]") {
  const auto share = [](std::uint64_t resident) {
    return share_text({.size = Bytes{1'000'000}, .resident = Bytes{resident}});
  };
  CHECK(share(0) == "0%");
  CHECK(share(1) == "1%");
  CHECK(share(999'999) == "99%");
  CHECK(share(1'000'000) == "100%");
  CHECK(share_text({.size = Bytes{1}}) == "-");
}

TEST_CASE("growth is bound by the limit or by the next mapping, whichever is nearer", "[ppmap]") {
  const auto row = [](std::string_view what, Value used, Value limit, Value left, bool unlimited,
                      std::optional<Bytes> free) {
    return Headroom{.name = what,
                    .unit = "bytes",
                    .used = used,
                    .limit = limit,
                    .headroom = left,
                    .unlimited = unlimited,
                    .set_by = what == "stack" ? "RLIMIT_STACK" : "RLIMIT_DATA",
                    .free_addresses = free};
  };
  const Bytes mib{1 << 20};
  const Bytes eight{8 << 20};
  const Bytes large{1ULL << 40};
  CHECK(growth_of("stack", {row("stack", mib, eight, Bytes{7 << 20}, false, large)}).full ==
        "may grow 7.0M; RLIMIT_STACK 8.0M");
  CHECK(growth_of("stack", {row("stack", mib, eight, Bytes{7 << 20}, false, mib)}).full ==
        "may grow 1.0M, to the next mapping");
  CHECK(
      growth_of("stack", {row("stack", mib, Errc::not_applicable, Errc::not_applicable, true, large)}).full ==
      "may grow 1.0T; no RLIMIT_STACK");
  CHECK(growth_of("stack", {row("stack", mib, Errc::denied, Errc::denied, false, large)}).full ==
        "may grow 1.0T; RLIMIT_STACK not known");
  CHECK(growth_of("stack", {row("stack", Errc::not_applicable, eight, eight, false, {})}).full.empty());
  // brk(2) counts with all other data.
  CHECK(growth_of("heap", {row("heap", mib, eight, Bytes{7 << 20}, false, large),
                           row("data", Bytes{6 << 20}, eight, Bytes{2 << 20}, false, {})})
            .full == "may grow 2.0M; RLIMIT_DATA 8.0M");
  CHECK(growth_of("heap", {}).full.empty());
}

TEST_CASE("the SVG of strangers' names is well-formed and without scripts", "[ppmap]") {
  auto map = small_map();
  map[0].name = "</title><script>alert(1)</script>";
  const std::vector pictures{picture_of(map), Picture{.title = "2:   [k<b>]", .absence = "no memory"}};
  for (const auto& text : {draw_svg(pictures, {}), draw_html(pictures, {.low_first = true})}) {
    CHECK_FALSE(text.contains("<script"));
    CHECK_FALSE(text.contains("<b>"));
    CHECK(text.contains("&lt;/title&gt;"));
    CHECK(text.contains("prefers-color-scheme:dark"));
    CHECK(text.contains("no memory"));
  }
}

}  // namespace pageloupe::ppmap
