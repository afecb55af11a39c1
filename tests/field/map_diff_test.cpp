// SPDX-License-Identifier: MIT
#include "field/map_diff.h"

#include <random>

#include "field/map_change_fields.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

constexpr std::uint64_t kPage = 4096;

// A mapping by pages; `rss` pages of it are resident.
struct Mapping {
  std::uint64_t first = 0;
  std::uint64_t pages = 0;
  std::string perms = "rw-p";
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;  // in pages
  std::string name{};
  VmaKind kind = VmaKind::anon;
  std::uint64_t rss = 0;
};

constexpr MeasureSet kKept{Measure::rss, Measure::pss, Measure::swap};

MapSnapshot snapshot(const std::vector<Mapping>& mappings) {
  MapSnapshot map(kKept);
  for (const auto& mapping : mappings) {
    VmaRow row;
    auto& vma = row.record.vma;
    vma.start = {mapping.first * kPage};
    vma.end = {(mapping.first + mapping.pages) * kPage};
    vma.perms = {.read = mapping.perms[0] == 'r',
                 .write = mapping.perms[1] == 'w',
                 .execute = mapping.perms[2] == 'x',
                 .shared = mapping.perms[3] == 's'};
    vma.inode = mapping.inode;
    vma.offset = {mapping.offset * kPage};
    vma.name = mapping.name;
    row.identity.kind = mapping.kind;
    row.has_usage = true;
    row.record.usage.set(SmapsKey::rss, mapping.rss * kPage);
    row.record.usage.set(SmapsKey::pss, mapping.rss * kPage / 2);
    row.record.usage.set(SmapsKey::swap, 0);
    map.add(row);
  }
  map.finish();
  return map;
}

// "split 1>3 size+0 rss+4096" for each change.
std::vector<std::string> changes(const std::vector<Mapping>& before, const std::vector<Mapping>& after,
                                 MatchBy by = MatchBy::address) {
  const auto was = snapshot(before);
  const auto is = snapshot(after);
  std::vector<std::string> texts;
  for (const auto& change : compare_maps(was, is, by).changes) {
    const auto by_pages = [&](Measure measure) {
      return std::to_string(growth(change.before, change.after, measure).value_or(0) /
                            static_cast<std::int64_t>(kPage));
    };
    texts.push_back(std::string(kChangeNames[static_cast<std::size_t>(change.what)]) + " " +
                    std::to_string(change.count_before) + ">" + std::to_string(change.count_after) +
                    " size " + by_pages(Measure::size) + " rss " + by_pages(Measure::rss));
  }
  return texts;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a map that did not change has no changes", "[map_diff]") {
  const std::vector<Mapping> map{{.first = 1, .pages = 4, .rss = 2}, {.first = 8, .pages = 1, .inode = 5}};
  CHECK(changes(map, map).empty());
  CHECK(compare_maps(snapshot(map), snapshot(map), MatchBy::address).unchanged == 2);
  CHECK(changes({}, {}).empty());
}

TEST_CASE("what came, went, grew and shrank is told by its memory", "[map_diff]") {
  CHECK(changes({{.first = 1, .pages = 4}}, {{.first = 1, .pages = 4}, {.first = 9, .pages = 2, .rss = 1}}) ==
        Texts{"appeared 0>1 size 2 rss 1"});
  CHECK(changes({{.first = 1, .pages = 4, .rss = 4}}, {}) == Texts{"vanished 1>0 size -4 rss -4"});
  CHECK(changes({{.first = 1, .pages = 4}}, {{.first = 1, .pages = 4, .rss = 3}}) ==
        Texts{"grew 1>1 size 0 rss 3"});
  CHECK(changes({{.first = 1, .pages = 4, .rss = 3}}, {{.first = 1, .pages = 4, .rss = 1}}) ==
        Texts{"shrank 1>1 size 0 rss -2"});
  // Downwards, as a stack; and the size decides where both changed.
  CHECK(changes({{.first = 10, .pages = 4, .rss = 4}}, {{.first = 6, .pages = 8, .rss = 3}}) ==
        Texts{"grew 1>1 size 4 rss -1"});
}

TEST_CASE("a mapping cut by mprotect or munmap is one change", "[map_diff]") {
  CHECK(changes({{.first = 0, .pages = 30, .rss = 30}}, {{.first = 0, .pages = 10, .rss = 10},
                                                         {.first = 10, .pages = 5, .perms = "r--p", .rss = 5},
                                                         {.first = 15, .pages = 15, .rss = 15}}) ==
        Texts{"split 1>3 size 0 rss 0"});
  CHECK(changes({{.first = 0, .pages = 30, .rss = 30}},
                {{.first = 0, .pages = 10, .rss = 10}, {.first = 20, .pages = 10, .rss = 10}}) ==
        Texts{"split 1>2 size -10 rss -10"});
  CHECK(
      changes(
          {{.first = 0, .pages = 10}, {.first = 10, .pages = 5, .perms = "r--p"}, {.first = 15, .pages = 5}},
          {{.first = 0, .pages = 20}}) == Texts{"merged 3>1 size 0 rss 0"});
  CHECK(changes({{.first = 0, .pages = 10}}, {{.first = 0, .pages = 10, .perms = "r--p"}}) ==
        Texts{"perms 1>1 size 0 rss 0"});
}

TEST_CASE("a file cut into pieces is one change as long as the pieces are of the same place of it",
          "[map_diff]") {
  CHECK(changes({{.first = 0, .pages = 9, .perms = "r--p", .inode = 7, .offset = 0, .name = "/f"}},
                {{.first = 0, .pages = 3, .perms = "r--p", .inode = 7, .offset = 0, .name = "/f"},
                 {.first = 3, .pages = 6, .perms = "rw-p", .inode = 7, .offset = 3, .name = "/f"}}) ==
        Texts{"split 1>2 size 0 rss 0"});
  // The same addresses, and another file or another place of the file.
  CHECK(changes({{.first = 0, .pages = 9, .inode = 7, .name = "/f"}},
                {{.first = 0, .pages = 9, .inode = 8, .name = "/f"}}) ==
        Texts{"vanished 1>0 size -9 rss 0", "appeared 0>1 size 9 rss 0"});
  CHECK(changes({{.first = 0, .pages = 9, .inode = 7, .name = "/f"}},
                {{.first = 0, .pages = 9, .inode = 7, .offset = 2, .name = "/f"}})
            .size() == 2);
  CHECK(changes({{.first = 0, .pages = 9, .inode = 7, .name = "/f"}},
                {{.first = 0, .pages = 9, .inode = 7, .name = "/f (deleted)"}}) ==
        Texts{"renamed 1>1 size 0 rss 0"});
}

TEST_CASE("the border of an arena moves without making its halves one", "[map_diff]") {
  CHECK(changes({{.first = 0, .pages = 33, .rss = 20}, {.first = 33, .pages = 16351, .perms = "---p"}},
                {{.first = 0, .pages = 50, .rss = 40}, {.first = 50, .pages = 16334, .perms = "---p"}}) ==
        Texts{"grew 1>1 size 17 rss 20", "shrank 1>1 size -17 rss 0"});
}

TEST_CASE("a kind that is told otherwise is no change, and its sums move", "[map_diff]") {
  const std::vector<Mapping> anon{{.first = 0, .pages = 10, .rss = 2}};
  const std::vector<Mapping> stack{{.first = 0, .pages = 10, .kind = VmaKind::thread_stack, .rss = 2}};
  CHECK(changes(anon, stack).empty());
  const auto kinds = compare_kinds(snapshot(anon), snapshot(stack));
  REQUIRE(kinds.size() == 2);
  CHECK((kinds[0].kind == VmaKind::thread_stack && kinds[0].count_after == 1 && kinds[0].count_before == 0));
  CHECK(growth(kinds[1].before, kinds[1].after, Measure::rss) == -8192);
}

TEST_CASE("two runs of a program are compared by kind and name", "[map_diff]") {
  const std::vector<Mapping> one{
      {.first = 10, .pages = 3, .inode = 7, .name = "/lib", .kind = VmaKind::lib_text, .rss = 1},
      {.first = 20, .pages = 3, .rss = 1},
      {.first = 30, .pages = 3, .rss = 1}};
  const std::vector<Mapping> two{
      {.first = 110, .pages = 3, .inode = 9, .name = "/lib", .kind = VmaKind::lib_text, .rss = 1},
      {.first = 120, .pages = 9, .rss = 5},
      {.first = 140, .pages = 1, .name = "[heap]", .kind = VmaKind::heap}};
  CHECK(changes(one, two, MatchBy::name) == Texts{"grew 2>1 size 3 rss 3", "appeared 0>1 size 1 rss 0"});
}

TEST_CASE("mappings that overlap are told, and counted all the same", "[map_diff]") {
  MapSnapshot map(MeasureSet{});
  for (const std::uint64_t start : {8U, 4U, 6U}) {
    VmaRow row;
    row.record.vma.start = {start * kPage};
    row.record.vma.end = {(start + 3) * kPage};
    map.add(row);
  }
  CHECK_FALSE(map.finish());
  CHECK(map[0].start == Address{4 * kPage});
  CHECK(map.totals()[Measure::size] == 9 * kPage);
  CHECK_FALSE(map.totals()[Measure::rss]);
}

namespace {

// A map that is edited as programs do: mmap, munmap of a part, mprotect of a part, growth, use.
class Edited {
 public:
  explicit Edited(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 20; ++i) edit();
  }
  void edit() {
    switch (below(5)) {
      case 0: map(); break;
      case 1: cut([](Mapping&) { return false; }); break;
      case 2:
        cut([this](Mapping& part) {
          part.perms = below(2) == 0 ? "r--p" : "---p";
          return true;
        });
        break;
      case 3:
        for (auto& mapping : map_) mapping.rss = below(3) == 0 ? below(mapping.pages + 1) : mapping.rss;
        break;
      case 4: cut([](Mapping& part) { return part.perms = "rw-p", true; }); break;
    }
  }
  [[nodiscard]] const std::vector<Mapping>& mappings() const { return map_; }

 private:
  std::uint64_t below(std::uint64_t limit) {
    return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random_);
  }
  void map() {
    const auto first = below(200);
    const auto pages = 1 + below(20);
    const auto inode = below(3);
    remove(first, pages);
    map_.push_back(
        {.first = first, .pages = pages, .inode = inode, .offset = below(4), .rss = below(pages + 1)});
    if (inode == 0) map_.back().offset = 0;
  }
  void remove(std::uint64_t first, std::uint64_t pages) {
    split_at(first);
    split_at(first + pages);
    std::erase_if(map_, [&](const Mapping& m) { return m.first >= first && m.first < first + pages; });
  }
  void split_at(std::uint64_t page) {
    for (std::size_t i = 0; i < map_.size(); ++i) {
      if (map_[i].first >= page || map_[i].first + map_[i].pages <= page) continue;
      auto tail = map_[i];
      const auto head = page - map_[i].first;
      tail.first += head;
      tail.pages -= head;
      if (tail.inode != 0) tail.offset += head;
      map_[i].pages = head;
      tail.rss = std::min(tail.rss, tail.pages);
      map_[i].rss = std::min(map_[i].rss, head);
      map_.push_back(tail);
    }
  }
  template <class Change>
  void cut(Change change) {
    const auto first = below(200);
    const auto pages = 1 + below(10);
    split_at(first);
    split_at(first + pages);
    std::erase_if(map_,
                  [&](Mapping& m) { return m.first >= first && m.first < first + pages && !change(m); });
  }

  std::mt19937 random_;
  std::vector<Mapping> map_;
};

}  // namespace

TEST_CASE("the growth of all changes is that of the totals, whatever was done to the map", "[map_diff]") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    Edited edited(seed);
    const auto before = snapshot(edited.mappings());
    for (std::uint32_t i = 0; i <= seed % 7; ++i) edited.edit();
    const auto after = snapshot(edited.mappings());
    for (const auto by : {MatchBy::address, MatchBy::name}) {
      const auto diff = compare_maps(before, after, by);
      INFO("seed " << seed);
      std::uint64_t mappings_before = 0;
      std::uint64_t mappings_after = 0;
      Measures was;
      Measures is;
      for (const auto& change : diff.changes) {
        mappings_before += change.count_before;
        mappings_after += change.count_after;
        was += change.before;
        is += change.after;
      }
      for (const auto measure : {Measure::size, Measure::rss, Measure::pss, Measure::swap})
        CHECK(growth(was, is, measure).value_or(0) ==
              growth(before.totals(), after.totals(), measure).value_or(0));
      // Each mapping is in one change or in none.
      CHECK(mappings_after + diff.unchanged == after.size());
      if (by == MatchBy::address) CHECK(mappings_before + diff.unchanged == before.size());
      Measures kinds_before;
      Measures kinds_after;
      for (const auto& kind : compare_kinds(before, after)) {
        kinds_before += kind.before;
        kinds_after += kind.after;
      }
      CHECK(kinds_before == before.totals());
      CHECK(kinds_after == after.totals());
    }
  }
}

TEST_CASE("from one edit to none, and back, growth has the other sign", "[map_diff]") {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    Edited edited(seed);
    const auto before = snapshot(edited.mappings());
    edited.edit();
    const auto after = snapshot(edited.mappings());
    const auto there = compare_maps(before, after, MatchBy::address);
    const auto back = compare_maps(after, before, MatchBy::address);
    INFO("seed " << seed);
    CHECK(there.changes.size() == back.changes.size());
    CHECK(compare_maps(after, after, MatchBy::address).changes.empty());
  }
}

TEST_CASE("columns of a change: what was, is, grew, and what is not there", "[map_diff]") {
  const auto before = snapshot({{.first = 1, .pages = 4, .rss = 2}, {.first = 9, .pages = 1}});
  const auto after = snapshot({{.first = 1, .pages = 6, .rss = 1}});
  const auto diff = compare_maps(before, after, MatchBy::address);
  REQUIRE(diff.changes.size() == 2);
  const auto cell = [&](std::size_t change, std::string_view name) {
    const MapChangeRow row{&diff.changes[change], &before, &after, &diff.changes[change]};
    return (**find_field(map_watch_fields(), name))(row);
  };
  CHECK(cell(0, "change") == Value(std::string_view("grew")));
  CHECK(cell(0, "size") == Value(Bytes{6 * kPage}));
  CHECK(cell(0, "size_before") == Value(Bytes{4 * kPage}));
  CHECK(cell(0, "rss_growth") == Value(ByteChange{-4096}));
  CHECK(cell(0, "rss_gained") == Value(ByteChange{-4096}));
  CHECK(cell(0, "uss") == Value(Errc::not_sampled));
  CHECK(cell(0, "mapping") == Value(std::string_view("[anon]")));
  CHECK(cell(1, "change") == Value(std::string_view("vanished")));
  CHECK(cell(1, "rss") == Value(Errc::not_applicable));
  CHECK(cell(1, "size_growth") == Value(ByteChange{-4096}));
  CHECK(cell(1, "mappings") == Value(std::uint64_t{0}));
  CHECK(cell(1, "start") == Value(Address{9 * kPage}));
  CHECK(measure_of((**find_field(map_diff_fields(), "pss_before")).column) == Measure::pss);
  CHECK_FALSE(measure_of((**find_field(map_diff_fields(), "start")).column));
}
