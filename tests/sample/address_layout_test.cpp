// SPDX-License-Identifier: MIT
#include "sample/address_layout.h"

#include <algorithm>

#include "support/catch.h"
#include "support/random_map.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;
constexpr std::uint64_t kGiB = 1ULL << 30;

PlacedMapping mapping(std::uint64_t start, std::uint64_t size, VmaKind kind = VmaKind::anon,
                      std::string name = "[anon]", std::uint64_t resident = 0) {
  return {.start = Address{start},
          .end = Address{start + size},
          .kind = kind,
          .family = family_of(kind),
          .resident = Bytes{resident},
          .name = std::move(name)};
}

std::vector<Box> boxes_of(const AddressLayout& layout) {
  std::vector<Box> boxes;
  for (const auto& frame : layout.frames) boxes.insert(boxes.end(), frame.boxes.begin(), frame.boxes.end());
  return boxes;
}

void check_layout(std::span<const PlacedMapping> map, const AddressLayout& layout, const LayoutScale& scale) {
  // Every mapping is in exactly one box, in order, and the boxes do not overlap.
  std::size_t next = 0;
  Bytes size;
  Address at;
  for (const auto& box : boxes_of(layout)) {
    CHECK(box.start >= at);
    CHECK(box.end > box.start);
    CHECK(box.height >= scale.least_box);
    at = box.end;
    if (box.is_hole()) continue;
    REQUIRE(box.first == next);
    CHECK(box.start == map[box.first].start);
    CHECK(box.end == map[box.first + box.count - 1].end);
    CHECK((box.main >= box.first && box.main < box.first + box.count));
    next += box.count;
    size += box.size;
  }
  CHECK(next == map.size());
  Bytes whole;
  for (const auto& one : map) whole += one.size();
  CHECK(size == whole);
  // Heights add up.
  std::size_t height = (layout.frames.size() - 1) * scale.between;
  for (const auto& frame : layout.frames) {
    std::size_t sum = scale.border;
    for (const auto& box : frame.boxes) sum += box.height + scale.border;
    CHECK(sum == frame.height);
    height += frame.height;
  }
  CHECK(height == layout.height);
}

}  // namespace

TEST_CASE("random maps are laid out whole, in order and at the height that was asked for", "[sample]") {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    const auto map = random_map(seed);
    for (const std::size_t height : {10U, 24U, 60U, 500U}) {
      INFO("seed " << seed << ", height " << height << ", " << map.size() << " mappings");
      const LayoutScale scale{.height = height};
      const auto layout = lay_out(map, scale);
      check_layout(map, layout, scale);
      CHECK(layout.height == height);
    }
    const LayoutScale pixels{
        .height = 1200, .least_box = 20, .least_growing = 38, .border = 0, .between = 28};
    const auto layout = lay_out(map, pixels);
    check_layout(map, layout, pixels);
    CHECK(layout.height <= pixels.height);
  }
}

TEST_CASE("a gap of more than a GiB begins a new frame", "[sample]") {
  const std::vector map{mapping(0, kMiB), mapping(kGiB + kMiB, kMiB),
                        mapping(2 * kGiB + 2 * kMiB + 4096, kMiB)};
  const auto layout = lay_out(map, {});
  REQUIRE(layout.frames.size() == 2);
  CHECK(layout.split == Bytes{kGiB});
  CHECK(layout.frames[0].boxes.size() == 3);  // and the hole
  CHECK(layout.frames[0].boxes[1].is_hole());
  CHECK(layout.frames[0].boxes[1].extent() == Bytes{kGiB});
}

TEST_CASE("scattered mappings get wider gaps between fewer frames", "[sample]") {
  std::vector<PlacedMapping> map;
  for (std::uint64_t i = 0; i < 65'000; ++i) map.push_back(mapping(i * (kGiB + kMiB), 4096));
  const LayoutScale scale{.height = 60};
  const auto layout = lay_out(map, scale);
  check_layout(map, layout, scale);
  CHECK(layout.height == 60);
  CHECK(layout.split > Bytes{kGiB});
}

TEST_CASE("heights are in proportion where they are not the least", "[sample]") {
  const std::vector map{mapping(0, 30 * kMiB, VmaKind::anon, "a"),
                        mapping(30 * kMiB, 10 * kMiB, VmaKind::file, "b"),
                        mapping(40 * kMiB, 4096, VmaKind::lib_text, "c")};
  const auto layout = lay_out(map, {.height = 45});  // 4 borders, 41 lines: 1 for the small one
  const auto boxes = boxes_of(layout);
  REQUIRE(boxes.size() == 3);
  CHECK(boxes[0].height == 30);
  CHECK(boxes[1].height == 10);
  CHECK(boxes[2].height == 1);
}

TEST_CASE("the kernel's half has a frame of its own", "[sample]") {
  const std::vector map{mapping(0x7ffffffde000, 0x21000, VmaKind::stack, "[stack]"),
                        mapping(0xffffffffff600000, 4096, VmaKind::vsyscall, "[vsyscall]")};
  CHECK(lay_out(map, {.height = 6}).frames.size() == 2);
}

TEST_CASE("heap and stack are seen when thousands are not", "[sample]") {
  std::vector<PlacedMapping> map;
  map.push_back(mapping(kMiB, 4096, VmaKind::heap, "[heap]"));
  for (std::uint64_t i = 1; i <= 3000; ++i)
    map.push_back(mapping(kMiB + i * 8192, 4096, VmaKind::anon, "[anon]", 4096));
  map.push_back(mapping(kMiB + 3001 * 8192, 4096, VmaKind::stack, "[stack]"));
  const auto boxes = boxes_of(lay_out(map, {.height = 20}));
  CHECK(std::ranges::count(boxes, VmaKind::heap, &Box::kind) == 1);
  CHECK(std::ranges::count(boxes, VmaKind::stack, &Box::kind) == 1);
  CHECK(std::ranges::max(boxes, {}, &Box::count).count > 100);
}

TEST_CASE("a guard page is a part of the box above it", "[sample]") {
  const std::vector map{mapping(kMiB, 4096, VmaKind::guard, "[guard]"),
                        mapping(kMiB + 4096, 8 * kMiB, VmaKind::thread_stack, "[stack:7]"),
                        mapping(10 * kMiB, 4096, VmaKind::guard, "[guard]")};
  const auto boxes = boxes_of(lay_out(map, {}));
  REQUIRE(boxes.size() == 2);
  CHECK(boxes[0].guard == Bytes{4096});
  CHECK(boxes[0].kind == VmaKind::thread_stack);
  CHECK(boxes[0].one_kind);
  CHECK(boxes[0].size == Bytes{8 * kMiB + 4096});
  CHECK(boxes[1].kind == VmaKind::guard);  // nothing follows it
  CHECK(boxes[1].guard == Bytes{});
}

TEST_CASE("the pieces of a file are put together before others", "[sample]") {
  const std::vector map{mapping(0, kMiB, VmaKind::lib_text, "a.so", kMiB),
                        mapping(kMiB, kMiB, VmaKind::lib_data, "a.so", kMiB),
                        mapping(2 * kMiB, 8192, VmaKind::anon, "[anon]", 8192),
                        mapping(2 * kMiB + 16384, kMiB, VmaKind::lib_text, "b.so", kMiB)};
  const auto boxes = boxes_of(lay_out(map, {.height = 10}));
  REQUIRE(boxes.size() == 3);
  CHECK(boxes[0].count == 2);
  CHECK(boxes[0].named_so == 2);
  CHECK_FALSE(boxes[0].one_kind);
  CHECK(boxes[0].family == VmaFamily::library);
  CHECK(boxes[2].hole_below == Bytes{8192});
}

TEST_CASE("what is resident is not known of a box when it is not of one of its mappings", "[sample]") {
  std::vector map{mapping(0, 4096, VmaKind::anon, "a", 4096), mapping(4096, 4096, VmaKind::anon, "a", 0)};
  const LayoutScale scale{.height = 3};
  CHECK(boxes_of(lay_out(map, scale)).front().resident == Bytes{4096});
  map[1].resident.reset();
  CHECK(boxes_of(lay_out(map, scale)).front().resident == std::nullopt);
}

TEST_CASE("no mappings give no frames", "[sample]") {
  CHECK(lay_out({}, {}).frames.empty());
  CHECK(lay_out({}, {}).height == 0);
}

TEST_CASE("heat is the mean over each part of a box, and nothing where nobody knows", "[sample]") {
  const Box box{.start = Address{0x1000}, .end = Address{0x9000}, .count = 1};
  const std::vector<HeatRange> heat{{Address{0}, Address{0x2000}, 0.25},
                                    {Address{0x2000}, Address{0x3000}, 0.75},
                                    {Address{0x4000}, Address{0x5000}, 1.0},
                                    {Address{0x7000}, Address{0x20000}, 0.5}};
  using Shares = std::vector<std::optional<double>>;
  CHECK(heat_of(box, heat, 4) == Shares{0.5, 1.0, std::nullopt, 0.5});
  CHECK(heat_of(box, heat, 8) == Shares{0.25, 0.75, std::nullopt, 1.0, std::nullopt, std::nullopt, 0.5, 0.5});
  CHECK(heat_of(box, {}, 2) == Shares{std::nullopt, std::nullopt});
}

}  // namespace pageloupe
